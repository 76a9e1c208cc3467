//! The same work on many items, so many at once; the results stand in the order of the items.
//!
//! Parallelism is across cases. Nothing is added up between threads, so the number of threads changes no result.
//!
//! ```
//! use prometheus::parallel::in_parallel;
//! assert_eq!(in_parallel(4, &[3, 1, 2], |number| number * number), [9, 1, 4]);
//! ```

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Applies `work` to every item, `jobs` items at once (at least one). A panic in `work` goes on in the caller.
pub fn in_parallel<T: Sync, R: Send>(jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take_and_work = || {
        let mut done = Vec::new();
        while let Some((at, item)) = take(&next, items) {
            done.push((at, work(item)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.clamp(1, items.len().max(1))).map(|_| scope.spawn(take_and_work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The next item that nobody has taken.
fn take<'i, T>(next: &AtomicUsize, items: &'i [T]) -> Option<(usize, &'i T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}

#[cfg(test)]
mod tests {
    use super::in_parallel;

    #[test]
    fn every_item_once_at_any_number_of_jobs() {
        let items: Vec<u32> = (0..50).collect();
        for jobs in [0, 1, 2, 100] {
            assert_eq!(in_parallel(jobs, &items, |item| *item), items);
        }
        assert!(in_parallel(2, &[] as &[u32], |item| *item).is_empty());
    }
}
