//! Two ways to do the same, timed in turns.

use std::hint::black_box;
use std::time::Instant;

/// Ratios of two ways, problem by problem.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<String>,
}

/// How often the two are timed one after the other. The median is untouched by a minority of disturbed rounds.
const ROUNDS: usize = 301;

/// A timing is at least this long, in seconds, so that the clock's resolution is nothing beside it.
const LEAST: f64 = 2e-4;

impl Table {
    /// Adds a row. Each of the two returns something, so that it is not optimised away.
    pub(crate) fn measure<R>(
        &mut self,
        [problem, method]: [&str; 2],
        attempts: usize,
        mut by_hand: impl FnMut() -> R,
        mut ours: impl FnMut() -> R,
    ) {
        let once = time(1, &mut by_hand).max(1e-9);
        let repeats = (LEAST / once).ceil() as usize;
        let (mut theirs, mut own, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // Who goes first changes, as the second may find a warmer machine.
            let (a, b) = if round % 2 == 0 {
                let a = time(repeats, &mut by_hand);
                (a, time(repeats, &mut ours))
            } else {
                let b = time(repeats, &mut ours);
                (time(repeats, &mut by_hand), b)
            };
            theirs.push(a);
            own.push(b);
            ratios.push(b / a);
        }
        let attempt = 1e9 / attempts as f64;
        let [theirs, own] = [theirs, own].map(|times| median(times) * attempt);
        let ratio = median(ratios);
        self.rows.push(format!(
            "| {problem} | {method} | {attempts} | {theirs:.0} | {own:.0} | {ratio:.2} |"
        ));
    }

    /// Prints the table and writes it beside the benchmark.
    pub(crate) fn finish(&self) {
        let table = format!(
            "| problem | method | attempts | by hand, ns an attempt | ours, ns an attempt | ours / by hand |\n\
             |---|---|---|---|---|---|\n{}\n",
            self.rows.join("\n")
        );
        println!("\n{table}");
        let page = format!(
            "# The loop beside the same methods written out by hand\n\n\
             `cargo bench -p costate-solver --bench by_hand`, rtol = atol = 1e-6. Times and ratios are medians of {ROUNDS}\n\
             rounds, each of which times both, one right after the other. Read the ratios; the times are the machine's.\n\n\
             {table}"
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/results/by_hand.md");
        if let Err(error) = std::fs::write(path, page) {
            eprintln!("{path} was not written: {error}");
        }
    }
}

fn time<R>(repeats: usize, run: &mut impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        black_box(run());
    }
    start.elapsed().as_secs_f64() / repeats as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
