//! A sum in the order in which threads finish: floating-point addition is not associative.
//!
//! engines: use of a disallowed method `std::thread::scope`
//! engines: use of a disallowed method `std::thread::spawn`
//! engines: use of a disallowed method `std::sync::mpsc::channel`
//! harness: use of a disallowed method `std::thread::scope`
//! harness: use of a disallowed method `std::thread::spawn`
//! harness: use of a disallowed method `std::sync::mpsc::channel`

/// The sum of the parts, in the order of arrival.
pub fn total(parts: Vec<f64>) -> f64 {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        for part in &parts {
            let sender = sender.clone();
            scope.spawn(move || sender.send(*part));
        }
    });
    std::thread::spawn(move || drop(sender));
    receiver.into_iter().sum()
}
