//! Pullbacks by dual numbers: all directions at once, or so many at a time.

use super::Function;
use crate::{Dimension, DimensionError, Dual, Real};
use core::array;

/// The most directions of one pass.
const MOST: usize = 8;

/// What is wanted, and memory.
#[derive(Debug, Clone)]
pub(crate) struct Directions<T: Real> {
    inputs: usize,
    outputs: usize,
    /// Indices of `(f(x), J(x)^T w)`.
    wanted: Vec<usize>,
    /// The first of them where they are neighbours.
    run_from: Option<usize>,
    /// The inputs with wanted cotangents, each once.
    varied: Vec<usize>,
    /// `(x, w)`.
    given: Vec<T>,
    /// `(f(x), J(x)^T w)`, of which only what is wanted is up to date.
    found: Vec<T>,
    pass: Pass<T>,
}

/// Inputs as dual numbers in a few directions, of which they take what they need, and outputs.
#[derive(Debug, Clone)]
struct Numbers<T, const N: usize> {
    x: Vec<Dual<T, N>>,
    y: Vec<Dual<T, N>>,
}

/// Memory for passes of some number of directions, which has to be a constant.
macro_rules! passes {
    ($($pass:ident $n:literal),+) => {
        #[derive(Debug, Clone)]
        enum Pass<T> {
            /// As many inputs, all of which vary, each in the direction of its own number: the compiler knows all tangents.
            $($pass(Vec<Dual<T, $n>>),)+
            /// Some of the inputs vary, so many at a time.
            Several(Numbers<T, MOST>),
        }

        impl<T: Real> Pass<T> {
            fn new(inputs: usize, outputs: usize) -> Pass<T> {
                match inputs {
                    $($n => Pass::$pass(vec![Dual::constant(0.0); outputs]),)+
                    _ => Pass::Several(Numbers {
                        x: vec![Dual::constant(0.0); inputs],
                        y: vec![Dual::constant(0.0); outputs],
                    }),
                }
            }

            #[inline]
            fn run<F: Function>(
                &mut self,
                function: &F,
                varied: &[usize],
                (x, w): (&[T], &[T]),
                (value, slopes): (&mut [T], &mut [T]),
            ) {
                match self {
                    $(Pass::$pass(y) => all_at_once::<F, T, $n>(function, (x, w), y, (value, slopes)),)+
                    Pass::Several(numbers) => {
                        numbers.run(function, varied, (x, w), (value, slopes));
                    }
                }
            }
        }
    };
}

passes!(One 1, Two 2, Three 3, Four 4, Five 5, Six 6, Seven 7, Eight 8);

impl<T: Real> Directions<T> {
    /// `wanted` are indices of `(f(x), J(x)^T w)`, each of which exists.
    pub(crate) fn new(inputs: usize, outputs: usize, wanted: &[usize]) -> Directions<T> {
        let mut varied: Vec<usize> =
            wanted.iter().filter_map(|index| index.checked_sub(outputs)).collect();
        varied.sort_unstable();
        varied.dedup();
        Directions {
            inputs,
            outputs,
            wanted: wanted.to_vec(),
            run_from: match wanted {
                [first, rest @ ..] => {
                    (*first + 1..).zip(rest).all(|(next, &index)| index == next).then_some(*first)
                }
                [] => None,
            },
            varied,
            given: vec![T::constant(0.0); inputs + outputs],
            found: vec![T::constant(0.0); inputs + outputs],
            pass: Pass::new(inputs, outputs),
        }
    }

    // Where the lengths are known to who calls, as those of arrays are, so is all of the sorting.
    #[inline(always)]
    pub(crate) fn run<F: Function>(
        &mut self,
        function: &F,
        inputs: &[&[T]],
        outputs: &mut [&mut [T]],
    ) -> Result<(), DimensionError> {
        let found = inputs.iter().map(|part| part.len()).sum();
        DimensionError::check(Dimension::Inputs, self.inputs + self.outputs, found)?;
        let found = outputs.iter().map(|part| part.len()).sum();
        DimensionError::check(Dimension::Outputs, self.wanted.len(), found)?;

        let mut places = self.given.as_mut_slice();
        for part in inputs {
            let (now, later) = places.split_at_mut(part.len());
            now.copy_from_slice(part);
            places = later;
        }
        let given = self.given.split_at(self.inputs);
        let found = self.found.split_at_mut(self.outputs);
        self.pass.run(function, &self.varied, given, found);
        if let Some(first) = self.run_from {
            let mut found = &self.found[first..];
            for part in outputs {
                let (now, later) = found.split_at(part.len());
                part.copy_from_slice(now);
                found = later;
            }
            return Ok(());
        }
        let mut wanted = self.wanted.as_slice();
        for part in outputs {
            let (now, later) = wanted.split_at(part.len());
            for (place, &index) in part.iter_mut().zip(now) {
                *place = self.found[index];
            }
            wanted = later;
        }
        Ok(())
    }
}

#[inline]
fn all_at_once<F: Function, T: Real, const N: usize>(
    function: &F,
    (x, w): (&[T], &[T]),
    y: &mut [Dual<T, N>],
    (value, slopes): (&mut [T], &mut [T]),
) {
    let x: [Dual<T, N>; N] = array::from_fn(|i| Dual::variable(x[i], i));
    function.eval(&x, y);
    let mut sums = [T::constant(0.0); N];
    for ((y, value), &w) in y.iter().zip(value).zip(w) {
        *value = y.value;
        for (sum, &t) in sums.iter_mut().zip(&y.tangent) {
            *sum += w * t;
        }
    }
    slopes.copy_from_slice(&sums);
}

impl<T: Real> Numbers<T, MOST> {
    fn run<F: Function>(
        &mut self,
        function: &F,
        varied: &[usize],
        (x, w): (&[T], &[T]),
        (value, slopes): (&mut [T], &mut [T]),
    ) {
        self.x.iter_mut().zip(x).for_each(|(dual, &x)| *dual = Dual::fixed(x));
        let nothing: &[usize] = &[];
        let mut passes = varied.chunks(MOST);
        // Without directions there is one pass all the same, for the value.
        let mut pass = passes.next().unwrap_or(nothing);
        loop {
            for (direction, &input) in pass.iter().enumerate() {
                self.x[input] = Dual::variable(x[input], direction);
            }
            function.eval(&self.x, &mut self.y);
            for (direction, &input) in pass.iter().enumerate() {
                let weighted = self.y.iter().zip(w).map(|(y, &w)| w * y.tangent[direction]);
                slopes[input] = weighted.fold(T::constant(0.0), |sum, part| sum + part);
                self.x[input] = Dual::fixed(x[input]);
            }
            match passes.next() {
                Some(next) => pass = next,
                None => break,
            }
        }
        self.y.iter().zip(value).for_each(|(y, value)| *value = y.value);
    }
}
