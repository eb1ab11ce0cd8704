//! Two ways to do the same, timed in turns: on a machine that does other things too, criterion's times of two benchmarks, which
//! run many seconds apart, have no ratio worth reading.

use std::hint::black_box;
use std::time::Instant;

/// How often the two are timed one after the other.
const ROUNDS: usize = 501;

/// A timing is at least this long, in seconds: the first runs after the other's find a processor that has forgotten them.
const LEAST: f64 = 5e-4;

/// How many times as long as the first the second takes, by the least time of each: what other programs do only adds.
pub(crate) fn ratio<A, B>(mut first: impl FnMut() -> A, mut second: impl FnMut() -> B) -> f64 {
    let repeats = |once: f64| (LEAST / once.max(1e-9)).ceil() as usize;
    let n = repeats(time(1, &mut first));
    let m = repeats(time(1, &mut second));
    let mut least = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        least[0] = least[0].min(time(n, &mut first));
        least[1] = least[1].min(time(m, &mut second));
    }
    least[1] / least[0]
}

fn time<R>(repeats: usize, run: &mut impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        black_box(run());
    }
    start.elapsed().as_secs_f64() / repeats as f64
}
