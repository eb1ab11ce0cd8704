//! The law checker can fail: broken spaces and measures are caught, each for the law it breaks.

use costate_norms::{Float, Norm, Rms, Seminorm, Space, laws};

const U: ([f64; 2], [f64; 2]) = ([1.0, -2.0], [0.0, 3.0]);
const V: ([f64; 2], [f64; 2]) = ([0.5, 4.0], [1.0, -3.0]);

type Pair = ([f64; 2], [f64; 2]);

/// A measure from a function, and what it says of the leaves it reads.
struct From<F>(F, [bool; 2]);

impl<F: Fn([f64; 4]) -> f64> Seminorm<Pair> for From<F> {
    fn measure(&self, v: &Pair) -> f64 {
        (self.0)([v.0[0], v.0[1], v.1[0], v.1[1]])
    }
    fn reads(&self, leaf: usize) -> bool {
        self.1[leaf]
    }
}

impl<F: Fn([f64; 4]) -> f64> Norm<Pair> for From<F> {}

fn broken(measure: impl Fn([f64; 4]) -> f64, reads: [bool; 2]) -> &'static str {
    laws::check_norm(&From(measure, reads), &U, &V, -3.0).unwrap_err().law
}

/// Adds, so that NaN stays.
fn l1(v: [f64; 4]) -> f64 {
    v.iter().map(|x| x.abs()).sum()
}

#[test]
fn an_honest_measure_passes() {
    laws::check_norm(&From(l1, [true; 2]), &U, &V, -3.0).unwrap();
    let first = |v: [f64; 4]| v[0].abs() + v[1].abs();
    laws::check_seminorm(&From(first, [true, false]), &U, &V, -3.0).unwrap();
}

#[test]
fn dropping_nan() {
    let law = broken(|v| v.iter().fold(0.0, |m, x| m.max(x.abs())), [true; 2]);
    assert_eq!(law, "NaN in a coordinate that is read gives NaN out");
    // In one coordinate only.
    let law = broken(|[a, b, c, d]| l1([a, b, c, d.abs().max(0.0)]), [true; 2]);
    assert_eq!(law, "NaN in a coordinate that is read gives NaN out");
}

#[test]
fn homogeneity() {
    assert_eq!(broken(|v| l1(v).powi(2), [true; 2]), "measure(c u) = |c| measure(u)");
    assert_eq!(broken(|v| l1(v).min(5.0), [true; 2]), "measure(c u) = |c| measure(u)");
    assert_eq!(broken(|v| v[0] + 10.0 * l1(v), [true; 2]), "measure(c u) = |c| measure(u)");
}

#[test]
fn zero_and_sign() {
    assert_eq!(broken(|v| l1(v) + 1.0, [true; 2]), "measure(0) = 0");
    assert_eq!(broken(|v| -l1(v), [true; 2]), "measure(u) >= 0");
    assert_eq!(broken(|_| f64::NAN, [true; 2]), "measure(0) = 0");
}

#[test]
fn the_triangle_inequality() {
    // Homogeneous, but its ball is a star: sqrt counts small coordinates too much.
    let root = |v: [f64; 4]| v.iter().map(|x| x.abs().sqrt()).sum::<f64>().powi(2);
    let (u, v) = (([1.0, 0.0], [0.0; 2]), ([0.0, 1.0], [0.0; 2]));
    let found = laws::check_seminorm(&From(root, [true; 2]), &u, &v, 4.0).unwrap_err();
    assert_eq!(found.law, "measure(u + v) <= measure(u) + measure(v)");
    assert_eq!((found.left, found.right), (4.0, 2.0));
}

#[test]
fn lying_about_what_is_read() {
    let law = "measure does not read the leaf it says it does not";
    assert_eq!(broken(l1, [true, false]), law);
    // Also when it drops NaN.
    assert_eq!(broken(|v| v.iter().fold(0.0, |m, x| m.max(x.abs())), [false, true]), law);
    // And when what it reads is drowned by something larger, and comes out as NaN only where it should not be read.
    let drowned = |[a, b, c, d]: [f64; 4]| {
        let small = 1e-9 * (c.abs() + d.abs());
        if a + b == 0.0 { small } else { a.abs() + b.abs() }
    };
    let found =
        laws::check_seminorm(&From(drowned, [true, false]), &U, &([0.5, 4.0], [0.0; 2]), 2.0);
    assert_eq!(found.unwrap_err().law, law);
}

#[test]
fn a_seminorm_that_calls_itself_a_norm() {
    let law = broken(|v| v[0].abs() + v[1].abs() + v[3].abs(), [true; 2]);
    assert_eq!(law, "u != 0 has measure(u) > 0");
}

#[test]
fn a_coordinate_that_counts_only_in_company() {
    // Alone it measures nothing.
    let law = broken(|v| v[0].abs() + (v[0] * v[1]).abs().sqrt(), [true, false]);
    assert_eq!(law, "a coordinate with measure 0 by itself is not felt");
}

#[test]
fn another_shape() {
    let found = laws::check_norm(&Rms, &vec![1.0], &vec![1.0, 2.0], 2.0).unwrap_err();
    assert_eq!(found.law, "u and v have the same shape");
    assert!(laws::check_space(&vec![1.0], &vec![1.0, 2.0], 2.0).is_err());
}

/// What a [`Crooked`] space does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    Zeros,
    ShorterZeros,
    Shared,
    Extra,
    Dimension,
    Assign,
    Finite,
    First,
    Fill,
    AddScaled,
    Shape,
}

#[derive(Debug, Clone)]
struct Crooked(Fault, Vec<f64>, Vec<f64>);

impl Space for Crooked {
    type Scalar = f64;
    const LEAVES: usize = 2;
    fn leaf(&self, index: usize) -> &[f64] {
        match index {
            0 => &self.1,
            1 if self.0 == Fault::Shared => &self.1,
            1 => &self.2,
            2 if self.0 == Fault::Extra => &self.2,
            _ => &[],
        }
    }
    fn leaf_mut(&mut self, index: usize) -> &mut [f64] {
        match index {
            0 => &mut self.1,
            1 if self.0 == Fault::Shared => &mut self.1,
            1 => &mut self.2,
            _ => &mut [],
        }
    }
    fn zeros_like(&self) -> Self {
        let first = if self.0 == Fault::Zeros { 1.0 } else { 0.0 };
        let n = self.1.len() - usize::from(self.0 == Fault::ShorterZeros);
        Crooked(self.0, vec![first; n], vec![0.0; self.2.len()])
    }
    fn same_shape(&self, other: &Self) -> bool {
        self.0 != Fault::Shape && self.1.len() == other.1.len() && self.2.len() == other.2.len()
    }
    fn dimension(&self) -> usize {
        if self.0 == Fault::Dimension { 7 } else { self.1.len() + self.leaf(1).len() }
    }
    fn assign(&mut self, other: &Self) {
        self.1.clone_from(&other.1);
        if self.0 != Fault::Assign {
            self.2.clone_from(&other.2);
        }
    }
    fn fill(&mut self, value: f64) {
        self.1.fill(value);
        self.2.fill(if self.0 == Fault::Fill { 0.0 } else { value });
    }
    fn add_scaled(&mut self, c: f64, other: &Self) {
        let c2 = if self.0 == Fault::AddScaled { 1.0 } else { c };
        self.1.iter_mut().zip(&other.1).for_each(|(x, o)| *x += c * o);
        self.2.iter_mut().zip(&other.2).for_each(|(x, o)| *x += c2 * o);
    }
    fn is_finite(&self) -> bool {
        let rest = self.0 == Fault::Finite || self.2.iter().all(|x| x.is_finite());
        self.1.iter().all(|x| x.is_finite()) && rest
    }
    fn first_not_finite(&self) -> Option<usize> {
        let found = (0..2).flat_map(|l| self.leaf(l)).position(|x| !x.is_finite());
        if self.0 == Fault::First { found.map(|i| i % 2) } else { found }
    }
}

#[test]
fn spaces() {
    let check = |fault| {
        let u = Crooked(fault, vec![1.0, 2.0], vec![3.0]);
        let v = Crooked(fault, vec![-1.0, 0.5], vec![0.25]);
        laws::check_space(&u, &v, 3.0).map_err(|broken| broken.law)
    };
    assert_eq!(check(Fault::None), Ok(()));
    for (fault, law) in [
        (Fault::Zeros, "zeros_like is zero"),
        (Fault::ShorterZeros, "zeros_like has leaves of the same length"),
        (Fault::Shared, "what is written to a coordinate is read from it"),
        (Fault::Extra, "no leaf beyond LEAVES"),
        (Fault::Dimension, "dimension counts the leaves"),
        (Fault::Assign, "assign copies coordinates"),
        (Fault::Finite, "one NaN or infinity makes a vector not finite"),
        (Fault::First, "first_not_finite is its position"),
        (Fault::Fill, "fill writes every coordinate"),
        (Fault::AddScaled, "add_scaled adds coordinates"),
        (Fault::Shape, "zeros_like has the same shape"),
    ] {
        assert_eq!(check(fault), Err(law));
    }
}

#[test]
fn the_message_has_both_sides() {
    let found =
        laws::check_norm(&From(|v: [f64; 4]| l1(v) + 1.0, [true; 2]), &U, &V, -3.0).unwrap_err();
    assert_eq!(found.to_string(), "measure(0) = 0: 1 against 0");
}

/// `Float` is what lets a measure be generic; a generic one passes as well.
#[test]
fn generic_measures() {
    struct Sum;
    impl<V: Space> Seminorm<V> for Sum {
        fn measure(&self, v: &V) -> f64
        where
            V::Scalar: Float,
        {
            (0..V::LEAVES).flat_map(|l| v.leaf(l)).map(|&x| f64::abs(x.into())).sum()
        }
    }
    laws::check_seminorm(&Sum, &U, &V, 7.0).unwrap();
    laws::check_seminorm(&Sum, &vec![1.5_f32, 0.0], &vec![-1.0, 8.0], 0.1).unwrap();
}
