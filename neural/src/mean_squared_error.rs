//! The mean squared error of observed states.

use crate::NeuralError;
use costate_adjoint::norms::{Float, Scalar, Space};

/// The mean of `(y - target)^2` over all coordinates of all observed states (PyTorch's `MSELoss`).
///
/// [`evaluate`](Self::evaluate) is a loss for [`AtTimes`](costate_adjoint::AtTimes), with one target for each time, or for
/// [`AtEnd`](costate_adjoint::AtEnd) with one:
///
/// ```
/// use costate_neural::MeanSquaredError;
/// use costate_adjoint::{AtTimes, Loss};
/// let error = MeanSquaredError::new(vec![[1.0, 0.0], [0.0, 1.0]])?;
/// let loss = AtTimes { times: [0.5, 1.0], loss: |y: &[[f64; 2]], a: &mut [[f64; 2]]| error.evaluate(y, a) };
/// let mut cotangents = [[0.0; 2]; 2];
/// assert_eq!(loss.evaluate(&[[3.0, 0.0], [0.0, 1.0]], &mut cotangents), 1.0);
/// assert_eq!(cotangents, [[1.0, 0.0], [0.0, 0.0]]);
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MeanSquaredError<Y> {
    targets: Vec<Y>,
    /// One over the number of coordinates.
    share: f64,
}

impl<Y: Space<Scalar: Float>> MeanSquaredError<Y> {
    /// The error against these targets, in the order of the observations.
    ///
    /// # Errors
    /// No coordinates at all, or NaN or infinity among them.
    pub fn new(targets: Vec<Y>) -> Result<Self, NeuralError> {
        let count: usize = targets.iter().map(Space::dimension).sum();
        NeuralError::check_setting(
            "the number of target coordinates",
            count as f64,
            count > 0,
            "positive",
        )?;
        for l in 0..Y::LEAVES {
            targets.iter().try_for_each(|y| NeuralError::check_finite("a target", y.leaf(l)))?;
        }
        Ok(MeanSquaredError { targets, share: 1.0 / count as f64 })
    }

    /// The targets.
    pub fn targets(&self) -> &[Y] {
        &self.targets
    }

    /// The error; writes its derivatives into `cotangents`.
    ///
    /// NaN where there are more or fewer states than targets, or one of another shape: a gradient is then refused.
    pub fn evaluate(&self, observed: &[Y], cotangents: &mut [Y]) -> f64 {
        let targets = &self.targets;
        let fits = |states: &[Y]| {
            states.len() == targets.len()
                && states.iter().zip(targets).all(|(y, target)| y.same_shape(target))
        };
        if !(fits(observed) && fits(cotangents)) {
            return f64::NAN;
        }
        let mut sum = 0.0;
        for ((a, y), target) in cotangents.iter_mut().zip(observed).zip(targets) {
            for l in 0..Y::LEAVES {
                for ((a, &y), &target) in
                    a.leaf_mut(l).iter_mut().zip(y.leaf(l)).zip(target.leaf(l))
                {
                    let difference = y - target;
                    *a = Y::Scalar::of(2.0 * self.share) * difference;
                    sum += difference.into() * difference.into();
                }
            }
        }
        self.share * sum
    }
}
