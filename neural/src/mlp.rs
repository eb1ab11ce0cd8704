//! The multilayer perceptron.

use crate::{Activation, NeuralError};
use costate_adjoint::autodiff::{Axis, Graph, Layout, Shape, Var, trace};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A multilayer perceptron over a batch of columns:
///
/// ```text
/// x_0 = x, or (x, t) where time is an input
/// x_l = s(W_l x_(l-1) + b_l),  l = 1 .. n - 1
/// MLP(t, x) = s_n(W_n x_(n-1) + b_n)
/// ```
///
/// `s` is the activation, `s_n` the final one: none unless asked for. The value describes the net and holds no numbers: its
/// parameters are one flat list with the names `0.weight`, `0.bias`, `1.weight`, .. (after a [prefix](Self::named), if any), each
/// weight of `outputs x inputs`, column by column.
///
/// ```
/// use costate_neural::{Activation, Mlp};
/// let net = Mlp::new([2, 16, 2], Activation::Tanh)?.with_time();
/// let layout = net.parameters()?;
/// assert_eq!(layout.entry("0.weight")?.shape.to_string(), "16x3");
/// assert_eq!(layout.len(), 16 * 3 + 16 + 2 * 16 + 2);
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mlp {
    widths: Vec<usize>,
    activation: Activation,
    last: Activation,
    time: bool,
    prefix: String,
}

impl Mlp {
    /// A net of these widths, the input's first and the output's last.
    ///
    /// # Errors
    /// Fewer than two widths, or a width of 0.
    pub fn new(widths: impl Into<Vec<usize>>, activation: Activation) -> Result<Mlp, NeuralError> {
        let widths = widths.into();
        if widths.len() < 2 {
            return Err(NeuralError::TooFewWidths { found: widths.len() });
        }
        if let Some(index) = widths.iter().position(|&width| width == 0) {
            return Err(NeuralError::ZeroWidth { index });
        }
        let (last, time, prefix) = (Activation::Identity, false, String::new());
        Ok(Mlp { widths, activation, last, time, prefix })
    }

    /// The same with an activation after the last layer.
    pub fn with_final(self, last: Activation) -> Mlp {
        Mlp { last, ..self }
    }

    /// The same with the time as one more input, after the others.
    pub fn with_time(self) -> Mlp {
        Mlp { time: true, ..self }
    }

    /// The same with parameters whose names begin with this prefix and a dot.
    pub fn named(self, prefix: &str) -> Mlp {
        Mlp { prefix: format!("{prefix}."), ..self }
    }

    /// How many entries a column of the input has, the time not counted.
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    /// How many entries a column of the output has.
    pub fn outputs(&self) -> usize {
        self.widths[self.layers()]
    }

    /// How many layers there are.
    pub fn layers(&self) -> usize {
        self.widths.len() - 1
    }

    /// Whether the time is an input.
    pub fn takes_time(&self) -> bool {
        self.time
    }

    /// How many numbers each column of a layer is made of, counted from 0.
    fn fan_in(&self, layer: usize) -> usize {
        self.widths[layer].saturating_add(usize::from(self.time && layer == 0))
    }

    /// The parameters as named arrays: of each layer the weight, then the bias.
    ///
    /// # Errors
    /// [`LayoutError::TooLarge`](costate_adjoint::autodiff::LayoutError::TooLarge) when there are more than can be counted.
    pub fn parameters(&self) -> Result<Layout, NeuralError> {
        let arrays = (0..self.layers()).flat_map(|l| {
            let (rows, columns) = (self.widths[l + 1], self.fan_in(l));
            let name = |what: &str| format!("{}{l}.{what}", self.prefix);
            [(name("weight"), Shape::new(rows, columns)), (name("bias"), Shape::column(rows))]
        });
        Ok(Layout::new(arrays)?)
    }

    /// Appends initial parameters to a list, every weight and bias uniform in `+-1/sqrt(k)` where `k` is the number of inputs of its
    /// layer.
    ///
    /// PyTorch's initialisation of `nn.Linear` (its "Kaiming uniform with a = sqrt 5" comes to that).
    ///
    /// # Errors
    /// As [`parameters`](Self::parameters).
    pub fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        for layer in self.parameters()?.entries().chunks_exact(2) {
            let (weight, bias) = (layer[0].shape, layer[1].shape);
            let bound = 1.0 / (weight.columns as f64).sqrt();
            let count = weight.len() + bias.len();
            out.extend((0..count).map(|_| random.random_range(-bound..=bound)));
        }
        Ok(())
    }

    /// The net at traced columns `x`, with its parameter arrays in order. `t` is a number, looked at only where the time is an
    /// input.
    ///
    /// # Errors
    /// Another number of parameter arrays. Shapes that do not go together are an error of the trace.
    pub fn apply(&self, t: Var, x: Var, p: &[Var]) -> Result<Var, NeuralError> {
        if p.len() != 2 * self.layers() {
            return Err(NeuralError::Arrays { expected: 2 * self.layers(), found: p.len() });
        }
        let mut x = x;
        if self.time {
            let row = t.broadcast(Shape::row(x.shape().columns));
            x = Var::concat(Axis::Rows, &[x, row]);
        }
        for (l, layer) in p.chunks_exact(2).enumerate() {
            let activation = if l + 1 == self.layers() { self.last } else { self.activation };
            x = activation.apply(layer[0].matmul(x) + layer[1]);
        }
        Ok(x)
    }

    /// The net by itself, for a batch of so many columns: inputs (t, x, parameters), the output `MLP(t, x)`.
    ///
    /// For what stands before or after a solve, a readout say, and for its derivatives:
    ///
    /// ```
    /// use costate_neural::{Activation, Mlp};
    /// use costate_adjoint::autodiff::Program;
    /// let readout = Mlp::new([2, 1], Activation::Identity)?;
    /// let mut products = Program::<f64>::compile(&readout.graph(3)?.vjp());
    /// let (x, p, weights) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [10.0, 1.0, 0.5], [1.0; 3]);
    /// let (mut y, mut to_t, mut to_x, mut to_p) = ([0.0; 3], [0.0], [0.0; 6], [0.0; 3]);
    /// products.run(&[&[0.0], &x, &p, &weights], &mut [&mut y, &mut to_t, &mut to_x, &mut to_p])?;
    /// assert_eq!(y, [12.5, 34.5, 56.5]);
    /// assert_eq!(to_p, [9.0, 12.0, 3.0]);
    /// # Ok::<(), costate_neural::NeuralError>(())
    /// ```
    ///
    /// # Errors
    /// More numbers than can be counted.
    pub fn graph(&self, batch: usize) -> Result<Graph, NeuralError> {
        self.graph_of(batch, |output| output)
    }

    /// A function of the net's output as a graph with the same inputs.
    pub(crate) fn graph_of(
        &self,
        batch: usize,
        function: impl FnOnce(Var) -> Var,
    ) -> Result<Graph, NeuralError> {
        let arrays = [("t", Shape::SCALAR), ("x", Shape::new(self.inputs(), batch))];
        let inputs = Layout::new(arrays)?.and(&self.parameters()?)?;
        // The parameters are the net's own, so `apply` finds as many arrays as it needs.
        let output = |v: &[Var]| self.apply(v[0], v[1], &v[2..]).map(function);
        Ok(trace(&inputs, |v| output(v).into_iter().collect())?)
    }

    /// `Ok` if the net has these widths at its ends.
    pub(crate) fn check_ends(
        &self,
        (input, output): (&'static str, &'static str),
        (inputs, outputs): (usize, usize),
    ) -> Result<(), NeuralError> {
        let ends = [(input, inputs, self.inputs()), (output, outputs, self.outputs())];
        match ends.into_iter().find(|(_, expected, found)| expected != found) {
            None => Ok(()),
            Some((what, expected, found)) => Err(NeuralError::Width { what, expected, found }),
        }
    }

    /// `Ok` if the time is no input.
    pub(crate) fn check_timeless(&self, what: &'static str) -> Result<(), NeuralError> {
        if self.time { Err(NeuralError::Time { what }) } else { Ok(()) }
    }
}
