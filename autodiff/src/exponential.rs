//! The functions made of e^x, for floats, in plain arithmetic: no branch and no call, so that the compiler can write a loop
//! over them in the instructions of any processor, and the digits are the same on all of them.
//!
//! Coefficients are those of the Taylor series, cut where the rest is far less than a rounding. Errors are at most 2.5 units
//! in the last place of the result (`tests/functions.rs`).

/// `a + x * (b + x * (c + ...))`.
macro_rules! polynomial {
    ($x:expr; $a:expr) => { $a };
    ($x:expr; $a:expr, $($rest:expr),+) => { $a + $x * polynomial!($x; $($rest),+) };
}

/// The functions of one kind of float.
///
/// - `shift` is 1.5 times the power of two from which on floats have no fractions: adding it rounds to an integer, and leaves
///   that integer in the lowest bits;
/// - the natural logarithm of 2 is a sum of two numbers, the first without its last `high` digits, so that its products with all
///   exponents are exact, the second what is left (Cody and Waite, Software Manual for the Elementary Functions, 1980,
///   chapter 6);
/// - `range` is from where e^x is 0 to where it is infinite, both rounded;
/// - beyond `flat`, a hyperbolic tangent is 1 to rounding;
/// - `exp` are the coefficients of `(e^r - 1 - r) / r^2`, `ln` those of `2 artanh(s) / s - 2`, in powers of r and of s^2.
macro_rules! functions {
    (
        $float:ident, bits $bits:ident, shift $shift:expr, high $cut:literal, ln_2 |$high:ident| $low:expr,
        range $range:expr, flat $flat:expr,
        exp [$($exp:expr),+], ln [$($ln:expr),+]
    ) => {
        pub(crate) mod $float {
            use core::$float::consts::LOG2_E;

            const SHIFT: $float = $shift;
            const LN_2: [$float; 2] = {
                let $high = $float::from_bits(core::$float::consts::LN_2.to_bits() >> $cut << $cut);
                [$high, $low]
            };
            const RANGE: [$float; 2] = $range;
            const FLAT: $float = $flat;
            const DIGITS: u32 = $float::MANTISSA_DIGITS - 1;
            const BIAS: $bits = $float::MAX_EXP as $bits - 1;

            /// `e^x = 2^n (1 + q)`: the numbers q and n. Near 0, n is 0 and q has all its digits.
            #[inline(always)]
            fn parts(x: $float) -> ($float, $float) {
                let n = (x * LOG2_E + SHIFT) - SHIFT;
                let r = (x - n * LN_2[0]) - n * LN_2[1];
                (r + r * r * polynomial!(r; $($exp),+), n)
            }

            /// 2^n, for an integer n that is the exponent of a normal float: the lowest bits of a shifted n become the exponent, and
            /// the others drop out.
            #[inline(always)]
            fn power(n: $float) -> $float {
                $float::from_bits((n + SHIFT).to_bits().wrapping_add(BIAS) << DIGITS)
            }

            /// Natural logarithm of 1 + x, for x from 0 to 1.
            ///
            /// `1 + x = 2^k (1 + f)` with k either 0 or 1, and `ln(1 + f) = f - s (f - r)` where `s = f / (2 + f)` and `r / 2` is
            /// `artanh(s) / s - 1`: what is not exact is a correction, so that its errors count little.
            #[inline(always)]
            fn ln_1p(x: $float) -> $float {
                let above = x > core::$float::consts::SQRT_2 - 1.0;
                let (k, f) = if above { (1.0, 0.5 * (x - 1.0)) } else { (0.0, x) };
                let s = f / (2.0 + f);
                let z = s * s;
                let r = z * polynomial!(z; $($ln),+);
                let half = 0.5 * f * f;
                k * LN_2[0] + (f - (half - (s * (half + r) + k * LN_2[1])))
            }

            #[inline(always)]
            pub(crate) fn exp(x: $float) -> $float {
                // Comparisons that NaN does not pass: it stays.
                let x = if x < RANGE[0] { RANGE[0] } else { x };
                let x = if x > RANGE[1] { RANGE[1] } else { x };
                let (q, n) = parts(x);
                // Two factors: 2^n alone may be too large or too small for a float that is not.
                let half = (0.5 * n + SHIFT) - SHIFT;
                (1.0 + q) * power(half) * power(n - half)
            }

            /// By `e^2x - 1`, which has all its digits near 0.
            #[inline(always)]
            pub(crate) fn tanh(x: $float) -> $float {
                let size = x.abs();
                let size = if size > FLAT { FLAT } else { size };
                let (q, n) = parts(2.0 * size);
                let scale = power(n);
                let e = scale * q + (scale - 1.0);
                (e / (e + 2.0)).copysign(x)
            }

            /// By `e^-|x|`, which does not overflow.
            #[inline(always)]
            pub(crate) fn sigmoid(x: $float) -> $float {
                let e = exp(-x.abs());
                (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
            }

            #[inline(always)]
            pub(crate) fn softplus(x: $float) -> $float {
                let positive = if x < 0.0 { 0.0 } else { x };
                positive + ln_1p(exp(-x.abs()))
            }
        }
    };
}

// Of e^r for |r| up to ln(2) / 2 = 0.347: the rest is 0.347^8 / 8! = 5e-9, a tenth of half a unit in the last place, and
// 0.347^14 / 14! = 4e-18, a thirtieth. Of 2 artanh(s) / s - 2 for s^2 up to 0.0295: the rest is 2 * 0.0295^5 / 11 = 4e-9
// and 2 * 0.0295^11 / 23 = 1e-18.
functions!(
    f32, bits u32, shift 12_582_912.0,
    high 8, ln_2 |high| (core::f64::consts::LN_2 - high as f64) as f32,
    range [-104.0, 89.0], flat 10.0,
    exp [1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0],
    ln [2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0]
);
//
// 2.319e-17 is the logarithm of 2 less the nearest `f64`.
functions!(
    f64, bits u64, shift 6_755_399_441_055_744.0,
    high 20, ln_2 |high| (core::f64::consts::LN_2 - high) + 2.319_046_813_846_299_6e-17,
    range [-746.0, 710.0], flat 22.0,
    exp [
        1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40_320.0, 1.0 / 362_880.0,
        1.0 / 3_628_800.0, 1.0 / 39_916_800.0, 1.0 / 479_001_600.0, 1.0 / 6_227_020_800.0
    ],
    ln [
        2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0
    ]
);
