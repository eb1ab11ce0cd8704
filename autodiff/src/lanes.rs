//! Floats side by side in the registers of the processor found.

use crate::Real;
use pulp::Simd;

/// A float that fills vector registers: the few operations on them that the kernels need.
///
/// Products are rounded before they are added, as everywhere: a fused operation would make digits depend on the machine.
pub(crate) trait Lanes: Real {
    /// A register full.
    type Vector<S: Simd>: Copy;

    /// How many fit.
    fn count<S: Simd>() -> usize;

    /// The same number in every lane.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;

    /// `sum + a * b`, rounded twice.
    fn add_product<S: Simd>(
        simd: S,
        sum: Self::Vector<S>,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// As many whole registers as there are in `x`.
    fn whole<S: Simd>(x: &[Self]) -> &[Self::Vector<S>];

    /// As many whole registers as there are in `x`, to write.
    fn whole_mut<S: Simd>(x: &mut [Self]) -> &mut [Self::Vector<S>];

    /// What is too short for a register, and zeros.
    fn load<S: Simd>(simd: S, x: &[Self]) -> Self::Vector<S>;

    /// The first lanes, into what is too short for a register.
    fn store<S: Simd>(simd: S, x: &mut [Self], vector: Self::Vector<S>);
}

macro_rules! lanes {
    (
        $float:ident: $vector:ident, $count:ident, $splat:ident, $add:ident, $mul:ident,
        $whole:ident, $whole_mut:ident, $load:ident, $store:ident
    ) => {
        impl Lanes for $float {
            type Vector<S: Simd> = S::$vector;
            #[inline(always)]
            fn count<S: Simd>() -> usize {
                S::$count
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: Self) -> S::$vector {
                simd.$splat(x)
            }
            #[inline(always)]
            fn add_product<S: Simd>(
                simd: S,
                sum: S::$vector,
                a: S::$vector,
                b: S::$vector,
            ) -> S::$vector {
                simd.$add(sum, simd.$mul(a, b))
            }
            #[inline(always)]
            fn whole<S: Simd>(x: &[Self]) -> &[S::$vector] {
                S::$whole(x).0
            }
            #[inline(always)]
            fn whole_mut<S: Simd>(x: &mut [Self]) -> &mut [S::$vector] {
                S::$whole_mut(x).0
            }
            #[inline(always)]
            fn load<S: Simd>(simd: S, x: &[Self]) -> S::$vector {
                simd.$load(x)
            }
            #[inline(always)]
            fn store<S: Simd>(simd: S, x: &mut [Self], vector: S::$vector) {
                simd.$store(x, vector)
            }
        }
    };
}

lanes!(
    f32: f32s, F32_LANES, splat_f32s, add_f32s, mul_f32s,
    as_simd_f32s, as_mut_simd_f32s, partial_load_f32s, partial_store_f32s
);
lanes!(
    f64: f64s, F64_LANES, splat_f64s, add_f64s, mul_f64s,
    as_simd_f64s, as_mut_simd_f64s, partial_load_f64s, partial_store_f64s
);
