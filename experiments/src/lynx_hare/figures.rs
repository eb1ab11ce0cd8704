//! All figures of a run, in the form that is printed, drawn and written as JSON.

use crate::lynx_hare::comparison::{Comparison, Measure};
use crate::lynx_hare::fit::{BEST_KNOWN_LOSS, Fit, Iteration, Verdict};
use crate::lynx_hare::model::{MEANINGS, NAMES};
use serde::Serialize;

/// One of the six unknowns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Unknown {
    /// Its name.
    pub name: &'static str,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// Where the fit began.
    pub start: f64,
    /// Where it ended.
    pub fitted: f64,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// What was fitted to what.
    pub experiment: &'static str,
    /// The seed of the start; none for the default one.
    pub seed: Option<u64>,
    /// The relative tolerance of the fit's solves.
    pub rtol: f64,
    /// The six unknowns before and after.
    pub unknowns: Vec<Unknown>,
    /// The loss at the start.
    pub loss_before: f64,
    /// The loss at the end.
    pub loss_after: f64,
    /// The best loss known.
    pub best_known_loss: f64,
    /// Whether the end is the best known minimum.
    pub verdict: Verdict,
    /// The gradient's Euclidean norm at the end, in the logarithms of the unknowns.
    pub final_gradient: f64,
    /// Evaluations of loss and gradient.
    pub evaluations: usize,
    /// How many of them failed.
    pub failed_evaluations: usize,
    /// Why the optimiser stopped.
    pub stopped: String,
    /// Seconds that the fit took.
    pub fit_seconds: f64,
    /// The iterations.
    pub iterations: Vec<Iteration>,
    /// The norms compared, at the start.
    pub comparison: Comparison,
}

impl Figures {
    /// From a fit and a comparison.
    pub fn new(
        seed: Option<u64>,
        rtol: f64,
        fit: &Fit,
        comparison: Comparison,
        seconds: f64,
    ) -> Self {
        let (start, fitted) = (fit.start.values(), fit.fitted.values());
        let unknowns = (0..NAMES.len())
            .map(|i| Unknown {
                name: NAMES[i],
                meaning: MEANINGS[i],
                start: start[i],
                fitted: fitted[i],
            })
            .collect();
        Figures {
            experiment: "Lotka-Volterra on the Hudson's Bay Company's hare and lynx pelts, 1900 to 1920",
            seed,
            rtol,
            unknowns,
            loss_before: fit.before(),
            loss_after: fit.after(),
            best_known_loss: BEST_KNOWN_LOSS,
            verdict: fit.verdict(),
            final_gradient: fit.final_gradient(),
            evaluations: fit.evaluations,
            failed_evaluations: fit.failures,
            stopped: fit.stopped.clone(),
            fit_seconds: seconds,
            iterations: fit.iterations.clone(),
            comparison,
        }
    }

    /// What to tell the user about where the fit ended: nothing when it is the best known minimum.
    pub fn warning(&self) -> Option<String> {
        let (loss, best) = (self.loss_after, self.best_known_loss);
        match self.verdict {
            Verdict::BestKnown => None,
            Verdict::AnotherMinimum => Some(format!(
                "This start ended in another minimum: the gradient vanishes there, but its loss of {loss:.4} is clearly above \
                 the best known one, {best:.4}. The rates are the best near this start and not the best there are. Take \
                 another --seed, or none for the default start."
            )),
            Verdict::Unfinished => Some(format!(
                "The fit stopped before it reached a minimum: its loss is {loss:.4} (the best known is {best:.4}) and the \
                 gradient's norm still {:.1e}. The optimiser said: {}. Take another --seed, none for the default start, or a \
                 tighter --rtol.",
                self.final_gradient, self.stopped
            )),
        }
    }

    /// The sentence that says why the saving is what it is, from the numbers of this run.
    pub fn reason(&self) -> Option<String> {
        let rtol = self.comparison.shown_rtol;
        let usual = self.comparison.cost(rtol, Measure::Default)?;
        let attempts = usual.accepted + usual.rejected;
        let saving = match 100.0 * self.comparison.saving(rtol)? {
            saved if saved > 0.5 => {
                format!("saves {saved:.0} % of the backward evaluations at {rtol:.0e}")
            }
            saved if saved < -0.5 => {
                format!("costs {:.0} % more backward evaluations at {rtol:.0e}", -saved)
            }
            _ => format!("neither saves nor costs backward evaluations at {rtol:.0e}"),
        };
        let (others, excess) = (attempts - usual.decided_by_gradient, usual.gradient_excess);
        Some(format!(
            "The seminorm {saving}. It is no more because g has only four channels, one for each rate, and their integrands are products \
             of smooth populations and costates: under the default norm the state or the costate had the \
             largest error in {others} of {attempts} attempts, and where g had, it was typically {excess:.1} times theirs, \
             which is a step shorter by the fifth root of that. The seminorm pays where g has thousands of channels and asks \
             for steps that nothing else needs, as with the neural networks of the paper (Kidger, Chen, Lyons, \"Hey, that's \
             not an ODE\", ICML 2021), whose median saving is 40 %."
        ))
    }
}
