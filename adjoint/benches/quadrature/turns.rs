//! Two ways to the same, timed in turns.

use std::time::Instant;

/// Times and ratios, row by row.
#[derive(Default)]
pub(crate) struct Turns {
    rows: Vec<String>,
}

impl Turns {
    /// Adds a row that begins with these cells.
    pub(crate) fn measure<R>(
        &mut self,
        cells: [&str; 3],
        rounds: usize,
        mut channel: impl FnMut() -> R,
        mut integral: impl FnMut() -> R,
    ) {
        let (mut theirs, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..rounds {
            // Who goes first changes, as the second may find a warmer machine.
            let (a, b) = if round % 2 == 0 {
                let a = time(&mut channel);
                (a, time(&mut integral))
            } else {
                let b = time(&mut integral);
                (time(&mut channel), b)
            };
            theirs.push(a);
            ours.push(b);
            ratios.push(a / b);
        }
        let [theirs, ours] = [theirs, ours].map(|times| 1e3 * median(times));
        let (cells, ratio) = (cells.join(" | "), median(ratios));
        self.rows.push(format!("| {cells} | {theirs:.1} | {ours:.1} | {ratio:.2} |"));
    }
}

fn time<R>(run: &mut impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// It is untouched by a minority of disturbed rounds.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints both tables and writes them beside the benchmark.
pub(crate) fn finish(turns: &Turns, memory: &str) {
    let times = format!(
        "| batch | witness | attempts | Backsolve, ms | Quadrature, ms | Backsolve / Quadrature |\n\
         |---|---|---|---|---|---|\n{}\n",
        turns.rows.join("\n")
    );
    println!("\n{times}\n{memory}");
    let page = format!(
        "# The parameter gradient as an integral, beside the same as a channel\n\n\
         `cargo bench -p costate-adjoint --bench quadrature`: a net with 50,128 parameters, rtol = atol = 1e-5. Times are medians,\n\
         and ratios are medians of the ratios of two gradients that ran one right after the other. Read the ratios; the times are\n\
         the machine's.\n\n\
         {times}\n\
         Bytes, as vectors of the size of the parameters. A workspace is what `Workspace::new` takes; the peak is that of a first\n\
         gradient, with the workspace and with what the field keeps to work in.\n\n\
         {memory}"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/results");
    let path = format!("{folder}/quadrature.md");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, page));
    if let Err(error) = written {
        eprintln!("{path} was not written: {error}");
    }
}
