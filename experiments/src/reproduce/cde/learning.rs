//! Telling series apart by the hidden state that they drive.

use super::classified::{Classified, Maps};
use super::noise::{Noise, path};
use super::scaling::{Scaling, Time};
use super::series::{Labelled, Series};
use crate::reproduce::error::ReproduceError;
use crate::reproduce::flows::split::Split;
use crate::reproduce::task::{Batch, Element, Held, Part, Task};
use costate_adjoint::autodiff::Layout;
use costate_neural::{Activation, Control, Controls, Mlp, Model, NeuralCde, NeuralError};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// The widths of a net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    /// Entries of the hidden state.
    pub hidden: usize,
    /// Of the layers between hidden state and field.
    pub layers: &'static [usize],
    /// What is between them; the paper has ReLU, whose kinks are where steps are rejected.
    pub activation: Activation,
}

impl Widths {
    /// The paper's.
    pub const PAPER: Widths =
        Widths { hidden: 90, layers: &[40, 40, 40, 40], activation: Activation::Relu };
    /// Those of a quick run with series from files: a third of the paper's hidden state and half as many layers, with which three
    /// tolerances take minutes. In splits of the training series of Japanese vowels no more were told wrong than with the paper's.
    pub const SMALL: Widths =
        Widths { hidden: 32, layers: &[32, 32], activation: Activation::Relu };
    /// Those of a quick run with chirps.
    pub const QUICK: Widths = Widths { hidden: 16, layers: &[16], activation: Activation::Relu };
}

/// What is done to series, besides bringing their channels to mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Treatment {
    /// The unit of the time among the channels.
    pub time: Time,
    /// The deviation of Gaussian [`Noise`] on the training series, where that of each channel is 1; 0 for none. It is drawn anew for
    /// each batch; the series for validation and test have none.
    pub noise: f64,
}

impl Treatment {
    /// The paper's.
    pub const PAPER: Treatment = Treatment { time: Time::Samples, noise: 0.0 };
}

/// Tell series apart, as the paper does spoken words: a neural CDE
///
/// ```text
/// z(t0) = lift(X(t0)),  z' = F(z) dX/dt,  scores = readout(z(t1))
/// ```
///
/// along `X`, which goes in straight lines from sample to sample. Channels are brought to mean 0 and variance 1 over the training
/// series, and before them comes the time, counted from 0, in one [unit](Time) or another. At each sample dX/dt jumps, and the solver
/// stops. Series of unequal length go together in a batch: a shorter one stands still after its own end.
///
/// All of lift, field and readout is trained, with the mean cross-entropy.
pub struct Classification {
    name: String,
    classes: Vec<String>,
    model: NeuralCde,
    maps: Maps,
    /// The paths, and which class each is of.
    rows: Split<(Control, usize)>,
    batch: usize,
    /// On the training series, if they have any.
    noise: Option<Noise>,
}

impl Classification {
    /// Of these series, with a net of these widths and batches of so many, as in the paper: time counts samples, and there is no noise.
    ///
    /// # Errors
    /// No series to train on, or a width of 0.
    pub fn new(data: &Labelled, widths: Widths, batch: usize) -> Result<Self, ReproduceError> {
        Classification::treated(data, widths, batch, Treatment::PAPER)
    }

    /// The same with another treatment of the series.
    ///
    /// # Errors
    /// No series to train on, or a width of 0.
    pub fn treated(
        data: &Labelled,
        widths: Widths,
        batch: usize,
        Treatment { time, noise }: Treatment,
    ) -> Result<Self, ReproduceError> {
        let Widths { hidden, layers, activation } = widths;
        // And the time.
        let channels = data.channels() + 1;
        let net = [&[hidden], layers, &[hidden * channels]].concat();
        let net = Mlp::new(net, activation)?.with_final(Activation::Tanh);
        let linear = |from, to| Mlp::new([from, to], Activation::Identity);
        let maps = Maps {
            lift: linear(channels, hidden)?.named("lift"),
            readout: linear(hidden, data.classes.len())?.named("readout"),
        };
        let scaling = Scaling::of(&data.parts.train);
        let step = time.step(&data.parts.train);
        let scaled = |series: &Series| scaling.apply(&series.values);
        let labelled = |series: &Series| -> Result<(Control, usize), NeuralError> {
            Ok((path(&scaled(series), step)?, series.class))
        };
        let paths = |part: &[Series]| part.iter().map(labelled).collect::<Result<Vec<_>, _>>();
        let Split { train, validation, test } = &data.parts;
        let noise =
            (noise > 0.0).then(|| Noise::new(noise, train.iter().map(scaled).collect(), step));
        Ok(Classification {
            name: data.name.clone(),
            classes: data.classes.clone(),
            model: NeuralCde::new(net, channels)?,
            maps,
            rows: Split {
                train: paths(train)?,
                validation: paths(validation)?,
                test: paths(test)?,
            },
            batch,
            noise,
        })
    }

    /// The names of the classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Lift and readout.
    pub fn maps(&self) -> &Maps {
        &self.maps
    }

    /// The paths of a part, each with its class.
    pub fn part(&self, part: Part) -> &[(Control, usize)] {
        match part {
            Part::Train => &self.rows.train,
            Part::Validation => &self.rows.validation,
            Part::Test => &self.rows.test,
        }
    }

    /// How many samples the longest series of a part has; 0 if there is none.
    pub fn longest(&self, part: Part) -> usize {
        let samples = self.part(part).iter().map(|(path, _)| path.knots().len());
        samples.max().unwrap_or(0)
    }
}

impl Task for Classification {
    type Model = NeuralCde;
    type State<T: Element> = DMatrix<T>;

    fn name(&self) -> &str {
        &self.name
    }

    fn metric_name(&self) -> &'static str {
        "accuracy: the share of the test series that are told right, 0 to 1; more is better"
    }

    fn model(&self) -> &NeuralCde {
        &self.model
    }

    fn ends(&self) -> Result<Layout, NeuralError> {
        Ok(self.maps.lift.parameters()?.and(&self.maps.readout.parameters()?)?)
    }

    fn initial<T: Element>(&self, seed: u64) -> Result<Vec<T>, NeuralError> {
        let (mut random, mut drawn) = (ChaCha8Rng::seed_from_u64(seed), Vec::new());
        self.model.draw(&mut random, &mut drawn)?;
        self.maps.lift.draw(&mut random, &mut drawn)?;
        self.maps.readout.draw(&mut random, &mut drawn)?;
        Ok(drawn.into_iter().map(T::of).collect())
    }

    fn observations(&self) -> usize {
        1
    }

    fn rows(&self, part: Part) -> usize {
        self.part(part).len()
    }

    fn batch_size(&self) -> usize {
        self.batch
    }

    fn terms(&self, rows: usize) -> usize {
        rows
    }

    fn batch<T: Element>(
        &self,
        part: Part,
        rows: &[usize],
        draw: u64,
        ends: &[T],
    ) -> Result<Batch<T, DMatrix<T>>, NeuralError> {
        let all = self.part(part);
        let paths = match (&self.noise, part) {
            (Some(noise), Part::Train) => noise.paths(rows, draw)?,
            _ => rows.iter().map(|&row| all[row].0.clone()).collect(),
        };
        let labels = rows.iter().map(|&row| all[row].1).collect();
        let controls = Arc::new(Controls::new(paths)?);
        let loss = Classified::new(&self.maps, controls.start(), labels, ends)?;
        let start = loss.start(self.model.hidden())?;
        let (interval, held) = (controls.interval(), Held::Control(controls));
        Ok(Batch { start, interval, held, loss: Box::new(loss) })
    }
}
