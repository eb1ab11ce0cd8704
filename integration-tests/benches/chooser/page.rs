//! The page.

use super::{R, Table};
use std::fmt::Write;

const HEAD: &str = "\
# Choosing a strategy

There are four ways to the gradient of a solve. They solve one problem, give one gradient as the tolerance goes to zero, and share one
trait, [`Adjoint`](crate::Adjoint), so that changing one's mind is changing one word.

| | what it is | exact for | memory | fails |
|---|---|---|---|---|
| [`Discrete`](crate::Discrete) | each recorded step is transposed | the numerical solution, to rounding | the steps: states and stages, or checkpoints | never on its own; but it is no better than the forward steps, which nobody chose for the costate |
| [`Interpolating`](crate::Interpolating) | only `a` is solved backwards, along the recorded solution | the equations, to tolerances | as `Discrete` | where the dense output is much worse than the steps |
| [`Quadrature`](crate::Quadrature) | `(y, a)` is solved backwards, `g` is an integral along the way | the equations, to tolerances | observed states, and the times of steps | where a state that contracts forwards explodes backwards: seen by the drift, mended by `Discrete` |
| [`Backsolve`](crate::Backsolve) | `(y, a, g)` is solved backwards, under any norm | the equations, to tolerances | the same, and stages as large as the parameters | the same |

**Take `Discrete` unless you know why not.** It is the fastest on every problem below but none the less exact, it takes no tolerance for
a way back, and it cannot explode. Its steps are those of the forward solve, so a costate that wants smaller ones does not get them (van
der Pol below); and they take memory: with `Keep::Every(n)`, less for about one more forward solve.

Take `Interpolating` where the costate is rougher than the state, or its error has to be controlled for itself. Take `Quadrature` where
there are many parameters and little memory: nothing of the size of the parameters is kept for stages, and fields that batch do all
stages of a step at once. Take `Backsolve` to compare with other libraries, and to teach.

How good is it? No guard of a single gradient sees what the forward solve does to it. [`Checked`](crate::Checked) computes any of them a
second time, at a tenth of the tolerance, and says. On the first seven problems below, from 1e-3 to 1e-9, it named each gradient that was
off by more than 25 tolerances and none that was within 16, and what it returned was within 10.

";

/// The page of these measurements.
pub(crate) fn page(tables: &[Table]) -> String {
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "## Measured\n");
    let _ = writeln!(
        out,
        "By `cargo bench -p costate-integration-tests --bench chooser`, at rtol = atol = {R:.0e}, each with its default policy \
         (mended where need be) in memory of its own, taking turns. *Time* is relative to `Discrete`. *Error* is that of dL/dp against \
         forward sensitivities at 1e-13, in tolerances of the gross gradient. The products of one call are counted apart. *Vectors* of \
         the size of a state are what is kept of the forward solve.\n"
    );
    let mut means: Vec<(&str, f64, f64, usize)> = Vec::new();
    for Table { name, rows } in tables {
        let _ = writeln!(out, "### {name}\n");
        let _ = writeln!(
            out,
            "| strategy | time | error | f | VJP in y | VJP in p | vectors | the report says |"
        );
        let _ = writeln!(out, "|---|---|---|---|---|---|---|---|");
        let unit = rows.first().map_or(1.0, |row| row.time);
        for row in rows {
            let time = row.time / unit;
            match &row.outcome {
                Ok(g) => {
                    let (c, held) = (g.report.backward, g.report.states_held);
                    let said = match (g.report.redone, g.report.steps_refined) {
                        (true, _) => format!("drift {:.0e}: computed once more", g.report.drift),
                        (false, 0) => String::new(),
                        (false, steps) => format!("{steps} steps refined"),
                    };
                    let f = c.f + g.report.forward.f;
                    let _ = writeln!(
                        out,
                        "| {} | {time:.2} | {:.2} | {f} | {} | {} | {held} | {said} |",
                        row.way, row.error, c.vjp_y, c.vjp_p
                    );
                    match means.iter_mut().find(|(way, ..)| *way == row.way) {
                        Some((_, log, worst, count)) => {
                            *log += time.ln();
                            *worst = worst.max(row.error);
                            *count += 1;
                        }
                        None => means.push((row.way, time.ln(), row.error, 1)),
                    }
                }
                Err(error) => {
                    let _ = writeln!(out, "| {} | {time:.2} | | | | | | {error} |", row.way);
                }
            }
        }
        let _ = writeln!(out);
    }
    let _ = writeln!(out, "### All of them\n");
    let _ = writeln!(out, "| strategy | time, geometric mean | worst error |");
    let _ = writeln!(out, "|---|---|---|");
    for (way, log, worst, count) in means {
        let _ = writeln!(out, "| {way} | {:.2} | {worst:.1} |", (log / count as f64).exp());
    }
    out
}
