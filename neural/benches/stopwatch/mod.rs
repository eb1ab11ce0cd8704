//! How long something takes.

use std::time::{Duration, Instant};

/// The shortest of a few runs, after one to warm up.
pub(crate) fn shortest(mut run: impl FnMut()) -> Duration {
    run();
    let time = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    core::iter::repeat_with(time).take(5).min().unwrap_or_default()
}

/// A line of the table: how long it took, and how fast that is.
pub(crate) fn report(what: &str, time: Duration, flops: usize) {
    let (seconds, billions) = (time.as_secs_f64(), flops as f64 / 1e9);
    println!(
        "{what:<44} {:8.2} ms {billions:8.3} Gflop {:8.2} Gflop/s",
        1e3 * seconds,
        billions / seconds
    );
}
