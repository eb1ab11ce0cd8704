//! Random scalar-generic functions, kept where numbers are tame.

use costate_autodiff::{Graph, Real, trace};
use proptest::prelude::*;

/// One line of a straight-line function: an operation on earlier values, or a number.
#[derive(Debug, Clone, Copy)]
enum Line {
    Constant(f64),
    Apply { operation: u8, operands: [usize; 3] },
}

const OPERATIONS: u8 = 20;

impl Line {
    fn value<R: Real>(self, values: &[R]) -> R {
        match self {
            Line::Constant(c) => R::constant(c),
            Line::Apply { operation, operands } => {
                let [a, b, c] = operands.map(|o| values[o]);
                match operation {
                    0 | 1 => a + b,
                    2 | 3 => a - b,
                    4 | 5 => a * b,
                    6 => a / b,
                    7 => -a,
                    8 => a.powi(3),
                    9 => a.powi(-2) + b.square(),
                    10 => a.abs().powf(0.7),
                    11 => a.exp(),
                    12 => a.abs().ln(),
                    13 => a.abs().sqrt(),
                    14 => a.sin() * b.cos(),
                    15 => a.tan(),
                    16 => a.tanh() + b.sigmoid(),
                    17 => a.softplus() - b.recip(),
                    18 => a.max(b) * a.min(b),
                    _ => R::select(a, b, c),
                }
            }
        }
    }

    /// Whether a change of the operands by a hundredth may change the branch taken.
    fn near_kink(self, values: &[f64]) -> bool {
        match self {
            Line::Apply { operation: 18, operands: [a, b, _] } => {
                (values[a] - values[b]).abs() < 1e-2
            }
            Line::Apply { operation: 10 | 12 | 13 | 19, operands: [a, ..] } => {
                values[a].abs() < 1e-2
            }
            _ => false,
        }
    }
}

/// A function of up to four numbers, with up to three results, and a point at which all its intermediate values have
/// magnitudes from 1e-3 to 1e3 and keep a distance from kinks.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) x: Vec<f64>,
    lines: Vec<Line>,
    outputs: Vec<usize>,
}

impl Expression {
    /// The function itself: no graph, no program.
    pub(crate) fn call<R: Real>(&self, x: &[R]) -> Vec<R> {
        let mut values = x.to_vec();
        for line in &self.lines {
            values.push(line.value(&values));
        }
        self.outputs.iter().map(|&o| values[o]).collect()
    }

    pub(crate) fn graph(&self) -> Graph {
        trace(self.x.len(), |x| self.call(x)).expect("an expression uses nothing from outside")
    }
}

/// Expressions of up to `length` lines; candidates that leave the tame range are left out as they come.
pub(crate) fn expressions(length: usize) -> impl Strategy<Value = Expression> {
    let number = (0.2..3.0, any::<bool>())
        .prop_map(|(x, negative): (f64, bool)| if negative { -x } else { x });
    let line = (0..OPERATIONS + 1, any::<[prop::sample::Index; 3]>(), number.clone());
    let picks = prop::collection::vec(any::<prop::sample::Index>(), 1..=3);
    (prop::collection::vec(number, 1..=4), prop::collection::vec(line, 1..=length), picks).prop_map(
        |(x, candidates, picks)| {
            let (mut values, mut lines) = (x.clone(), Vec::new());
            for (operation, operands, number) in candidates {
                let line = match operation {
                    OPERATIONS => Line::Constant(number),
                    _ => {
                        Line::Apply { operation, operands: operands.map(|o| o.index(values.len())) }
                    }
                };
                let value = line.value(&values);
                if (1e-3..1e3).contains(&value.abs()) && !line.near_kink(&values) {
                    values.push(value);
                    lines.push(line);
                }
            }
            // The last value, so that there is something to differentiate, and any others.
            let others = picks[1..].iter().map(|pick| pick.index(values.len()));
            let outputs = core::iter::once(values.len() - 1).chain(others).collect();
            Expression { x, lines, outputs }
        },
    )
}
