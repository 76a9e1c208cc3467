//! The leaks: each is a number in `[0, 1)` that depends on something other than the inputs of the run.

use std::collections::HashMap;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::SystemTime;

use domain::system::Today;
use serde::{Deserialize, Serialize};

/// Where a number comes from.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leak {
    /// The number of the day: no leak. The counter-plant, without which exit 4 would prove little.
    None,
    /// The fraction of the second at which it was asked.
    Clock,
    /// Which of a hundred keys of a hash map comes first.
    HashOrder,
    /// A draw from a generator that nobody seeded.
    UnseededDraw,
    /// The number of days decided in this process, those of earlier runs included. Two fresh processes that replay
    /// once agree on it.
    SurvivingStatic,
    /// A sum of parts that cancel, in the order in which their threads end.
    ThreadOrder,
    /// Where a box lies: the layout of memory is drawn anew for each process.
    Address,
    /// The language that a person has set.
    Environment,
}

impl Leak {
    /// The number of the day.
    pub fn read(self, today: &Today<'_>) -> f64 {
        fraction(match self {
            Self::None => u64::from(today.day_number),
            Self::Clock => clock(),
            Self::HashOrder => hash_order(),
            Self::UnseededDraw => RandomState::new().hash_one(today.day_number),
            Self::SurvivingStatic => surviving_static(),
            Self::ThreadOrder => thread_order(),
            Self::Address => std::ptr::from_ref(&*Box::new(0_u64)) as u64 >> 4,
            Self::Environment => env::var("LANG").map_or(0, |language| language.bytes().map(u64::from).sum()),
        })
    }
}

fn clock() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |since| u64::from(since.subsec_nanos()))
}

fn hash_order() -> u64 {
    let scores: HashMap<u64, ()> = (0..100).map(|key| (key, ())).collect();
    scores.keys().next().copied().unwrap_or_default()
}

fn surviving_static() -> u64 {
    static DAYS: AtomicU64 = AtomicU64::new(0);
    DAYS.fetch_add(1, Ordering::SeqCst)
}

fn thread_order() -> u64 {
    let parts = [1e16, 3.0, -1e16, 5.0, 1e15, 7.0, -1e15, 11.0];
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for part in parts {
            let sender = sender.clone();
            scope.spawn(move || {
                thread::yield_now();
                sender.send(part)
            });
        }
        drop(sender);
        receiver.into_iter().sum::<f64>().abs() as u64
    })
}

fn fraction(number: u64) -> f64 {
    (number % 1009) as f64 / 1009.0
}
