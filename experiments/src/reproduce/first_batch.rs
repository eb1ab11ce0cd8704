//! The first rows of the test data, on which the gradients of all ways are held against a reference.

use super::error::ReproduceError;
use super::evaluation::{DRAW, reference, relative_error};
use super::gradients::{own, under};
use super::prepared::{Fields, Rows, small_batches};
use super::task::{Part, Task};
use super::way::Way;
use std::time::{Duration, Instant};

/// A gradient is timed up to so many times, and the shortest counts.
const TIMES: usize = 3;

/// Unless it takes so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// A batch of them in `f64`, so that no rounding hides what tolerances do.
pub struct FirstBatch<'t, K: Task> {
    task: &'t K,
    rows: Vec<usize>,
    p: &'t [f32],
    reference: Option<Vec<f64>>,
    fields: Fields<'t, K, f64>,
}

/// Under which settings a way goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Settings {
    /// The paper's: torchdiffeq's adjoint.
    Literal,
    /// The strategy's own defaults, but for one.
    Own {
        /// The tolerance of a backward solve over that of the forward one; see [`EIGHTH`](Settings::EIGHTH).
        backward: f64,
    },
}

impl Settings {
    /// A strategy's defaults: an eighth of the tolerance backwards, so that the way back adds no more error than there is.
    pub const EIGHTH: Settings = Settings::Own { backward: 0.125 };
}

/// What one gradient cost and how good it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Distance to the reference, over the length of that.
    pub error: f64,
    /// Calls of the field with its products backwards.
    pub nfe_backward: f64,
    /// All of it, in evaluations of the field; see [`GraphField::flops`](costate_neural::GraphField::flops).
    pub work: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl<'t, K: Task> FirstBatch<'t, K>
where
    K::State<f64>: 'static,
{
    /// With these parameters, and of at most so many rows. There is none of a task without test data.
    pub fn new(task: &'t K, p: &'t [f32], size: usize) -> Option<Self> {
        let rows = small_batches(task, Part::Test, size, 1).pop()?;
        Some(FirstBatch { task, rows, p, reference: None, fields: Fields::new(task) })
    }

    /// The reference gradient, computed when it is first asked for: that takes minutes at full size.
    ///
    /// # Errors
    /// A model that cannot be, or a reference that could not be had.
    pub fn reference(&mut self) -> Result<&[f64], ReproduceError> {
        if self.reference.is_none() {
            self.reference = Some(reference(self.task, self.p, &self.rows)?);
        }
        Ok(self.reference.as_deref().unwrap_or_default())
    }

    /// The gradient of one way; none where that has none.
    ///
    /// # Errors
    /// As [`reference`](Self::reference).
    pub fn measure(
        &mut self,
        settings: Settings,
        way: Way,
        tolerances: (f64, f64),
        timed: bool,
    ) -> Result<Option<Measured>, ReproduceError> {
        self.reference()?;
        let reference = self.reference.as_deref().unwrap_or_default();
        let p: Vec<f64> = self.p.iter().map(|&p| f64::from(p)).collect();
        let rows = Rows { part: Part::Test, rows: &self.rows, draw: DRAW };
        let mut ready = self.fields.ready(rows, &p)?;
        let chosen = match (settings, way.norm) {
            (Settings::Literal, Some(norm)) => {
                Some(under(norm, ready.field, self.task.observations(), tolerances))
            }
            (Settings::Literal, None) => None,
            (Settings::Own { backward }, _) => own(way, tolerances, backward),
        };
        let Some(mut gradients) = chosen else { return Ok(None) };
        let unit = ready.field.value_program().flops() as f64;
        let mut best: Option<Measured> = None;
        let begun = Instant::now();
        for _ in 0..if timed { TIMES } else { 1 } {
            let (before, now) = (ready.field.flops(), Instant::now());
            let Ok(found) = ready.gradient(&mut gradients, None) else { return Ok(None) };
            let seconds = now.elapsed().as_secs_f64();
            best = Some(Measured {
                error: relative_error(&found.p, reference),
                nfe_backward: found.report.backward.calls as f64,
                work: (ready.field.flops() - before) as f64 / unit,
                seconds: best.map_or(seconds, |best| best.seconds.min(seconds)),
            });
            if begun.elapsed() > PATIENCE {
                break;
            }
        }
        Ok(best)
    }
}
