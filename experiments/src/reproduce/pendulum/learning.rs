//! What is learnt of the pendulum: a Symplectic ODE-Net on windows of trajectories.

use super::windows::{CHANNELS, LENGTH, Sizes, Window, Windows, times, windows};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::record::Size;
use crate::reproduce::task::{Batch, Element, Held, Part, Task};
use costate_adjoint::AtTimes;
use costate_neural::{Activation, MeanSquaredError, Model, NeuralError, SymplecticOdeNet};
use nalgebra::DMatrix;

/// The published number of parameters.
pub const PUBLISHED: usize = 509_108;

/// The hidden widths of the nets of a quick run: a tenth of the published ones.
const QUICK: [&[usize]; 3] = [&[40, 40, 40], &[30, 30], &[30, 30]];

/// Predict the windows of the double pendulum from their first states.
///
/// The loss is the mean squared error over all eight states of a window, the first one included, although that is given and
/// its error zero; all eight channels count, the constant controls included. Both as in the paper.
pub struct Pendulum {
    model: SymplecticOdeNet,
    windows: Windows,
    batch: usize,
}

impl Pendulum {
    /// With data and net of a size. The seed is the data's.
    ///
    /// # Errors
    /// Data that could not be made, or a published net of another size than published.
    pub fn new(size: Size, seed: u64) -> Result<Self, ReproduceError> {
        match size {
            Size::Paper => {
                let model = SymplecticOdeNet::published()?;
                let found = model.parameters()?.len();
                if found != PUBLISHED {
                    return Err(ReproduceError::Parameters { expected: PUBLISHED, found });
                }
                Ok(Pendulum { model, windows: windows(seed, Sizes::PAPER)?, batch: 256 })
            }
            Size::Quick => Pendulum::of(QUICK, Sizes::QUICK, 64, seed),
        }
    }

    /// With nets of these hidden widths, so much data, and batches of so many windows.
    ///
    /// # Errors
    /// Data that could not be made, or a width of 0.
    pub fn of(
        hidden: [&[usize]; 3],
        sizes: Sizes,
        batch: usize,
        seed: u64,
    ) -> Result<Self, ReproduceError> {
        let model = SymplecticOdeNet::new(hidden, Activation::Softplus)?;
        Ok(Pendulum { model, windows: windows(seed, sizes)?, batch })
    }

    fn part(&self, part: Part) -> &[Window] {
        match part {
            Part::Train => &self.windows.train,
            Part::Validation => &self.windows.validation,
            Part::Test => &self.windows.test,
        }
    }
}

impl Task for Pendulum {
    type Model = SymplecticOdeNet;
    type State<T: Element> = DMatrix<T>;

    fn name(&self) -> &str {
        "double pendulum"
    }

    fn metric_name(&self) -> &'static str {
        "mean squared error of the test windows, over all channels"
    }

    fn model(&self) -> &SymplecticOdeNet {
        &self.model
    }

    fn observations(&self) -> usize {
        LENGTH
    }

    fn rows(&self, part: Part) -> usize {
        self.part(part).len()
    }

    fn batch_size(&self) -> usize {
        self.batch
    }

    fn terms(&self, rows: usize) -> usize {
        rows * LENGTH * CHANNELS
    }

    fn batch<T: Element>(
        &self,
        part: Part,
        rows: &[usize],
        _draw: u64,
        _ends: &[T],
    ) -> Result<Batch<T, DMatrix<T>>, NeuralError> {
        let windows = self.part(part);
        let at = |point: usize| {
            DMatrix::from_fn(CHANNELS, rows.len(), |i, j| T::of(windows[rows[j]][point][i]))
        };
        let error = MeanSquaredError::new((0..LENGTH).map(at).collect())?;
        let loss = move |y: &[DMatrix<T>], a: &mut [DMatrix<T>]| error.evaluate(y, a);
        let loss = Box::new(AtTimes { times: times(), loss });
        let interval = (0.0, times()[LENGTH - 1]);
        Ok(Batch { start: at(0), interval, held: Held::Nothing, loss })
    }
}
