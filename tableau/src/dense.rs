//! Continuous extensions: the solution between the two ends of a step.

/// How a method gives its solution between `t0` and `t0 + h`, at `t0 + theta h`.
///
/// `theta` is 0 at the start of the step and 1 at its end, for steps in either direction of time.
/// Outside [0, 1] the formulas extrapolate, and their error grows like `theta^(order + 1)`; a NaN
/// gives NaN.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Dense<const S: usize> {
    /// The cubic that has the solution's values and slopes at both ends; see [`HermiteBasis`].
    ///
    /// It needs `y0`, `y1`, `f0 = f(t0, y0)` and `f1 = f(t0 + h, y1)`. The last is one more
    /// evaluation of the field, unless the method is
    /// [FSAL](crate::Tableau::fsal): then it is the last stage, and free.
    Hermite {
        /// The least of the method's order and 3: a cubic through exact data is off by
        /// `O(h^4)`, and the data at the right end are off by `O(h^(p+1))`.
        order: u32,
    },
    /// A combination of the stages whose weights are polynomials in `theta`:
    ///
    /// ```text
    /// b_j(theta) = sum_m rows[m][j] * theta^(m+1)
    /// y(t0 + theta h) = y0 + h * sum_j b_j(theta) * k_j
    /// ```
    Polynomial {
        /// The order of the solution at every `theta`: the error is `O(h^(order+1))`.
        order: u32,
        /// `rows[m]` are the coefficients of `theta^(m+1)`, one a stage. There is no constant
        /// term, so that `theta = 0` gives `y0`; the rows add up to `b`, so that `theta = 1`
        /// gives `y1`.
        rows: &'static [[f64; S]],
    },
    /// The same with further stages, evaluated only where the solution is looked at inside a step.
    ///
    /// `S` stages seldom determine an extension of the order of the method itself; a few more do.
    /// They follow on the stages of the step: stage `S + i` is
    /// `f(t0 + c h, y0 + h sum_{j < S + i} a[j] k_j)` with `c` and `a` of `stages[i]`.
    Extended {
        /// The order of the solution at every `theta`: the error is `O(h^(order+1))`.
        order: u32,
        /// The further stages, in the order in which they are evaluated.
        stages: &'static [ExtraStage],
        /// As of [`Dense::Polynomial`], over the `S` stages and the further ones: the rows add up to
        /// `b`, and to 0 for the further stages.
        rows: &'static [&'static [f64]],
    },
}

/// A stage that only a continuous extension needs; see [`Dense::Extended`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExtraStage {
    /// The node: the sum of `a`.
    pub c: f64,
    /// The coupling to the stages of the step and to the extra stages before this one.
    pub a: &'static [f64],
}

impl<const S: usize> Dense<S> {
    /// The order of the extension: its error is `O(h^(order+1))`, uniformly in `theta`.
    ///
    /// ```
    /// use costate_tableau::{DORMAND_PRINCE_54, RK4};
    /// assert_eq!(RK4.dense.order(), 3);
    /// assert_eq!(DORMAND_PRINCE_54.dense.order(), 4);
    /// ```
    pub const fn order(&self) -> u32 {
        match self {
            Self::Hermite { order }
            | Self::Polynomial { order, .. }
            | Self::Extended { order, .. } => *order,
        }
    }

    /// The stages of [`Dense::Extended`]; none for the others.
    pub const fn stages(&self) -> &'static [ExtraStage] {
        match self {
            Self::Extended { stages, .. } => stages,
            _ => &[],
        }
    }

    /// How many powers of `theta` the weights have; 0 for [`Dense::Hermite`].
    pub(crate) const fn powers(&self) -> usize {
        match self {
            Self::Hermite { .. } => 0,
            Self::Polynomial { rows, .. } => rows.len(),
            Self::Extended { rows, .. } => rows.len(),
        }
    }

    /// The coefficients of `theta^1, theta^2, ..` in the weight of stage `j`, the highest first.
    pub(crate) fn falling_powers(&self, j: usize) -> impl Iterator<Item = f64> {
        let (fixed, extended): (&'static [[f64; S]], &'static [&'static [f64]]) = match self {
            Self::Hermite { .. } => (&[], &[]),
            Self::Polynomial { rows, .. } => (rows, &[]),
            Self::Extended { rows, .. } => (&[], rows),
        };
        let of_fixed = fixed.iter().rev().filter_map(move |row| row.get(j).copied());
        of_fixed.chain(extended.iter().rev().filter_map(move |row| row.get(j).copied()))
    }
}

/// The four cubics of Hermite interpolation on a step, evaluated at one `theta`.
///
/// ```text
/// y(t0 + theta h) = h00 y0 + h h10 f0 + h01 y1 + h h11 f1
/// ```
///
/// Source: E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary Differential Equations I",
/// 2nd ed. (1993), II.6, equation (6.7), here sorted by the datum that each cubic multiplies.
///
/// ```
/// use costate_tableau::HermiteBasis;
/// // The cubic y = t^3 on the step from 1 to 3, read at its middle.
/// let (y0, f0, y1, f1, h) = (1.0, 3.0, 27.0, 27.0, 2.0);
/// let basis = HermiteBasis::at(0.5);
/// let y = basis.h00 * y0 + h * basis.h10 * f0 + basis.h01 * y1 + h * basis.h11 * f1;
/// assert_eq!(y, 8.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HermiteBasis {
    /// Multiplies `y0`: `(1 + 2 theta) (1 - theta)^2`.
    pub h00: f64,
    /// Multiplies `h f0`: `theta (1 - theta)^2`.
    pub h10: f64,
    /// Multiplies `y1`: `theta^2 (3 - 2 theta)`.
    pub h01: f64,
    /// Multiplies `h f1`: `theta^2 (theta - 1)`.
    pub h11: f64,
}

impl HermiteBasis {
    /// The cubics at `theta`; exactly (1, 0, 0, 0) at 0 and (0, 0, 1, 0) at 1.
    pub const fn at(theta: f64) -> Self {
        let rest = 1.0 - theta;
        Self {
            h00: (1.0 + 2.0 * theta) * rest * rest,
            h10: theta * rest * rest,
            h01: theta * theta * (3.0 - 2.0 * theta),
            h11: -(theta * theta * rest),
        }
    }

    /// The derivatives of the cubics in `theta`; exactly (0, 1, 0, 0) at 0 and (0, 0, 0, 1) at 1.
    ///
    /// ```
    /// use costate_tableau::HermiteBasis;
    /// // The cubic y = t^3 on the step from 1 to 3: its slope in the middle is 3 t^2 = 12, of which theta sees h = 2 times as much.
    /// let (y0, f0, y1, f1, h) = (1.0, 3.0, 27.0, 27.0, 2.0);
    /// let slope = HermiteBasis::slope_at(0.5);
    /// let dy = slope.h00 * y0 + h * slope.h10 * f0 + slope.h01 * y1 + h * slope.h11 * f1;
    /// assert_eq!(dy / h, 12.0);
    /// ```
    pub const fn slope_at(theta: f64) -> Self {
        let rest = 1.0 - theta;
        let h01 = 6.0 * theta * rest;
        Self { h00: -h01, h10: rest * (1.0 - 3.0 * theta), h01, h11: theta * (3.0 * theta - 2.0) }
    }
}
