//! Which products of a field are wanted.

use core::ops::Range;

/// Which products of a field are wanted, where a [`GraphField`](crate::GraphField) is asked for their program.
///
/// ```
/// use costate_neural::{Activation, Mlp, Model, NeuralOde, Wanted};
/// let mut field = NeuralOde::new(Mlp::new([2, 8, 2], Activation::Tanh)?)?.field::<Vec<f64>>(4)?;
/// let alone = field.value_program().flops();
/// let all = field.products_program(Wanted { value: true, y: true, p: true, ..Wanted::default() });
/// assert!(all.flops() > 2 * alone);
/// println!("{all}"); // every step, and what a run costs
/// # Ok::<(), costate_neural::NeuralError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The slope itself.
    pub value: bool,
    /// `a . df/dt`.
    pub t: bool,
    /// `(df/dy)^T a`.
    pub y: bool,
    /// `(df/dp)^T a`.
    pub p: bool,
}

impl Wanted {
    /// A number of its own for each of the sixteen sets.
    pub(crate) fn key(self) -> usize {
        [self.value, self.t, self.y, self.p].into_iter().fold(0, |key, w| 2 * key + usize::from(w))
    }

    /// Those of the outputs of a transposed graph, which are the slope, then the products in the time, the state, the parameters, and
    /// what is held.
    pub(crate) fn outputs(self, leaves: usize, arrays: usize) -> Vec<usize> {
        let states = leaves + 1..2 * leaves + 1;
        let ranges: [(bool, Range<usize>); 4] = [
            (self.value, 0..leaves),
            (self.t, leaves..leaves + 1),
            (self.y, states.clone()),
            (self.p, states.end..states.end + arrays),
        ];
        ranges.into_iter().filter(|(wanted, _)| *wanted).flat_map(|(_, range)| range).collect()
    }
}
