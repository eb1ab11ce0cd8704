//! What a run prints.

use crate::lynx_hare::comparison::{Comparison, Measure};
use crate::lynx_hare::figures::Figures;
use crate::lynx_hare::fit::{GRADIENT_TOLERANCE, Iteration};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write;

/// The bar's whole length.
const LENGTH: u64 = 1000;
/// How much of it the fit takes; the comparison has the rest.
const FIT_PART: f64 = 800.0;

/// A progress bar on the terminal, with loss, evaluations and time left; nothing where there is no terminal.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
    first_gradient: f64,
}

impl Progress {
    /// An empty bar on standard error.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(LENGTH), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {percent:>3}%, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, first_gradient: f64::NAN }
    }

    /// Shows an iteration. How far along a fit is, the gradient tells: it falls to the tolerance about geometrically.
    pub fn iteration(&mut self, iteration: &Iteration) {
        if self.first_gradient.is_nan() {
            self.first_gradient = iteration.gradient;
        }
        let whole = (self.first_gradient / GRADIENT_TOLERANCE).ln().max(1.0);
        let gone = (self.first_gradient / iteration.gradient).ln() / whole;
        let position = (gone.clamp(0.0, 1.0) * FIT_PART) as u64;
        // Gradients rise for a while too; the bar does not go back.
        self.bar.set_position(self.bar.position().max(position));
        let Iteration { loss, evaluations, .. } = iteration;
        self.bar.set_message(format!("fitting: loss {loss:.4}, {evaluations} evaluations"));
    }

    /// Shows how much of the comparison is done.
    pub fn comparison(&self, part: f64) {
        self.bar.set_message("comparing norms");
        let rest = LENGTH as f64 - FIT_PART;
        self.bar.set_position((FIT_PART + part * rest) as u64);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

/// The fit in a few lines.
pub fn summary(figures: &Figures) -> String {
    let mut out = String::new();
    let seed = figures.seed.map_or(String::from("the guess read off the data"), |seed| {
        format!("that guess perturbed by seed {seed}")
    });
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "Lotka-Volterra, x' = a x - b x y and y' = -c y + d x y, fitted to the Hudson's Bay Company's\n\
         hare (x) and lynx (y) pelts, 1900 to 1920, in thousands. Start: {seed}.\n"
    );
    let _ = writeln!(out, "  {:<8} {:>9} {:>9}   meaning", "", "start", "fitted");
    for u in &figures.unknowns {
        let (start, fitted) = (significant(u.start), significant(u.fitted));
        let _ = writeln!(out, "  {:<8} {start:>9} {fitted:>9}   {}", u.name, u.meaning);
    }
    let _ = writeln!(
        out,
        "  {:<8} {:>9.4} {:>9.4}   half the sum of squared log residuals (best known {:.4})\n",
        "loss", figures.loss_before, figures.loss_after, figures.best_known_loss
    );
    let _ = writeln!(
        out,
        "{} evaluations of loss and gradient at rtol {:.0e} in {:.2} s; gradient norm {:.1e} at the end.",
        figures.evaluations, figures.rtol, figures.fit_seconds, figures.final_gradient
    );
    out
}

/// Four significant digits.
pub fn significant(x: f64) -> String {
    let digits = if x == 0.0 { 0 } else { x.abs().log10().floor() as i32 };
    format!("{x:.*}", (3 - digits).max(0) as usize)
}

/// The comparison of the norms as a table.
pub fn table(comparison: &Comparison) -> String {
    let mut out =
        String::from("The backward pass at the start, under four norms of (y, a, g):\n\n");
    let _ = writeln!(
        out,
        "  {:>5}  {:<24} {:>11} {:>8} {:>8} {:>9} {:>6} {:>12}",
        "rtol", "norm", "evaluations", "accepted", "rejected", "error", "drift", "conditioning"
    );
    for row in &comparison.rows {
        let name = row.norm.written();
        let _ = match (&row.cost, &row.failure) {
            (Some(c), _) => writeln!(
                out,
                "  {:>5.0e}  {name:<24} {:>11} {:>8} {:>8} {:>9.1e} {:>6.1} {:>12.1}",
                row.rtol,
                c.evaluations,
                c.accepted,
                c.rejected,
                c.gradient_error,
                c.drift,
                c.conditioning
            ),
            (None, failure) => {
                let why = failure.as_deref().unwrap_or("no gradient");
                writeln!(out, "  {:>5.0e}  {name:<24} {why}", row.rtol)
            }
        };
        if row.norm == Measure::PooledSeminorm {
            out.push('\n');
        }
    }
    out.push_str(
        "  error: of the gradient, relative, against forward sensitivities at 1e-12; the forward solve at the\n  \
         same rtol has its part in it. drift: how far the state solved backwards strayed, in tolerances.\n  \
         conditioning: gross over net gradient. (Rms, Rms, Rms) is the usual norm, (Rms, Rms, Null) the seminorm.\n",
    );
    out
}
