//! A field driven by the paths of a batch of series.

use super::{GraphField, list};
use crate::{ControlError, Controls, NeuralError};
use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::{Float, Space};
use std::sync::Arc;

/// The paths that write what a field holds, and the piece that is there now.
#[derive(Debug, Clone)]
pub(super) struct Driver {
    controls: Arc<Controls>,
    piece: usize,
}

impl Driver {
    /// Before the first knot.
    fn new<T: Float>(controls: Arc<Controls>, held: &mut [T]) -> Driver {
        controls.write(0, held);
        Driver { controls, piece: 0 }
    }

    /// Sees to it that the piece of a time is held, and gives the local time in it.
    pub(super) fn hold<T: Float>(&mut self, t: f64, held: &mut [T]) -> f64 {
        let piece = self.controls.piece(t, self.piece);
        if piece != self.piece {
            self.controls.write(piece, held);
            self.piece = piece;
        }
        t - self.controls.knot(piece)
    }
}

impl<Y: Space<Scalar: Float + Real>> GraphField<Y> {
    /// Drives the field by the paths of a batch of series, until it is driven by others or [holds](Self::hold) something else. Of
    /// a model that holds the coefficients of a slope as three arrays of channels x batch, as [`NeuralCde`](crate::NeuralCde)
    /// does.
    ///
    /// From now on the field holds those of the piece in which the time lies, written when another piece begins, and the graph's
    /// time is the time since that piece began. So products in the time are right as they come. Where slopes jump a knot belongs
    /// to the piece after it: name [the jumps](Controls::jumps) in the problem, and both sides are seen.
    ///
    /// ```
    /// use costate_neural::{Activation, Control, Controls, Mlp, Model, NeuralCde};
    /// use costate_neural::adjoint::DifferentiableField;
    /// use nalgebra::DMatrix;
    /// use std::sync::Arc;
    ///
    /// // One channel, one entry: z' = (0 z + 1) dX/dt, so the state moves as the path does.
    /// let mut field = NeuralCde::new(Mlp::new([1, 1], Activation::Identity)?, 1)?.field::<Vec<f64>>(1)?;
    /// let path = Control::linear(&[0.0, 1.0, 3.0], &DMatrix::from_row_slice(1, 3, &[0.0, 5.0, 6.0]))?;
    /// field.control(Arc::new(Controls::new([path])?))?;
    /// let mut dz = vec![0.0];
    /// for (t, slope) in [(0.5, 5.0), (2.0, 0.5), (4.0, 0.0)] {
    ///     field.eval(t, &vec![1.0], &vec![0.0, 1.0], &mut dz);
    ///     assert_eq!(dz, [slope]);
    /// }
    /// # Ok::<(), costate_neural::NeuralError>(())
    /// ```
    ///
    /// # Errors
    /// A field that does not hold three arrays of this shape.
    pub fn control(&mut self, controls: Arc<Controls>) -> Result<(), NeuralError> {
        let own = 1 + self.state.entries().len() + self.parameters.entries().len();
        let held = self.graph.input_layout().entries().iter().skip(own).map(|entry| entry.shape);
        let (held, expected) = (held.collect::<Vec<_>>(), controls.shape());
        if held != [expected; 3] {
            let found = list(&held);
            return Err(ControlError::Field { expected, found }.into());
        }
        self.control = Some(Driver::new(controls, &mut self.held));
        Ok(())
    }
}
