//! A differentiable field made of a graph over arrays.

mod driver;

use crate::{NeuralError, Wanted};
use costate_adjoint::autodiff::{Graph, Layout, Program, Real, Shape};
use costate_adjoint::norms::{Blocks, Float, L2, Seminorm, ShapeError, Space};
use costate_adjoint::{DifferentiableField, Point, Vjp};
use driver::Driver;

/// The most leaves that a state can have.
const LEAVES: usize = 4;

/// So many products in the parameters are kept at most, as many as the stages of the longest methods.
const KEPT: usize = 20;

/// The place of the slope's own program in the count of runs.
const VALUE: usize = 16;

/// A differentiable field made of a graph over arrays, with a batch in the columns: state, slope and costate are arrays of the
/// same shapes, and the parameters one flat list.
///
/// `Y` is the state's space, with one leaf for each array, column by column: `DMatrix<T>` or `Vec<T>` for one, tuples of them for
/// several. A norm such as `Rms` runs over the whole batch, as in torchdiffeq.
///
/// The graph compiles to one program for each set of products, when that set is first asked for; a program that is warm allocates
/// nothing. Where a product in the parameters may be wanted [later](Vjp::keep), it is made at once and kept: it takes half as much again
/// as the product in the state that is being made, and three times as much when it comes by itself. Most fields come from a [`Model`](crate::Model).
///
/// ```
/// use costate_neural::GraphField;
/// use costate_adjoint::autodiff::{Layout, Shape, trace};
/// use costate_adjoint::{DifferentiableField, laws};
///
/// // y' = A y for five points in the plane at once.
/// let (state, parameters) = (Layout::new([("y", Shape::new(2, 5))])?, Layout::new([("A", Shape::new(2, 2))])?);
/// let inputs = Layout::new([("t", Shape::SCALAR)])?.and(&state)?.and(&parameters)?;
/// let graph = trace(&inputs, |x| vec![x[2].matmul(x[1])])?;
/// let mut field = GraphField::<Vec<f64>>::new(graph, state, parameters)?;
/// let (y, p, mut dy) = (vec![1.0; 10], vec![0.0, 1.0, -1.0, 0.0], vec![0.0; 10]);
/// field.eval(0.0, &y, &p, &mut dy);
/// assert_eq!(dy[..2], [-1.0, 1.0]);
/// laws::check_field(&mut field, 0.0, &y, &p, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct GraphField<Y: Space<Scalar: Real>> {
    /// Inputs (t, state, parameters, held), outputs the slope.
    graph: Graph,
    state: Layout,
    parameters: Layout,
    held: Vec<Y::Scalar>,
    /// What writes the arrays held, if anything does.
    control: Option<Driver>,
    value: Program<Y::Scalar>,
    /// One program for each set of wanted products, made when it is first asked for.
    products: [Option<Program<Y::Scalar>>; 16],
    /// How often each has run, and last the value's.
    runs: [u64; 17],
    /// The slope and the product in the state: leaves of a space are written one at a time, a program writes all.
    written: [Vec<Y::Scalar>; 2],
    /// Products in the parameters by their numbers, as far as any were to be kept.
    kept: Vec<Vec<Y::Scalar>>,
}

impl<Y: Space<Scalar: Float + Real>> GraphField<Y> {
    /// From a graph with the inputs (t, state, parameters, held) and the slope as outputs. What comes after the parameters is held
    /// by the field, at first as zeros.
    ///
    /// # Errors
    /// A state of another number of leaves than its type; inputs that are not these; a slope that does not look like the state.
    pub fn new(graph: Graph, state: Layout, parameters: Layout) -> Result<Self, NeuralError> {
        const { assert!(Y::LEAVES <= LEAVES, "a field of arrays has at most four leaves of state") };
        let shapes =
            |layout: &Layout| -> Vec<Shape> { layout.entries().iter().map(|e| e.shape).collect() };
        if state.entries().len() != Y::LEAVES {
            return Err(NeuralError::Leaves { expected: Y::LEAVES, found: state.entries().len() });
        }
        let expected = [vec![Shape::SCALAR], shapes(&state), shapes(&parameters)].concat();
        let found = shapes(graph.input_layout());
        if let Some(index) = (0..expected.len()).find(|&i| found.get(i) != Some(&expected[i])) {
            let (expected, found) = (Some(expected[index]), found.get(index).copied());
            let error = costate_adjoint::autodiff::ArgumentError { index, expected, found };
            return Err(error.into());
        }
        let slope = graph.output_shapes();
        if slope != shapes(&state) {
            return Err(NeuralError::Slope {
                expected: list(&shapes(&state)),
                found: list(&slope),
            });
        }
        let zero = <Y::Scalar as Real>::constant(0.0);
        let held = vec![zero; graph.inputs() - 1 - state.len() - parameters.len()];
        let written = [vec![zero; state.len()], vec![zero; state.len()]];
        let value = Program::compile(&graph);
        let products = core::array::from_fn(|_| None);
        Ok(GraphField {
            graph,
            state,
            parameters,
            held,
            control: None,
            value,
            products,
            runs: [0; 17],
            written,
            kept: Vec::new(),
        })
    }

    /// The state's arrays.
    pub fn state(&self) -> &Layout {
        &self.state
    }

    /// The parameters' arrays.
    pub fn parameters(&self) -> &Layout {
        &self.parameters
    }

    /// The measure that takes the norm of each parameter array and then the largest: with `Rms`, what torchdiffeq 0.2 does with the
    /// parameter channels of a backward solve.
    ///
    /// ```
    /// use costate_neural::{Activation, Mlp, Model, NeuralOde};
    /// use costate_adjoint::{Backsolve, norms::Rms};
    /// let field = NeuralOde::new(Mlp::new([2, 8, 2], Activation::Tanh)?)?.field::<Vec<f64>>(1)?;
    /// let blocks = field.blocks(Rms);
    /// assert_eq!(blocks.lengths, [16, 8, 16, 2]);
    /// let strict = Backsolve::new(1e-6, 1e-6).with_norm((Rms, Rms, blocks));
    /// # Ok::<(), costate_neural::NeuralError>(())
    /// ```
    pub fn blocks<E>(&self, norm: E) -> Blocks<E> {
        Blocks { lengths: self.parameters.entries().iter().map(|e| e.shape.len()).collect(), norm }
    }

    /// The arrays held fixed, as one flat list.
    pub fn held(&self) -> &[Y::Scalar] {
        &self.held
    }

    /// Replaces the arrays held fixed.
    ///
    /// # Errors
    /// A list of another length, or one that is not finite.
    pub fn hold(&mut self, values: &[Y::Scalar]) -> Result<(), NeuralError> {
        NeuralError::check_length("the arrays held by the field", self.held.len(), values.len())?;
        NeuralError::check_finite("the arrays held by the field", values)?;
        self.held.copy_from_slice(values);
        self.control = None;
        Ok(())
    }

    /// The graph's time: where a control drives the field, the local time in the piece that is held from now on.
    fn graph_time(&mut self, t: f64) -> Y::Scalar {
        let GraphField { control, held, .. } = self;
        let local = control.as_mut().map_or(t, |driver| driver.hold(t, held));
        <Y::Scalar as Real>::constant(local)
    }

    /// The program of the slope, which prints what it does and what it costs.
    pub fn value_program(&self) -> &Program<Y::Scalar> {
        &self.value
    }

    /// The program of some products, made now if it is not there yet.
    pub fn products_program(&mut self, wanted: Wanted) -> &Program<Y::Scalar> {
        self.program(wanted)
    }

    /// What all calls until now have cost, in floating-point operations. Over those of one evaluation,
    /// [`value_program().flops()`](costate_adjoint::autodiff::Program::flops), it counts by what they take what [`Report`]s count one by
    /// one: a product in the state of a net weighs about 2, one in the parameters 1 more.
    ///
    /// [`Report`]: costate_adjoint::Report
    ///
    /// ```
    /// use costate_neural::{Activation, Mlp, Model, NeuralOde};
    /// use costate_adjoint::{DifferentiableField, Vjp};
    /// let model = NeuralOde::new(Mlp::new([2, 64, 64, 2], Activation::Tanh)?)?;
    /// let (mut field, p) = (model.field::<Vec<f64>>(8)?, model.initial(0)?);
    /// let (y, mut out) = (vec![0.1; 16], vec![0.0; 16]);
    /// field.eval(0.0, &y, &p, &mut out);
    /// let unit = field.flops();
    /// assert_eq!(unit, field.value_program().flops() as u64);
    /// field.vjp(0.0, &y, &p, &y, Vjp { y: Some(&mut out), ..Vjp::default() });
    /// assert!((5 * unit / 2..7 * unit / 2).contains(&field.flops()));
    /// # Ok::<(), costate_neural::NeuralError>(())
    /// ```
    pub fn flops(&self) -> u64 {
        let products = self.products.iter().zip(&self.runs);
        let products = products.filter_map(|(program, &runs)| Some((program.as_ref()?, runs)));
        let all = products.chain([(&self.value, self.runs[VALUE])]);
        all.map(|(program, runs)| runs * program.flops() as u64).sum()
    }

    fn program(&mut self, wanted: Wanted) -> &mut Program<Y::Scalar> {
        let GraphField { graph, state, parameters, products, .. } = self;
        products[wanted.key()].get_or_insert_with(|| {
            let outputs = wanted.outputs(state.entries().len(), parameters.entries().len());
            let transposed = graph.vjp();
            // The outputs are those of a transposed graph, so they are there.
            Program::compile(&transposed.select_outputs(&outputs).unwrap_or(transposed))
        })
    }
}

/// Shapes as a message names them.
fn list(shapes: &[Shape]) -> String {
    shapes.iter().map(Shape::to_string).collect::<Vec<_>>().join(", ")
}

/// Splits a flat list over the leaves of a state.
fn spread<Y: Space>(flat: &[Y::Scalar], out: &mut Y) {
    let mut rest = flat;
    for l in 0..Y::LEAVES {
        let leaf = out.leaf_mut(l);
        let (now, later) = rest.split_at(leaf.len().min(rest.len()));
        leaf[..now.len()].copy_from_slice(now);
        rest = later;
    }
}

impl<Y: Space<Scalar: Float + Real>> DifferentiableField for GraphField<Y> {
    type State = Y;
    type Params = Vec<Y::Scalar>;

    fn check(&self, y: &Y, p: &Self::Params) -> Result<(), ShapeError> {
        let leaves = self.state.entries().iter().enumerate();
        let mut pairs = leaves
            .map(|(l, e)| ("the state of the field's batch", e.shape.len(), y.leaf(l).len()))
            .chain([("the field's parameters", self.parameters.len(), p.len())]);
        match pairs.find(|(_, expected, found)| expected != found) {
            None => Ok(()),
            Some((what, expected, found)) => Err(ShapeError { what, expected, found }),
        }
    }

    fn eval(&mut self, t: f64, y: &Y, p: &Self::Params, dy: &mut Y) {
        let time = [self.graph_time(t)];
        let [slope, _] = &mut self.written;
        let y: [&[Y::Scalar]; LEAVES] = core::array::from_fn(|l| y.leaf(l));
        let inputs = [&time, y[0], y[1], y[2], y[3], p, &self.held];
        self.runs[VALUE] += 1;
        if self.value.run(&inputs, &mut [&mut slope[..]]).is_err() {
            // Lengths are checked before a solve; for a caller who did not, NaN says so and old values would not.
            dy.fill(<Y::Scalar as num_traits::Float>::nan());
            return;
        }
        spread(slope, dy);
    }

    fn vjp(&mut self, t: f64, y: &Y, p: &Self::Params, a: &Y, out: Vjp<'_, Self>) {
        let number = out.keep.filter(|&number| number < KEPT);
        let wanted = Wanted {
            value: out.value.is_some(),
            t: out.t.is_some(),
            y: out.y.is_some(),
            p: out.p.is_some() || number.is_some(),
        };
        self.program(wanted);
        self.runs[wanted.key()] += 1;
        let time = [self.graph_time(t)];
        let nan = <Y::Scalar as num_traits::Float>::nan();
        let GraphField { products, parameters, written: [slope, to_y], kept, held, .. } = self;
        let kept = number.map(|number| {
            while kept.len() <= number {
                kept.push(vec![nan; parameters.len()]);
            }
            &mut kept[number]
        });
        let (to_p, copy) = match (kept, out.p) {
            (Some(kept), copy) => (&mut kept[..], copy),
            (None, Some(p)) => (&mut p[..], None),
            (None, None) => (&mut [][..], None),
        };
        let [y, a]: [[&[Y::Scalar]; LEAVES]; 2] =
            [y, a].map(|v| core::array::from_fn(|l| v.leaf(l)));
        let inputs = [&time, y[0], y[1], y[2], y[3], p, held, a[0], a[1], a[2], a[3]];
        let mut outputs = [
            if wanted.value { &mut slope[..] } else { &mut [][..] },
            out.t.map_or(&mut [][..], core::slice::from_mut),
            if wanted.y { &mut to_y[..] } else { &mut [][..] },
            to_p,
        ];
        let program = products[wanted.key()].as_mut();
        if program.is_none_or(|program| program.run(&inputs, &mut outputs).is_err()) {
            // As in `eval`.
            outputs.iter_mut().for_each(|out| out.fill(nan));
        }
        let [_, _, _, to_p] = outputs;
        if let Some(copy) = copy {
            match copy.len() == to_p.len() {
                true => copy.copy_from_slice(to_p),
                false => copy.fill(nan),
            }
        }
        if let Some(out) = out.value {
            spread(slope, out);
        }
        if let Some(out) = out.y {
            spread(to_y, out);
        }
    }

    fn accumulate(
        &mut self,
        points: &[Point<Y>],
        p: &Self::Params,
        scratch: &mut Self::Params,
        sums: [&mut Self::Params; 2],
    ) -> Option<f64> {
        let [first, second] = sums;
        let mut size = 0.0;
        for Point { t, y, a, weights: [one, two], kept } in points {
            if kept.is_none_or(|number| number >= self.kept.len()) {
                self.vjp(*t, y, p, a, Vjp { p: Some(scratch), ..Vjp::default() });
            }
            let product = kept.and_then(|number| self.kept.get(number)).unwrap_or(scratch);
            if *one != 0.0 {
                size += one * L2.measure(product);
                first.add_scaled(*one, product);
            }
            if *two != 0.0 {
                second.add_scaled(*two, product);
            }
        }
        Some(size)
    }
}
