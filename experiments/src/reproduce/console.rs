//! What a run prints.

use super::record::{Record, Run};
use super::way::{Norm, Way};
use std::fmt::Write;

/// A table of all runs, repeats one by one, and what the seminorm saves.
pub fn summary(record: &Record) -> String {
    let mut out = String::new();
    let mut before = None;
    for run in &record.runs {
        let settings = Some((&run.task, run.rtol, run.atol));
        if before != settings {
            before = settings;
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "\n{} (rtol {:e}, atol {:e}): {}\n  {:<12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>9} {:>8}",
                run.task,
                run.rtol,
                run.atol,
                run.metric_name,
                "norm",
                "forward",
                "backward",
                "saved",
                "rejected",
                "test",
                "grad. error",
                "seconds",
                "MiB"
            );
        }
        let saved = saved(record, run).map_or(String::new(), |saved| format!("{saved:.1} %"));
        let error = run.gradient_error.map_or(String::new(), |e| format!("{e:.1e}"));
        let peak = run.peak_bytes.map_or(String::new(), |b| format!("{:.0}", b as f64 / 1048576.0));
        let _ = writeln!(
            out,
            "  {:<12} {:>9} {:>9} {saved:>9} {:>9} {:>9} {error:>11} {:>9.1} {peak:>8}",
            run.way.name(),
            run.cost.nfe_forward,
            run.cost.nfe_backward,
            run.cost.rejected,
            short_number(run.metric),
            run.seconds,
        );
    }
    out.push_str(&hanging_on(record));
    out.push_str(
        "\nforward, backward: evaluations of the field in a pass over the test data. saved: backward, against pooled.\n\
         seconds, MiB: of the training. grad. error: of the first test batch, or of its first rows where\n\
         it is large, relative, against a reference at 1e-10.\n",
    );
    out.push_str(&headline(record));
    out
}

/// What the seminorm saves, and what the best of our own costs.
pub fn headline(record: &Record) -> String {
    let mut out = at_equal_error(record);
    let median = record.summary.median_nfe_reduction_percent;
    if !median.is_nan() {
        let cases = record.summary.reductions.len();
        // A task at another tolerance is another case.
        let over =
            if cases == 1 { "one case".to_owned() } else { format!("{cases} cases, median") };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "\nThe seminorm saves {median:.1} % of the backward evaluations ({over}). The paper's median is 40 %."
        );
    }
    out
}

/// The cheapest ways to gradients that are as good as those under the pooled norm.
fn at_equal_error(record: &Record) -> String {
    let mut out = String::new();
    for (i, best) in record.summary.best.iter().enumerate() {
        if i == 0 {
            out.push_str("\nAt equal gradient error, work and time of the cheapest strategy over those of the pooled norm:\n");
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "  {:<44} {:<14} {:>5.2} {:>5.2}",
            format!("{} ({:e})", best.task, best.rtol),
            best.way.name(),
            best.work,
            best.seconds
        );
    }
    out
}

/// How many of the pooled norm's backward evaluations a run has saved, in per cent: of the same task, tolerances and
/// repeat.
fn saved(record: &Record, run: &Run) -> Option<f64> {
    let pooled = record.runs.iter().find(|other| {
        other.way == Way::under(Norm::Pooled)
            && other.task == run.task
            && (other.rtol, other.atol) == (run.rtol, run.atol)
            && other.repeat == run.repeat
    })?;
    (run.way != pooled.way)
        .then(|| 100.0 * (1.0 - run.cost.nfe_backward as f64 / pooled.cost.nfe_backward as f64))
}

/// Backward evaluations with one thing changed, under each measure.
fn hanging_on(record: &Record) -> String {
    let mut out = String::new();
    let mut before = None;
    for row in record.ablations.chunk_by(|a, b| a.task == b.task && a.change == b.change) {
        let first = &row[0];
        if before != Some(&first.task) {
            before = Some(&first.task);
            // Writing to a String cannot fail.
            let _ = write!(out, "\n{}: backward evaluations\n  {:<26}", first.task, "changed");
            for a in row {
                let _ = write!(out, " {:>12}", short(&a.measure));
            }
            out.push('\n');
        }
        let _ = write!(out, "  {:<26}", first.change);
        for a in row {
            let _ = write!(out, " {:>12}", a.nfe_backward);
        }
        out.push('\n');
    }
    out
}

/// Four digits, as a decimal where that shows them.
fn short_number(x: f64) -> String {
    if (0.01..1e4).contains(&x.abs()) { format!("{x:.4}") } else { format!("{x:.3e}") }
}

/// The name of a measure where there is little room.
fn short(measure: &str) -> &str {
    if measure.contains(' ') { "first steps" } else { measure }
}
