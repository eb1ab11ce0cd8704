//! Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, arXiv:1711.05101,
//! algorithm 2; Kingma and Ba, "Adam", ICLR 2015, arXiv:1412.6980).

use crate::NeuralError;
use costate_adjoint::norms::{Float, Scalar};

/// AdamW, in PyTorch's order of operations. With gradient `g`, step `n` = 1, 2, .., rate `r`:
///
/// ```text
/// p <- p - r decay p
/// m <- beta1 m + (1 - beta1) g
/// v <- beta2 v + (1 - beta2) g^2
/// p <- p - r / (1 - beta1^n) m / (sqrt(v) / sqrt(1 - beta2^n) + epsilon)
/// ```
///
/// The defaults are PyTorch's as well: rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, decay 0.01. (The paper's decay is not multiplied by
/// the rate but by a schedule; its epsilon is the same.)
///
/// All of the state is public: what a checkpoint has to keep is `step`, `mean` and `square`.
///
/// ```
/// use costate_neural::AdamW;
/// let mut optimiser = AdamW::new(1e-2, 2)?;
/// let mut p = [1.0_f64, -1.0];
/// optimiser.step(&mut p, &[0.5, 0.0])?;
/// // The first step has the length of the rate, whatever the gradient's; what has none only decays.
/// assert!((p[0] - (1.0 - 1e-4 - 1e-2)).abs() < 1e-9);
/// assert!((p[1] + 1.0 - 1e-4).abs() < 1e-15);
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AdamW<T> {
    /// The learning rate.
    pub rate: f64,
    /// How much of the means stays at each step, for the gradient and for its square.
    pub betas: [f64; 2],
    /// What keeps the division defined.
    pub epsilon: f64,
    /// The part of the parameters that decays at each step, in units of the rate.
    pub decay: f64,
    /// How many steps were taken.
    pub step: u32,
    /// The running mean `m` of the gradient.
    pub mean: Vec<T>,
    /// The running mean `v` of its square.
    pub square: Vec<T>,
}

impl<T: Float> AdamW<T> {
    /// For so many parameters, with PyTorch's constants.
    ///
    /// # Errors
    /// A rate that is negative or not finite.
    pub fn new(rate: f64, parameters: usize) -> Result<Self, NeuralError> {
        let (mean, square) = (vec![T::of(0.0); parameters], vec![T::of(0.0); parameters]);
        let betas = [0.9, 0.999];
        let optimiser = AdamW { rate, betas, epsilon: 1e-8, decay: 0.01, step: 0, mean, square };
        optimiser.check()?;
        Ok(optimiser)
    }

    /// The same with another decay.
    pub fn with_decay(self, decay: f64) -> Self {
        AdamW { decay, ..self }
    }

    fn check(&self) -> Result<(), NeuralError> {
        let non_negative = "a finite number, 0 or more";
        let AdamW { rate, betas, epsilon, decay, .. } = *self;
        for (what, value) in
            [("AdamW's rate", rate), ("AdamW's epsilon", epsilon), ("AdamW's decay", decay)]
        {
            NeuralError::check_setting(
                what,
                value,
                value >= 0.0 && value.is_finite(),
                non_negative,
            )?;
        }
        for beta in betas {
            NeuralError::check_setting(
                "AdamW's beta",
                beta,
                (0.0..1.0).contains(&beta),
                "at least 0 and less than 1",
            )?;
        }
        NeuralError::check_length("AdamW's mean of squares", self.mean.len(), self.square.len())
    }

    /// Moves the parameters along the gradient of what is to become small.
    ///
    /// # Errors
    /// Lists of another length than the optimiser was made for, a gradient that is not finite, or settings that cannot be; nothing
    /// has moved then.
    pub fn step(&mut self, parameters: &mut [T], gradient: &[T]) -> Result<(), NeuralError> {
        self.check()?;
        let count = self.mean.len();
        NeuralError::check_length("AdamW's parameters", count, parameters.len())?;
        NeuralError::check_length("AdamW's gradient", count, gradient.len())?;
        NeuralError::check_finite("the gradient", gradient)?;

        self.step = self.step.saturating_add(1);
        let [beta1, beta2] = self.betas;
        let corrections = self.betas.map(|beta| 1.0 - beta.powf(f64::from(self.step)));
        let of = <T as Scalar>::of;
        let (kept, added) = (self.betas.map(of), [of(1.0 - beta1), of(1.0 - beta2)]);
        let decayed = of(1.0 - self.rate * self.decay);
        let (length, root) = (of(self.rate / corrections[0]), of(corrections[1].sqrt()));
        let epsilon = of(self.epsilon);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((p, &g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *p = *p * decayed;
            *m = kept[0] * *m + added[0] * g;
            *v = kept[1] * *v + added[1] * g * g;
            *p = *p - length * *m / (v.sqrt() / root + epsilon);
        }
        Ok(())
    }
}
