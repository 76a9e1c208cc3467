"""Job C in Python, to compare with `cargo bench -p benches --bench block_bootstrap`.

python3 benches/block_bootstrap.py    needs numpy; with the package `arch`, its bootstraps are timed too.

The numpy program draws all paths at once. `arch` resamples the whole series for each path, as its interface has it, and
the first 30 days are kept; a second line gives it a series of 30 days, so that it draws no more than is asked for.
"""

import time

import numpy as np

PATHS, STOCKS, HORIZON, DAYS, BLOCK = 1_000, 20, 30, 2_519, 10


def stationary(returns, rng):
    fresh = rng.random((PATHS, HORIZON)) < 1.0 / BLOCK
    fresh[:, 0] = True
    starts = rng.integers(0, DAYS, (PATHS, HORIZON))
    day = np.arange(HORIZON)
    last = np.maximum.accumulate(np.where(fresh, day, 0), axis=1)
    picks = (np.take_along_axis(starts, last, axis=1) + day - last) % DAYS
    return returns[picks]


def circular(returns, rng):
    starts = rng.integers(0, DAYS, (PATHS, HORIZON // BLOCK))
    picks = (starts[:, :, None] + np.arange(BLOCK)).reshape(PATHS, HORIZON) % DAYS
    return returns[picks]


def best(work, rounds):
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def main():
    returns = np.random.default_rng(1).normal(0.0003, 0.018, (DAYS, STOCKS))
    rows = [
        ("numpy stationary", best(lambda: stationary(returns, np.random.default_rng(1)), 51)),
        ("numpy circular", best(lambda: circular(returns, np.random.default_rng(1)), 51)),
    ]
    try:
        from arch.bootstrap import CircularBlockBootstrap, StationaryBootstrap
    except ImportError:
        print("arch is not installed: numpy alone")
    else:
        for name, kind in (("stationary", StationaryBootstrap), ("circular", CircularBlockBootstrap)):
            for which, series in (("whole series", returns), ("30 days", returns[:HORIZON])):
                def work():
                    drawn = kind(BLOCK, series, seed=1).bootstrap(PATHS)
                    return [data[0][:HORIZON] for data, _ in drawn]
                rows.append((f"arch {name}, {which}", best(work, 5)))
    print("| program | best | paths/s |\n|---|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds * 1e3:.2f} ms | {PATHS / seconds:,.0f} |")


if __name__ == "__main__":
    main()
