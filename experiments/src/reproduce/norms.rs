//! By what the error of a backward step is measured: the norms that are compared, at the paper's literal settings.

use super::way::Norm;
use costate_adjoint::Backsolve;
use costate_adjoint::controller::I;
use costate_adjoint::norms::{Float, Rms, Seminorm, ShapeError, Space, SumOfSquares, Tolerance};
use costate_neural::GraphField;

/// A measure of `(y, a, g)`. Where a state is a tuple, each of its members has an RMS of its own, in torchdiffeq as here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channels {
    /// The largest RMS among the members of y and a, and all of g.
    Pooled,
    /// The largest RMS among the members of y and a, and each parameter array, of which these are the lengths.
    PerTensor(Vec<usize>),
    /// The largest RMS among the members of y and a.
    Seminorm,
    /// What the paper's released code measured for the pendulum. The list `(y, a, g)`, flat, is cut after `window` numbers
    /// and again after twice as many, and the larger RMS of the two parts counts. The code's author meant the state's own
    /// size, with which the parts are y and a; it was given that of a batch of whole windows, batch x observations x
    /// channels.
    ///
    /// Which entries of a parameter array lie before a cut that goes through it depends on the order of its entries: here
    /// column by column, in the paper's code row by row.
    AsShipped {
        /// How many numbers there are in a batch of windows.
        window: usize,
    },
}

/// A measure of the time cotangent `a_t`, which torchdiffeq carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeCotangent {
    /// Its absolute value.
    Counted,
    /// Nobody looks at it.
    Ignored,
}

/// torchdiffeq's adjoint under any of the norms; `a_t` is its one extra channel.
pub type Literal = Backsolve<Channels, Tolerance, I, TimeCotangent, 7, 1>;

impl Channels {
    /// The norm of this name for a field; none for the one that does not measure g because there is none.
    pub fn of<Y>(norm: Norm, field: &GraphField<Y>, observations: usize) -> Option<Channels>
    where
        Y: Space<Scalar: Float + costate_adjoint::autodiff::Real>,
    {
        match norm {
            Norm::Pooled => Some(Channels::Pooled),
            Norm::PerTensor => Some(Channels::PerTensor(field.blocks(Rms).lengths)),
            Norm::Seminorm => Some(Channels::Seminorm),
            Norm::AsShipped => {
                Some(Channels::AsShipped { window: observations * field.state().len() })
            }
            Norm::Quadrature => None,
        }
    }

    /// What goes with it for the time cotangent: the paper's seminorms leave it out.
    pub fn time(&self) -> TimeCotangent {
        match self {
            Channels::Pooled | Channels::PerTensor(_) => TimeCotangent::Counted,
            Channels::Seminorm | Channels::AsShipped { .. } => TimeCotangent::Ignored,
        }
    }
}

/// torchdiffeq's adjoint with dopri5, as the paper ran it: an I control, fresh solves between observations, absolute
/// tolerances that do not know how large the loss is.
pub fn literal(channels: Channels, rtol: f64, atol: f64) -> Literal {
    let preset = Backsolve::torchdiffeq(rtol, atol);
    let norm = (channels.clone(), channels.time());
    Backsolve {
        forward: preset.forward,
        backward: preset.backward.map_control(|control| control.with_norm(norm)),
        relative_to_loss: preset.relative_to_loss,
        between: preset.between,
        end: preset.end,
        stop_at_observations: preset.stop_at_observations,
        policy: preset.policy,
        drift_bound: preset.drift_bound,
        witness: preset.witness,
    }
}

/// The larger of two, and NaN where one is: a maximum that drops NaN makes accepted steps of it.
fn larger(a: f64, b: f64) -> f64 {
    if a >= b || a.is_nan() { a } else { b }
}

fn rms<T: Float>(x: &[T]) -> f64 {
    let mut sum = SumOfSquares::default();
    sum.absorb(x);
    sum.root_mean(x.len())
}

/// The leaves of a vector, in order.
fn leaves<V: Space>(v: &V) -> impl Iterator<Item = &[V::Scalar]> {
    (0..V::LEAVES).map(|l| v.leaf(l))
}

/// The parts of a flat list of parameters.
fn blocks<'g, T>(g: &'g [T], lengths: &'g [usize]) -> impl Iterator<Item = &'g [T]> {
    lengths.iter().scan(g, |rest, &length| {
        let (block, after) = rest.split_at(length.min(rest.len()));
        *rest = after;
        Some(block)
    })
}

impl<Y: Space, P: Space<Scalar = Y::Scalar>> Seminorm<(Y, Y, P)> for Channels {
    fn measure(&self, z @ (y, a, g): &(Y, Y, P)) -> f64
    where
        Y::Scalar: Float,
    {
        let largest = |all: &mut dyn Iterator<Item = f64>| all.fold(0.0, larger);
        let path = || largest(&mut leaves(y).chain(leaves(a)).map(rms));
        match self {
            Channels::Seminorm => path(),
            Channels::Pooled => larger(path(), Rms.measure(g)),
            Channels::PerTensor(lengths) => {
                let tensors = leaves(g).flat_map(|leaf| blocks(leaf, lengths));
                larger(path(), largest(&mut tensors.map(rms)))
            }
            Channels::AsShipped { window } => {
                let (mut sums, mut counts) = ([SumOfSquares::default(); 2], [0; 2]);
                for mut leaf in leaves(z) {
                    for (sum, count) in sums.iter_mut().zip(&mut counts) {
                        let (now, later) = leaf.split_at(leaf.len().min(window - *count));
                        sum.absorb(now);
                        *count += now.len();
                        leaf = later;
                    }
                }
                larger(sums[0].root_mean(counts[0]), sums[1].root_mean(counts[1]))
            }
        }
    }

    fn reads(&self, leaf: usize) -> bool {
        *self != Channels::Seminorm || leaf < 2 * Y::LEAVES
    }

    fn check(&self, (_, _, g): &(Y, Y, P)) -> Result<(), ShapeError> {
        let Channels::PerTensor(lengths) = self else { return Ok(()) };
        let (expected, found) = (lengths.iter().sum(), g.dimension());
        if expected == found {
            Ok(())
        } else {
            Err(ShapeError { what: "a norm of each parameter array", expected, found })
        }
    }
}

impl<V: Space> Seminorm<V> for TimeCotangent {
    fn measure(&self, v: &V) -> f64
    where
        V::Scalar: Float,
    {
        match self {
            TimeCotangent::Counted => Rms.measure(v),
            TimeCotangent::Ignored => 0.0,
        }
    }

    fn reads(&self, _: usize) -> bool {
        *self == TimeCotangent::Counted
    }
}

/// The names of what a backward step's error is made of.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Of the members of the state: nothing for an only one.
    members: Vec<String>,
    /// Of the parameter arrays: their lengths, and the net each belongs to.
    arrays: Vec<(usize, String)>,
}

const GRADIENT: &str = "parameter gradient";

impl Labels {
    /// Those of a field.
    pub fn of<Y>(field: &GraphField<Y>) -> Self
    where
        Y: Space<Scalar: Float + costate_adjoint::autodiff::Real>,
    {
        let several = Y::LEAVES > 1;
        let member = |name: &str| if several { format!(" {name}") } else { String::new() };
        let members = field.state().entries().iter().map(|e| member(&e.name)).collect();
        let net = |name: &str| match name.split_once('.') {
            Some((net, _)) if net.parse::<usize>().is_err() => format!("{GRADIENT}, {net}"),
            _ => GRADIENT.to_owned(),
        };
        let arrays = field.parameters().entries().iter();
        Labels { members, arrays: arrays.map(|e| (e.shape.len(), net(&e.name))).collect() }
    }

    /// The channel with the largest scaled error among those that a norm looks at.
    pub fn loudest<Y: Space<Scalar: Float>, P: Space<Scalar = Y::Scalar>>(
        &self,
        channels: &Channels,
        ((y, a, g), a_t): &((Y, Y, P), [ScalarOfSpace<Y>; 1]),
    ) -> Option<String> {
        let mut found = self.path(y, a);
        let whole = || leaves(g).next().unwrap_or_default();
        match channels {
            Channels::Seminorm => {}
            Channels::Pooled => found.push((rms(whole()), GRADIENT.to_owned())),
            Channels::PerTensor(lengths) => {
                let measured = blocks(whole(), lengths).map(rms);
                found.extend(measured.zip(self.arrays.iter().map(|(_, net)| net.clone())));
            }
            Channels::AsShipped { window } => {
                let seen = (2 * window).saturating_sub(y.dimension() + a.dimension());
                let seen = &whole()[..seen.min(whole().len())];
                found.push((rms(seen), "part of the parameter gradient".to_owned()));
            }
        }
        if channels.time() == TimeCotangent::Counted {
            found.push((rms(a_t), "time cotangent".to_owned()));
        }
        loudest(found)
    }

    /// The same of state and costate alone.
    pub fn loudest_of_path<Y: Space<Scalar: Float>>(&self, (y, a): &(Y, Y)) -> Option<String> {
        loudest(self.path(y, a))
    }

    fn path<Y: Space<Scalar: Float>>(&self, y: &Y, a: &Y) -> Vec<(f64, String)> {
        let named = |what: &'static str, v| {
            leaves(v).zip(&self.members).map(move |(x, m)| (rms(x), format!("{what}{m}")))
        };
        named("state", y).chain(named("costate", a)).collect()
    }
}

type ScalarOfSpace<Y> = <Y as Space>::Scalar;

fn loudest(found: Vec<(f64, String)>) -> Option<String> {
    found
        .into_iter()
        .filter(|(size, _)| size.is_finite())
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|f| f.1)
}
