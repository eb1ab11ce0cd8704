//! The axioms of a norm, by the public laws, over every space and magnitude.

mod vectors;

use costate_norms::{
    Blocks, Float, L1, L2, LInf, Norm, Null, Pooled, Rms, Seminorm, Space, Weighted, laws,
};
use proptest::{prelude::*, test_runner::TestCaseResult};
use vectors::{Wide, coordinates, factor};

fn failed(broken: laws::Broken) -> TestCaseError {
    TestCaseError::fail(broken.to_string())
}

fn norm<V, N>(norm: N, u: &V, v: &V, c: f64) -> TestCaseResult
where
    V: Space<Scalar: Float>,
    N: Norm<V>,
{
    laws::check_norm(&norm, u, v, c).map_err(failed)
}

fn seminorm<V, N>(seminorm: N, u: &V, v: &V, c: f64) -> TestCaseResult
where
    V: Space<Scalar: Float>,
    N: Seminorm<V>,
{
    laws::check_seminorm(&seminorm, u, v, c).map_err(failed)
}

/// What holds in every space: the space's own laws, the four norms, references to them, a weighted one and `Null`.
fn everywhere<V: Space<Scalar: Float>>(u: &V, v: &V, c: f64) -> TestCaseResult {
    laws::check_space(u, v, c).map_err(failed)?;
    norm(Rms, u, v, c)?;
    norm(L1, u, v, c)?;
    norm(L2, u, v, c)?;
    norm(LInf, u, v, c)?;
    let by_reference = &Rms;
    norm(by_reference, u, v, c)?;
    seminorm(Null, u, v, c)?;
    seminorm(Pooled(Rms), u, v, c)?;
    // Weights that grow by position, with zeros between: 0, 1, 2, 0, 4, 5, 0, ...
    let mut weights = u.zeros_like();
    for l in 0..V::LEAVES {
        for (i, w) in weights.leaf_mut(l).iter_mut().enumerate() {
            *w = costate_norms::Scalar::of(if i % 3 == 0 { 0.0 } else { i as f64 });
        }
    }
    seminorm(Weighted { weights: weights.clone(), norm: Rms }, u, v, c)?;
    seminorm(Weighted { weights: weights.clone(), norm: L1 }, u, v, c)?;
    seminorm(Weighted { weights: weights.clone(), norm: L2 }, u, v, c)?;
    seminorm(Weighted { weights, norm: LInf }, u, v, c)
}

fn array<T: Wide, const N: usize>() -> impl Strategy<Value = [T; N]> {
    coordinates(N).prop_map(|x| core::array::from_fn(|i| x[i]))
}

/// Two vectors of one length, around the lengths where lanes of 8 and blocks of 64 end.
fn pair<T: Wide>() -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    prop_oneof![0..20_usize, 60..70_usize, Just(129)]
        .prop_flat_map(|n| (coordinates(n), coordinates(n)))
}

/// Lengths of blocks, some of them empty, and two vectors that they cover.
fn blocks<T: Wide>() -> impl Strategy<Value = (Vec<usize>, Vec<T>, Vec<T>)> {
    prop::collection::vec(0..12_usize, 0..5).prop_flat_map(|lengths| {
        let n = lengths.iter().sum();
        (Just(lengths), coordinates(n), coordinates(n))
    })
}

macro_rules! axioms {
    ($t:ident) => {
        mod $t {
            use super::*;

            proptest! {
                #[test]
                fn numbers(u in array::<$t, 1>(), v in array::<$t, 1>(), c in factor()) {
                    everywhere(&u[0], &v[0], c)?;
                }

                #[test]
                fn arrays(u in array::<$t, 11>(), v in array(), c in factor()) {
                    everywhere(&u, &v, c)?;
                }

                #[test]
                fn vectors((u, v) in pair::<$t>(), c in factor()) {
                    everywhere(&u, &v, c)?;
                }

                #[test]
                fn blocks_of_a_vector((lengths, u, v) in blocks::<$t>(), c in factor()) {
                    norm(Blocks { lengths: lengths.clone(), norm: Rms }, &u, &v, c)?;
                    norm(Blocks { lengths: lengths.clone(), norm: L2 }, &u, &v, c)?;
                    norm(Blocks { lengths: lengths.clone(), norm: L1 }, &u, &v, c)?;
                    norm(Blocks { lengths, norm: LInf }, &u, &v, c)?;
                }

                #[test]
                fn tuples(
                    (a, x) in pair::<$t>(), b in array::<$t, 3>(), y in array(), c in factor(),
                ) {
                    let (u, v) = ((a, b[0], b), (x, y[0], y));
                    everywhere(&u, &v, c)?;
                    norm((Rms, L1, LInf), &u, &v, c)?;
                    seminorm((Rms, Null, L2), &u, &v, c)?;
                    seminorm((Null, Null, Null), &u, &v, c)?;
                    seminorm(Pooled((Rms, Rms, Rms)), &u, &v, c)?;
                    seminorm(Pooled((Rms, Null, Rms)), &u, &v, c)?;
                    seminorm(Pooled((Null, Null, Null)), &u, &v, c)?;
                }

                #[test]
                fn nested_tuples(
                    (a, x) in pair::<$t>(), b in array::<$t, 9>(), y in array(), c in factor(),
                ) {
                    let u = ((a.clone(), b), b[0], (b[1], (a, b)), b);
                    let v = ((x.clone(), y), y[2], (y[1], (x, y)), y);
                    everywhere(&u, &v, c)?;
                    norm((Rms, L1, (L2, (LInf, Rms)), Rms), &u, &v, c)?;
                    norm(((Rms, L1), L1, (L2, Rms), Rms), &u, &v, c)?;
                    seminorm(((Rms, Null), L1, (L2, (Null, Rms)), Null), &u, &v, c)?;
                    seminorm(Pooled(((Rms, Null), Rms, (Rms, (Null, Rms)), Null)), &u, &v, c)?;
                    seminorm((Pooled((Rms, Null)), Null, Pooled((Rms, Rms)), L2), &u, &v, c)?;
                }

                #[cfg(feature = "nalgebra")]
                #[test]
                fn matrices((a, x) in pair::<$t>(), b in array::<$t, 12>(), y in array(), c in factor()) {
                    use nalgebra::{DMatrix, DVector, SMatrix, SVector};
                    everywhere(&SVector::<$t, 12>::from(b), &SVector::from(y), c)?;
                    everywhere(&SMatrix::<$t, 3, 4>::from_row_slice(&b), &SMatrix::from_row_slice(&y), c)?;
                    everywhere(&DMatrix::from_row_slice(3, 4, &b), &DMatrix::from_row_slice(3, 4, &y), c)?;
                    let (u, v) = (DVector::from_vec(a), DVector::from_vec(x));
                    everywhere(&u, &v, c)?;
                    let (u, v) = ((u, SVector::from(b)), (v, SVector::from(y)));
                    norm((Rms, L2), &u, &v, c)?;
                    seminorm((Rms, Null), &u, &v, c)?;
                }
            }
        }
    };
}

axioms!(f64);
axioms!(f32);

#[test]
fn the_mean_of_nothing_is_zero() {
    let nothing: Vec<f64> = Vec::new();
    assert_eq!(Rms.measure(&nothing), 0.0);
    assert_eq!(Rms.measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!((Rms, Rms).measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!(Pooled((Rms, Rms)).measure(&(nothing.clone(), nothing.clone())), 0.0);
    assert_eq!(Pooled((Null, Null)).measure(&([1.0], [2.0])), 0.0);
    assert_eq!(Blocks { lengths: vec![0, 0], norm: Rms }.measure(&nothing), 0.0);
    assert_eq!(Weighted { weights: nothing.clone(), norm: Rms }.measure(&nothing), 0.0);
}
