//! A row of weights, made ready to be used many times.

use crate::{Scalar, Space};
use num_traits::Zero;

/// Weights over `S` vectors, the zeros among them left out: a row of a Butcher tableau, say.
///
/// A solver combines the same vectors with the same weights, times the step size, at every step. Here the search for the
/// weights that matter is done once; all terms are added in one pass over memory, in the order of the vectors; and short
/// vectors of known length stay in registers.
///
/// ```
/// use costate_norms::linear::Combination;
/// let row = Combination::new(&[0.5, 0.0, 0.25]);
/// let (y, k) = ([1.0, 2.0], [[1.0, 0.0], [f64::NAN, 7.0], [0.0, 1.0]]);
/// let mut stage = [0.0; 2];
/// row.write(&mut stage, &y, 2.0, &k);
/// assert_eq!(stage, [2.0, 2.5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Combination<const S: usize> {
    weights: [f64; S],
    /// Where the weights are not zero: the first `count` entries.
    index: [u16; S],
    count: usize,
    /// One more than the largest of them.
    reach: usize,
    /// The same as bits, of the first 64: in a step whose stages are written out, one instruction tells whether to read on.
    bits: u64,
}

/// Up to this length a vector is added up in registers, term by term.
const SHORT: usize = 8;

/// The most terms of one pass over memory: more would want more pointers than a processor has registers.
const WIDTH: usize = 8;

impl<const S: usize> Combination<S> {
    /// The weights that are not zero. What is weighted with zero is not read, so it may be infinite.
    pub fn new(weights: &[f64; S]) -> Self {
        const { assert!(S <= 1 << 16, "the places of weights are kept in 16 bits") };
        let mut row = Combination { weights: *weights, index: [0; S], count: 0, reach: 0, bits: 0 };
        for (j, _) in weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
            row.index[row.count] = j as u16;
            row.count += 1;
            row.reach = j + 1;
            row.bits |= 1_u64.checked_shl(j as u32).unwrap_or(0);
        }
        row
    }

    /// The weight of the `j`-th vector; zero for one that is not there.
    #[inline]
    pub fn weight(&self, j: usize) -> f64 {
        self.weights.get(j).copied().unwrap_or(0.0)
    }

    /// `out = base + sum of (h w_j) v_j`, over all leaves.
    ///
    /// `vectors` may end where only zero weights follow, as the stages before a stage do.
    ///
    /// # Panics
    /// When there are fewer, or when the vectors have other shapes: compare with [`same_shape`](Space::same_shape) once,
    /// before a loop of these.
    #[inline(always)]
    pub fn write<V: Space>(&self, out: &mut V, base: &V, h: f64, vectors: &[V]) {
        for l in 0..V::LEAVES {
            let base = Start::From(base.leaf(l));
            self.leaf(out.leaf_mut(l), base, h, vectors, l, |_, sum| sum);
        }
    }

    /// The same on the leaves that `wanted` names; the others keep what they hold.
    ///
    /// # Panics
    /// As [`write`](Self::write).
    #[inline(always)]
    pub fn write_from<V: Space>(
        &self,
        out: &mut V,
        base: &V,
        h: f64,
        vectors: &[V],
        wanted: impl Fn(usize) -> bool,
    ) {
        for l in 0..V::LEAVES {
            if wanted(l) {
                let base = Start::From(base.leaf(l));
                self.leaf(out.leaf_mut(l), base, h, vectors, l, |_, sum| sum);
            }
        }
    }

    /// `out = sum of (h w_j) v_j` on the leaves that `wanted` names; the others keep what they hold.
    ///
    /// # Panics
    /// As [`write`](Self::write).
    #[inline(always)]
    pub fn write_where<V: Space>(
        &self,
        out: &mut V,
        h: f64,
        vectors: &[V],
        wanted: impl Fn(usize) -> bool,
    ) {
        for l in 0..V::LEAVES {
            if wanted(l) {
                self.leaf(out.leaf_mut(l), Start::Zero, h, vectors, l, |_, sum| sum);
            }
        }
    }

    /// The elements of one leaf of `sum of (h w_j) v_j`, to be written later.
    ///
    /// ```
    /// use costate_norms::linear::{Combination, Elements};
    /// let row = Combination::new(&[1.0, -1.0]);
    /// let k = [[3.0, 1.0], [1.0, 4.0]];
    /// let mut absolute = [0.0; 2];
    /// row.elements(0, 1.0, &k).write(&mut absolute, |_, sum: f64| sum.abs());
    /// assert_eq!(absolute, [2.0, 3.0]);
    /// ```
    #[inline(always)]
    pub fn elements<'a, V: Space>(
        &'a self,
        leaf: usize,
        h: f64,
        vectors: &'a [V],
    ) -> impl Elements<V::Scalar> + 'a {
        LeafOf { row: self, leaf, h, vectors }
    }

    #[inline(always)]
    fn leaf<V: Space>(
        &self,
        out: &mut [V::Scalar],
        start: Start<'_, V::Scalar>,
        h: f64,
        vectors: &[V],
        leaf: usize,
        finish: impl Fn(usize, V::Scalar) -> V::Scalar + Copy,
    ) {
        assert!(vectors.len() >= self.reach, "a weight that is not zero has no vector");
        let n = out.len();
        if n > SHORT {
            return self.long(out, start, h, vectors, leaf, finish);
        }
        let mut i = 0;
        while i + 4 <= n {
            self.group::<V, 4>(out, start, h, vectors, leaf, i, finish);
            i += 4;
        }
        match n - i {
            1 => self.group::<V, 1>(out, start, h, vectors, leaf, i, finish),
            2 => self.group::<V, 2>(out, start, h, vectors, leaf, i, finish),
            3 => self.group::<V, 3>(out, start, h, vectors, leaf, i, finish),
            _ => {}
        }
    }

    /// `L` neighbouring coordinates, from the `i`-th.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn group<V: Space, const L: usize>(
        &self,
        out: &mut [V::Scalar],
        start: Start<'_, V::Scalar>,
        h: f64,
        vectors: &[V],
        leaf: usize,
        i: usize,
        finish: impl Fn(usize, V::Scalar) -> V::Scalar,
    ) {
        let mut sum = [V::Scalar::zero(); L];
        if let Start::From(base) = start {
            sum.copy_from_slice(&base[i..i + L]);
        }
        for (j, (v, &weight)) in vectors.iter().zip(&self.weights).enumerate() {
            let counts = if S <= 64 { self.bits & (1 << j) != 0 } else { weight != 0.0 };
            if counts {
                let c = V::Scalar::of(h * weight);
                let v = &v.leaf(leaf)[i..i + L];
                for l in 0..L {
                    sum[l] = sum[l] + c * v[l];
                }
            }
        }
        for l in 0..L {
            sum[l] = finish(i + l, sum[l]);
        }
        out[i..i + L].copy_from_slice(&sum);
    }

    // A call costs nothing beside more than eight coordinates; written into every stage of every step it takes minutes to compile.
    #[inline(never)]
    fn long<V: Space>(
        &self,
        out: &mut [V::Scalar],
        mut start: Start<'_, V::Scalar>,
        h: f64,
        vectors: &[V],
        leaf: usize,
        finish: impl Fn(usize, V::Scalar) -> V::Scalar + Copy,
    ) {
        let mut rest = &self.index[..self.count];
        let term = |j: u16| (h * self.weights[usize::from(j)], vectors[usize::from(j)].leaf(leaf));
        while rest.len() > WIDTH {
            let (now, later) = rest.split_at(WIDTH);
            passes(out, start, now, term, |_, sum| sum);
            (rest, start) = (later, Start::Out);
        }
        passes(out, start, rest, term, finish);
    }
}

/// Elements that can be written one after the other, each finished while it is at hand and not in another pass over memory.
///
/// [`Combination::elements`] makes them.
pub trait Elements<T> {
    /// Writes `finish(i, element_i)` into every `out[i]`.
    ///
    /// # Panics
    /// When `out` is longer than there are elements.
    fn write(self, out: &mut [T], finish: impl Fn(usize, T) -> T + Copy);
}

#[derive(Clone, Copy)]
struct LeafOf<'a, V, const S: usize> {
    row: &'a Combination<S>,
    leaf: usize,
    h: f64,
    vectors: &'a [V],
}

impl<V: Space, const S: usize> Elements<V::Scalar> for LeafOf<'_, V, S> {
    #[inline(always)]
    fn write(self, out: &mut [V::Scalar], finish: impl Fn(usize, V::Scalar) -> V::Scalar + Copy) {
        self.row.leaf(out, Start::Zero, self.h, self.vectors, self.leaf, finish);
    }
}

/// What a pass adds to.
#[derive(Clone, Copy)]
enum Start<'a, T> {
    Zero,
    From(&'a [T]),
    /// What an earlier pass has left.
    Out,
}

/// One pass for up to `WIDTH` terms.
#[inline(always)]
fn passes<'a, T: Scalar>(
    out: &mut [T],
    start: Start<'_, T>,
    index: &[u16],
    term: impl Fn(u16) -> (f64, &'a [T]),
    finish: impl Fn(usize, T) -> T + Copy,
) {
    match *index {
        [a] => pass(out, start, [a].map(term), finish),
        [a, b] => pass(out, start, [a, b].map(term), finish),
        [a, b, c] => pass(out, start, [a, b, c].map(term), finish),
        [a, b, c, d] => pass(out, start, [a, b, c, d].map(term), finish),
        [a, b, c, d, e] => pass(out, start, [a, b, c, d, e].map(term), finish),
        [a, b, c, d, e, f] => pass(out, start, [a, b, c, d, e, f].map(term), finish),
        [a, b, c, d, e, f, g] => pass(out, start, [a, b, c, d, e, f, g].map(term), finish),
        [a, b, c, d, e, f, g, h] => pass(out, start, [a, b, c, d, e, f, g, h].map(term), finish),
        _ => pass(out, start, [], finish),
    }
}

/// One pass over memory, its number of terms known to the compiler.
#[inline(always)]
fn pass<T: Scalar, const N: usize>(
    out: &mut [T],
    start: Start<'_, T>,
    terms: [(f64, &[T]); N],
    finish: impl Fn(usize, T) -> T,
) {
    let n = out.len();
    // Cutting every slice to one length lets the compiler drop the bounds checks and vectorise.
    let c: [T; N] = core::array::from_fn(|j| T::of(terms[j].0));
    let v: [&[T]; N] = core::array::from_fn(|j| &terms[j].1[..n]);
    let sum = |start: T, i: usize| {
        let mut sum = start;
        for j in 0..N {
            sum = sum + c[j] * v[j][i];
        }
        finish(i, sum)
    };
    match start {
        Start::Zero => {
            for i in 0..n {
                out[i] = sum(T::zero(), i);
            }
        }
        Start::From(base) => {
            let base = &base[..n];
            for i in 0..n {
                out[i] = sum(base[i], i);
            }
        }
        Start::Out => {
            for i in 0..n {
                out[i] = sum(out[i], i);
            }
        }
    }
}
