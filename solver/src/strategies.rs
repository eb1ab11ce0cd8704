//! Random smooth fields whose solution is known in closed form, for property tests of one's own methods and controls.
//!
//! Random tableaux, controls and vectors are in the modules of the same name of [`tableau`](crate::tableau),
//! [`controller`](crate::controller) and [`norms`](crate::norms).
//!
//! ```
//! use costate_solver::{Plan, Solver, strategies::smooth_fields};
//! use proptest::prelude::*;
//! use proptest::test_runner::TestRunner;
//!
//! // In a test of your own this is the macro `proptest!`.
//! TestRunner::default().run(&smooth_fields::<3>(), |field| {
//!     let (t0, t1) = (field.t0, field.t1);
//!     let solution = Solver::dormand_prince(1e-8, 1e-8)
//!         .solve(field, &field.exact(t0), Plan::new(t0, t1))
//!         .map_err(|error| TestCaseError::fail(error.to_string()))?;
//!     for (y, exact) in solution.y.iter().zip(field.exact(t1)) {
//!         prop_assert!((y - exact).abs() < 1e-4);
//!     }
//!     Ok(())
//! })?;
//! # Ok::<(), proptest::test_runner::TestError<costate_solver::strategies::Smooth<3>>>(())
//! ```

use crate::Field;
use crate::laws::Known;
use core::f64::consts::TAU;
use proptest::array::uniform;
use proptest::prelude::*;

/// A field with a chosen solution `s(t)`, and a pull of every coordinate on every other beside it:
///
/// ```text
/// s_i(t) = amplitude_i sin(frequency_i t + phase_i)
/// y_i'   = s_i'(t) + sum_j coupling_ij sin(y_j - s_j(t))
/// ```
///
/// The field and all its derivatives are bounded everywhere. The sum over a row of `|coupling|` bounds its slope in `y`, so
/// two solutions part at most by a factor of `e^(that |t1 - t0|)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smooth<const N: usize> {
    /// How far the solution swings.
    pub amplitude: [f64; N],
    /// How fast, in radians for a unit of time.
    pub frequency: [f64; N],
    /// Where it is at time 0, in radians.
    pub phase: [f64; N],
    /// How the coordinates pull on each other.
    pub coupling: [[f64; N]; N],
    /// A time to begin at.
    pub t0: f64,
    /// A time to end at, before or after `t0`.
    pub t1: f64,
}

impl<const N: usize> Smooth<N> {
    /// The solution that begins at `exact(t0)`.
    pub fn exact(&self, t: f64) -> [f64; N] {
        core::array::from_fn(|i| self.amplitude[i] * (self.frequency[i] * t + self.phase[i]).sin())
    }

    /// The largest sum over a row of `|coupling|`: a Lipschitz constant in the largest absolute value.
    pub fn slope(&self) -> f64 {
        let sums = self.coupling.iter().map(|row| row.iter().map(|x| x.abs()).sum());
        sums.fold(0.0, f64::max)
    }

    /// The problem and its solution, as [`observed_order`](crate::laws::observed_order) takes them.
    pub fn known(self) -> Known<Self, impl Fn(f64) -> [f64; N]> {
        Known { field: self, exact: move |t| self.exact(t), t0: self.t0, t1: self.t1 }
    }
}

impl<const N: usize> Field<[f64; N]> for Smooth<N> {
    fn eval(&mut self, t: f64, y: &[f64; N], dy: &mut [f64; N]) {
        let s = self.exact(t);
        for i in 0..N {
            let angle = self.frequency[i] * t + self.phase[i];
            dy[i] = self.amplitude[i] * self.frequency[i] * angle.cos();
            for j in 0..N {
                dy[i] += self.coupling[i][j] * (y[j] - s[j]).sin();
            }
        }
    }
}

/// Amplitudes of 0.1 to 2, frequencies of 0.2 to 3, a slope of at most 1, spans of 0.5 to 5 in both directions of time.
pub fn smooth_fields<const N: usize>() -> impl Strategy<Value = Smooth<N>> {
    let reach = 1.0 / N.max(1) as f64;
    let span = prop_oneof![0.5..5.0_f64, -5.0..-0.5_f64];
    (
        uniform(0.1..2.0_f64),
        uniform(0.2..3.0_f64),
        uniform(0.0..TAU),
        uniform(uniform(-reach..=reach)),
        -5.0..5.0_f64,
        span,
    )
        .prop_map(|(amplitude, frequency, phase, coupling, t0, span)| {
            let t1 = t0 + span;
            Smooth { amplitude, frequency, phase, coupling, t0, t1 }
        })
}
