//! What the product with the slope of the path costs beside the net, in the published neural CDE in `f32` at a batch of 256, and
//! what it would cost written otherwise: `cargo bench -p costate-neural --bench neural_cde`.

mod stopwatch;

use costate_adjoint::autodiff::{Graph, Layout, Program, Shape, Var, trace};
use costate_neural::{Activation, Mlp, Model, NeuralCde, NeuralError};
use std::time::Duration;
use stopwatch::{report, shortest};

const BATCH: usize = 256;
const HIDDEN: usize = 90;
const CHANNELS: usize = 21;

/// Outputs of the net and slopes of the path (channels x batch) to the slope of the state.
type Product = fn(Var, Var) -> Var;

/// Column after column of F(z), each times its channel.
fn slices(f: Var, dx: Var) -> Var {
    let column = |c: usize| f.rows(c * HIDDEN..(c + 1) * HIDDEN) * dx.rows(c..c + 1);
    (1..CHANNELS).fold(column(0), |sum, c| sum + column(c))
}

/// Row after row of F(z), a run of channels each, times slopes that are repeated by a product with ones and zeros.
fn ones(f: Var, dx: Var) -> Var {
    let shape = Shape::new(HIDDEN * CHANNELS, CHANNELS);
    let entry = |k: usize| f64::from((k % shape.rows) % CHANNELS == k / shape.rows);
    let repeat = Var::array(shape, &(0..shape.len()).map(entry).collect::<Vec<_>>());
    let sums = (f * repeat.matmul(dx)).reshape(Shape::new(CHANNELS, HIDDEN * BATCH)).sum_rows();
    sums.reshape(Shape::new(HIDDEN, BATCH))
}

/// Inputs (t, z, parameters, dX/dt), the output the slope of the state; without a product, the net's own.
fn graph(net: &Mlp, product: Option<Product>) -> Result<Graph, NeuralError> {
    let state = [("t", Shape::SCALAR), ("z", Shape::new(HIDDEN, BATCH))];
    let slopes = Layout::new([("dx", Shape::new(CHANNELS, BATCH))])?;
    let inputs = Layout::new(state)?.and(&net.parameters()?)?.and(&slopes)?;
    let last = inputs.entries().len() - 1;
    Ok(trace(&inputs, |v| {
        let f = net.apply(v[0], v[1], &v[2..last]);
        f.into_iter().map(|f| product.map_or(f, |product| product(f, v[last]))).collect()
    })?)
}

/// A graph of (t, z, parameters, and what comes of the path) as two programs: its value, and that with its products in the state
/// and the parameters.
fn programs(graph: &Graph, arrays: usize) -> Result<[Run; 2], NeuralError> {
    let wanted: Vec<usize> = [0].into_iter().chain(2..3 + arrays).collect();
    Ok([Run::new(graph), Run::new(&graph.vjp().select_outputs(&wanted)?)])
}

/// A program with numbers to run on.
struct Run {
    program: Program<f32>,
    inputs: Vec<Vec<f32>>,
    output: Vec<f32>,
}

impl Run {
    fn new(graph: &Graph) -> Run {
        let list = |length: usize| (0..length).map(|k| (k as f32).sin() / 8.0).collect::<Vec<_>>();
        let shapes = graph.input_layout().entries().iter();
        Run {
            program: Program::compile(graph),
            inputs: shapes.map(|entry| list(entry.shape.len())).collect(),
            output: list(graph.output_shapes().iter().map(|shape| shape.len()).sum()),
        }
    }

    fn shortest(&mut self) -> Duration {
        let Run { program, inputs, output } = self;
        let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
        shortest(|| program.run(&inputs, &mut [output]).expect("lengths agree"))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = NeuralCde::published()?;
    let net = Mlp::new([HIDDEN, 40, 40, 40, 40, HIDDEN * CHANNELS], Activation::Relu)?
        .with_final(Activation::Tanh);
    let arrays = model.parameters()?.entries().len();
    let graphs = [
        ("the net alone", graph(&net, None)?),
        ("the field", model.graph(BATCH)?),
        ("repeated by ones", graph(&net, Some(ones))?),
        ("slices of rows", graph(&net, Some(slices))?),
    ];
    let mut rows = Vec::new();
    for (what, graph) in &graphs {
        let [value, all] = programs(graph, arrays)?;
        rows.push((what.to_string(), value, Duration::MAX));
        rows.push((format!("{what}, with all products"), all, Duration::MAX));
    }
    // In turns, so that whatever disturbs one disturbs the others too.
    for _ in 0..20 {
        rows.iter_mut().for_each(|(_, run, time)| *time = run.shortest().min(*time));
    }
    rows.iter().for_each(|(what, run, time)| report(what, *time, run.program.flops()));
    Ok(())
}
