//! A field by hand: a multilayer perceptron over a batch of states.

use crate::layer::Layer;
use core::ops::Range;
use costate_adjoint::norms::ShapeError;
use costate_adjoint::{DifferentiableField, Point, Vjp};
use nalgebra::{DMatrix, DVector};

/// From the state to its slope, with a hyperbolic tangent after each but the last.
pub(crate) const LAYERS: [Layer; 3] = {
    let first = Layer { columns: 64, rows: 168, begin: 0 };
    let second = Layer { columns: 168, rows: 168, begin: first.end() };
    let third = Layer { columns: 168, rows: 64, begin: second.end() };
    [first, second, third]
};

/// The coordinates of a state of one member of the batch.
pub(crate) const STATES: usize = LAYERS[0].columns;

/// The number of parameters.
pub(crate) const PARAMETERS: usize = LAYERS[2].end();

/// So many points are kept at most; the others are looked at again.
const KEPT: usize = 16;

/// From a batch this large on, a product in the parameters of one point is worth one of its own; below, the columns of all points
/// go side by side into one.
const LARGE: usize = 32;

/// `y' = W3 tanh(W2 tanh(W1 y + b1) + b2) + b3` for every column of `y`.
///
/// In each layer the product in the parameters at a point is that of the cotangents of the layer's outputs with its transposed
/// inputs. Both are kept where that is asked for; a sum over points then needs neither a tangent nor a vector of the size of the
/// parameters beside the sum itself.
pub(crate) struct Net {
    /// What was kept, a block a number.
    kept: Tape,
    /// The point looked at, or the points that were not kept.
    fresh: Tape,
    transposed: Vec<f64>,
    /// The cotangents, with their weights, and the inputs of many points side by side.
    gathered: [Vec<f64>; 2],
}

/// The inputs of the layers and the cotangents of their outputs, for blocks of as many columns as the batch has.
struct Tape {
    batch: usize,
    inputs: [Vec<f64>; 3],
    cotangents: [Vec<f64>; 3],
}

impl Net {
    /// For batches of this size.
    pub(crate) fn new(batch: usize) -> Self {
        let tape = || Tape { batch, inputs: Default::default(), cotangents: Default::default() };
        Net { kept: tape(), fresh: tape(), transposed: Vec::new(), gathered: Default::default() }
    }
}

impl Tape {
    /// Makes room for so many blocks.
    fn reserve(&mut self, blocks: usize) {
        for (l, layer) in LAYERS.iter().enumerate() {
            let columns = blocks * self.batch;
            for (vector, width) in
                [(&mut self.inputs[l], layer.columns), (&mut self.cotangents[l], layer.rows)]
            {
                if vector.len() < columns * width {
                    vector.resize(columns * width, 0.0);
                }
            }
        }
    }

    /// Where some blocks of vectors of this width are.
    fn range(&self, blocks: &Range<usize>, width: usize) -> Range<usize> {
        let block = self.batch * width;
        blocks.start * block..blocks.end * block
    }

    /// The cotangents of a layer's outputs, and its inputs.
    fn factors(&self, l: usize, block: usize) -> (&[f64], &[f64]) {
        let (d, x) = (&self.cotangents[l], &self.inputs[l]);
        let range = |width| self.range(&(block..block + 1), width);
        (&d[range(LAYERS[l].rows)], &x[range(LAYERS[l].columns)])
    }

    /// Puts a point into a block.
    fn set(&mut self, block: usize, y: &DMatrix<f64>, a: Option<&DMatrix<f64>>) {
        let range = self.range(&(block..block + 1), STATES);
        self.inputs[0][range.clone()].copy_from_slice(y.as_slice());
        if let Some(a) = a {
            self.cotangents[2][range].copy_from_slice(a.as_slice());
        }
    }

    /// From the states in some blocks, the inputs of the later layers.
    fn forwards(&mut self, p: &[f64], blocks: Range<usize>) {
        for (l, layer) in LAYERS[..2].iter().enumerate() {
            let (from, to) = (self.range(&blocks, layer.columns), self.range(&blocks, layer.rows));
            let (before, after) = self.inputs.split_at_mut(l + 1);
            let out = &mut after[0][to];
            layer.apply(p, &before[l][from], out);
            out.iter_mut().for_each(|x| *x = x.tanh());
        }
    }

    /// From the costates in some blocks, the cotangents of the earlier layers' outputs.
    fn backwards(&mut self, p: &[f64], blocks: Range<usize>, transposed: &mut Vec<f64>) {
        for l in [2, 1] {
            let layer = &LAYERS[l];
            let (from, to) = (self.range(&blocks, layer.rows), self.range(&blocks, layer.columns));
            let (before, after) = self.cotangents.split_at_mut(l);
            let out = &mut before[l - 1][to.clone()];
            layer.pull_back(p, &after[0][from], out, transposed);
            out.iter_mut().zip(&self.inputs[l][to]).for_each(|(d, x)| *d *= 1.0 - x * x);
        }
    }
}

impl DifferentiableField for Net {
    type State = DMatrix<f64>;
    type Params = DVector<f64>;

    fn check(&self, y: &DMatrix<f64>, p: &DVector<f64>) -> Result<(), ShapeError> {
        let states = ("the batch of a net", STATES * self.fresh.batch, y.len());
        let params = ("the parameters of a net", PARAMETERS, p.len());
        for (what, expected, found) in [states, params] {
            if expected != found {
                return Err(ShapeError { what, expected, found });
            }
        }
        Ok(())
    }

    fn eval(&mut self, _t: f64, y: &DMatrix<f64>, p: &DVector<f64>, dy: &mut DMatrix<f64>) {
        let (p, tape) = (p.as_slice(), &mut self.fresh);
        tape.reserve(1);
        tape.set(0, y, None);
        tape.forwards(p, 0..1);
        LAYERS[2].apply(p, tape.factors(2, 0).1, dy.as_mut_slice());
    }

    fn vjp(
        &mut self,
        _t: f64,
        y: &DMatrix<f64>,
        p: &DVector<f64>,
        a: &DMatrix<f64>,
        out: Vjp<'_, Self>,
    ) {
        let Net { kept, fresh, transposed, .. } = self;
        let (tape, block) = match out.keep {
            Some(number) if number < KEPT => (kept, number),
            _ => (fresh, 0),
        };
        let p = p.as_slice();
        tape.reserve(block + 1);
        tape.set(block, y, Some(a));
        tape.forwards(p, block..block + 1);
        tape.backwards(p, block..block + 1, transposed);
        if let Some(value) = out.value {
            LAYERS[2].apply(p, tape.factors(2, block).1, value.as_mut_slice());
        }
        if let Some(to_y) = out.y {
            LAYERS[0].pull_back(p, tape.factors(0, block).0, to_y.as_mut_slice(), transposed);
        }
        if let Some(to_p) = out.p {
            for (l, layer) in LAYERS.iter().enumerate() {
                let (d, x) = tape.factors(l, block);
                layer.multiply(to_p.as_mut_slice(), 1.0, d, x, 0.0);
            }
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }

    fn accumulate(
        &mut self,
        points: &[Point<DMatrix<f64>>],
        p: &DVector<f64>,
        scratch: &mut DVector<f64>,
        sums: [&mut DVector<f64>; 2],
    ) -> Option<f64> {
        let Net { kept, fresh, transposed, gathered } = self;
        let number_of = |point: &Point<_>| point.kept.filter(|&number| number < KEPT);
        let unkept = || points.iter().filter(|point| number_of(point).is_none());
        let count = unkept().count();
        if count > 0 {
            fresh.reserve(count);
            for (block, point) in unkept().enumerate() {
                fresh.set(block, &point.y, Some(&point.a));
            }
            fresh.forwards(p.as_slice(), 0..count);
            fresh.backwards(p.as_slice(), 0..count, transposed);
        }
        let (kept, fresh) = (&*kept, &*fresh);
        // Each point's weights and, in a layer, its factors.
        let factors = |l: usize| {
            let mut next = 0..count;
            points.iter().map(move |point| match number_of(point) {
                Some(number) => (point.weights, kept.factors(l, number)),
                None => (point.weights, fresh.factors(l, next.next().unwrap_or(0))),
            })
        };
        let sums = sums.map(DVector::as_mut_slice);
        if fresh.batch < LARGE {
            for (which, sum) in sums.into_iter().enumerate() {
                for (l, layer) in LAYERS.iter().enumerate() {
                    gathered.iter_mut().for_each(Vec::clear);
                    let counting = factors(l).filter(|(weights, _)| weights[which] != 0.0);
                    for (weights, (d, x)) in counting {
                        gathered[0].extend(d.iter().map(|d| weights[which] * d));
                        gathered[1].extend_from_slice(x);
                    }
                    layer.multiply(sum, 1.0, &gathered[0], &gathered[1], 1.0);
                }
            }
            return None;
        }
        let [first, second] = sums;
        for (l, layer) in LAYERS.iter().enumerate() {
            for (weights, (d, x)) in factors(l) {
                match weights {
                    [0.0, 0.0] => {}
                    [one, 0.0] => layer.multiply(first, one, d, x, 1.0),
                    [0.0, two] => layer.multiply(second, two, d, x, 1.0),
                    [one, two] => {
                        layer.multiply(scratch.as_mut_slice(), 1.0, d, x, 0.0);
                        let range = layer.begin..layer.end();
                        let sums = first[range.clone()].iter_mut().zip(&mut second[range.clone()]);
                        for ((first, second), x) in sums.zip(&scratch.as_slice()[range]) {
                            *first += one * x;
                            *second += two * x;
                        }
                    }
                }
            }
        }
        None
    }
}
