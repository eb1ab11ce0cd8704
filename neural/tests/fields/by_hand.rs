//! A net in plain loops over one column, over any scalar.

use costate_adjoint::autodiff::Real;
use costate_neural::Activation;

/// The net of these widths at `x`, which holds the time already where that is an input; `p` is read from the front.
pub(crate) fn net<R: Real>(
    widths: &[usize],
    [inner, last]: [Activation; 2],
    x: &[R],
    p: &mut &[R],
) -> Vec<R> {
    let mut x = x.to_vec();
    for l in 1..widths.len() {
        let (rows, columns) = (widths[l], x.len());
        let (weight, rest) = p.split_at(rows * columns);
        let (bias, rest) = rest.split_at(rows);
        let activation = if l + 1 == widths.len() { last } else { inner };
        x = (0..rows)
            .map(|i| {
                let sum = (0..columns).fold(bias[i], |sum, j| sum + weight[j * rows + i] * x[j]);
                activation.apply(sum)
            })
            .collect();
        *p = rest;
    }
    x
}

/// How far apart two lists are, relative to the size of the second.
pub(crate) fn distance(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let norm = |it: &mut dyn Iterator<Item = f64>| it.map(|x| x * x).sum::<f64>().sqrt();
    let size = norm(&mut expected.iter().copied());
    norm(&mut found.iter().zip(expected).map(|(a, b)| a - b)) / (size + f64::MIN_POSITIVE)
}
