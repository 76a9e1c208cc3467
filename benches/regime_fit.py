"""Job D in Python: the same steps of expectation and maximisation on the same days from the same start.

`cargo bench -p benches --bench regime_fit` writes the days and runs `python3 benches/regime_fit.py FILE STEPS RIDGE`,
so that both programs meet the same machine. Needs numpy; with scikit-learn its GaussianMixture is timed too. Each
line printed is: program, best time in seconds, mean log-likelihood after the last step.
"""

import sys
import time
import warnings

import numpy as np

CLUSTERS, WIDTH, ROUNDS = 4, 3, 15


def numpy_fit(days, means, steps, ridge):
    weights = np.full(CLUSTERS, 1.0 / CLUSTERS)
    covariances = np.repeat(np.eye(WIDTH)[None], CLUSTERS, axis=0)
    for step in range(steps + 1):
        logs = np.empty((len(days), CLUSTERS))
        for k in range(CLUSTERS):
            lower = np.linalg.cholesky(covariances[k])
            solved = (days - means[k]) @ np.linalg.inv(lower).T
            constant = np.log(weights[k]) - np.log(np.diag(lower)).sum() - 0.5 * WIDTH * np.log(2 * np.pi)
            logs[:, k] = constant - 0.5 * np.einsum("ij,ij->i", solved, solved)
        top = logs.max(axis=1, keepdims=True)
        shares = np.exp(logs - top)
        total = shares.sum(axis=1, keepdims=True)
        likelihood = float((top + np.log(total)).mean())
        if step == steps:
            return likelihood
        shares /= total
        mass = shares.sum(axis=0)
        weights, means = mass / len(days), (shares.T @ days) / mass[:, None]
        for k in range(CLUSTERS):
            away = days - means[k]
            covariances[k] = (shares[:, k, None] * away).T @ away / mass[k] + ridge * np.eye(WIDTH)


def sklearn_fit(days, means, steps, ridge):
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(
        CLUSTERS, covariance_type="full", tol=0.0, max_iter=steps, reg_covar=ridge, init_params="random", random_state=0,
        weights_init=np.full(CLUSTERS, 1.0 / CLUSTERS), means_init=means,
        precisions_init=np.repeat(np.eye(WIDTH)[None], CLUSTERS, axis=0),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(days)
    return model


def best(work):
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - began)
    return min(times), answer


def main():
    path, steps, ridge = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    table = np.fromfile(path, dtype="<f8").reshape(-1, WIDTH)
    means, days = table[:CLUSTERS].copy(), table[CLUSTERS:].copy()
    seconds, likelihood = best(lambda: numpy_fit(days, means, steps, ridge))
    print("numpy", seconds, likelihood)
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return
    seconds, model = best(lambda: sklearn_fit(days, means, steps, ridge))
    print("scikit-learn", seconds, float(model.score(days)))


if __name__ == "__main__":
    main()
