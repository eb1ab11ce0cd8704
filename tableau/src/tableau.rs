//! The table of an explicit Runge-Kutta method.

use thiserror::Error;

use crate::exact::{self, Exact};
use crate::laws::{self, OrderError};
use crate::{Dense, ErrorEstimate, ExtraStage, SecondRow, StructureError};

/// The coefficients of an explicit Runge-Kutta method with `S` stages (J. C. Butcher's tableau).
///
/// ```text
/// k_i = f(t0 + c[i] h,  y0 + h sum_{j<i} a[i][j] k_j),      i = 0..S
/// y1  = y0 + h sum_i b[i] k_i
/// ```
///
/// All coefficients are pure numbers. Stages count from 0, where papers count from 1.
///
/// The methods of this crate are constants, checked by the compiler for shape and sums
/// ([`Tableau::structure`]) and by tests for their orders ([`laws::check_tableau`]); one's own is
/// made by [`Tableau::new`], which checks the same. Fields can be read and, in a variable, changed;
/// after a change the two checks are there to be run again.
#[derive(Debug, Clone, PartialEq)]
pub struct Tableau<const S: usize> {
    /// The name by which the method is known.
    pub name: &'static str,
    /// Authors, title, journal, year, and the table or equation.
    pub citation: &'static str,
    /// The order `p` of the solution `y1`: one step is off by `O(h^(p+1))`.
    pub order: u32,
    /// The coupling of the stages, strictly lower triangular.
    pub a: [[f64; S]; S],
    /// The weights of the solution; they sum to 1.
    pub b: [f64; S],
    /// The nodes: `c[i]` is the sum of `a[i]`.
    pub c: [f64; S],
    /// The error estimate; `None` for methods that can only take steps of given length.
    pub error: Option<ErrorEstimate<S>>,
    /// The continuous extension.
    pub dense: Dense<S>,
    exact: Option<&'static Exact<S>>,
}

/// Why a table is refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TableauError {
    /// Its shape or its sums are wrong.
    #[error(transparent)]
    Structure(#[from] StructureError),
    /// It has not the order that it claims.
    #[error(transparent)]
    Order(#[from] OrderError),
}

impl<const S: usize> Tableau<S> {
    /// A method of one's own, with fixed steps and the cubic Hermite extension; add an error
    /// estimate with [`Tableau::with_error`] and another extension with [`Tableau::with_dense`].
    ///
    /// The claimed `order` is verified against rooted trees. To claim less than the table has is
    /// allowed ([`laws::check_tableau`] is the one that insists on the exact order).
    ///
    /// # Errors
    /// [`StructureError`] names the flawed row or sum, [`OrderError`] the tree that refutes the
    /// order and by how much.
    ///
    /// ```
    /// use costate_tableau::Tableau;
    /// let ralston = Tableau::new(
    ///     "Ralston",
    ///     "A. Ralston, Runge-Kutta methods with minimum error bounds, Math. Comp. 16 (1962)",
    ///     2,
    ///     [[0.0, 0.0], [2.0 / 3.0, 0.0]],
    ///     [0.25, 0.75],
    ///     [0.0, 2.0 / 3.0],
    /// )?;
    /// assert!(!ralston.fsal());
    ///
    /// let error = Tableau::new("typo", "", 2, [[0.0, 0.0], [0.6, 0.0]], [0.25, 0.75], [0.0, 0.6]);
    /// assert!(error.unwrap_err().to_string().contains("[τ]"));
    /// # Ok::<(), costate_tableau::TableauError>(())
    /// ```
    pub fn new(
        name: &'static str,
        citation: &'static str,
        order: u32,
        a: [[f64; S]; S],
        b: [f64; S],
        c: [f64; S],
    ) -> Result<Self, TableauError> {
        let tableau = Self::decimal(name, citation, order, a, b, c);
        tableau.structure()?;
        laws::check_order(&tableau, order)?;
        Ok(tableau)
    }

    /// The same method with an error estimate: `weights` are `b - b_hat`, and `order` is that of
    /// the lower of the two methods (see [`ErrorEstimate`]).
    ///
    /// # Errors
    /// [`StructureError`] if the weights are not finite, do not sum to 0 or are all 0;
    /// [`OrderError`] if a tree refutes the order.
    ///
    /// ```
    /// use costate_tableau::MIDPOINT;
    /// // Midpoint over Euler: b - b_hat = (0, 1) - (1, 0).
    /// let pair = MIDPOINT.with_error(1, [-1.0, 1.0])?;
    /// assert_eq!(pair.error.expect("just added").order, 1);
    /// # Ok::<(), costate_tableau::TableauError>(())
    /// ```
    pub fn with_error(mut self, order: u32, weights: [f64; S]) -> Result<Self, TableauError> {
        self.error = Some(ErrorEstimate { order, weights, second: None });
        self.structure()?;
        laws::check_embedded_order(&self, order)?;
        Ok(self)
    }

    /// The same method with a second row for its error estimate, whose norm corrects that of the
    /// first; see [`SecondRow`]. Without a first row there is none to correct.
    ///
    /// # Errors
    /// [`StructureError`] if the weights are not finite, do not sum to 0 or are all 0, or if the share
    /// is not a positive number; [`OrderError`] if there is no first row, or a tree refutes the order.
    pub fn with_second_row(
        mut self,
        order: u32,
        weights: [f64; S],
        share: f64,
    ) -> Result<Self, TableauError> {
        let error = self.error.as_mut().ok_or(OrderError::NoErrorEstimate)?;
        error.second = Some(SecondRow { order, weights, share });
        self.structure()?;
        laws::check_second_order(&self, order)?;
        Ok(self)
    }

    /// The same method with another continuous extension.
    ///
    /// # Errors
    /// [`StructureError`] if the rows are not finite or do not sum to `b`; [`OrderError`] if a
    /// tree refutes the order.
    ///
    /// ```
    /// use costate_tableau::{Dense, EULER};
    /// // A straight line costs no further evaluation.
    /// let euler = EULER.with_dense(Dense::Polynomial { order: 1, rows: &[[1.0]] })?;
    /// # Ok::<(), costate_tableau::TableauError>(())
    /// ```
    pub fn with_dense(mut self, dense: Dense<S>) -> Result<Self, TableauError> {
        self.dense = dense;
        self.structure()?;
        laws::check_dense_order(&self, self.dense.order())?;
        Ok(self)
    }

    /// First same as last: the last stage is the field at the end of the step, so the next step
    /// has its first stage already. True if the last row of `a` equals `b` and the last node is 1.
    ///
    /// ```
    /// use costate_tableau::{DORMAND_PRINCE_54, RK4};
    /// assert!(DORMAND_PRINCE_54.fsal() && !RK4.fsal());
    /// ```
    pub const fn fsal(&self) -> bool {
        if S == 0 || self.c[S - 1] != 1.0 {
            return false;
        }
        let mut j = 0;
        while j < S {
            if self.a[S - 1][j] != self.b[j] {
                return false;
            }
            j += 1;
        }
        true
    }

    /// How often a step in a sequence of steps evaluates the field: once for each stage, and once less
    /// if the method is [FSAL](Self::fsal). What the continuous extension needs comes on top.
    ///
    /// ```
    /// use costate_tableau::{DORMAND_PRINCE_54, RK4};
    /// assert_eq!((RK4.evaluations(), DORMAND_PRINCE_54.evaluations()), (4, 6));
    /// ```
    pub const fn evaluations(&self) -> usize {
        S - self.fsal() as usize
    }

    /// How many stages the continuous extension needs beyond those of the step: those of
    /// [`Dense::Extended`]; for a [Hermite](Dense::Hermite) cubic one, the field at the end of the
    /// step, unless the method is [FSAL](Self::fsal); else none.
    pub const fn extra_stages(&self) -> usize {
        match &self.dense {
            Dense::Hermite { .. } => !self.fsal() as usize,
            dense => dense.stages().len(),
        }
    }

    /// The node and the coupling of stage `S + i`, which only the continuous extension needs; `None`
    /// past the last of the [`extra_stages`](Self::extra_stages).
    ///
    /// ```
    /// use costate_tableau::RK4;
    /// // The field at the end of the step, for the Hermite cubic.
    /// assert_eq!(RK4.extra_stage(0), Some((1.0, &RK4.b[..])));
    /// assert_eq!(RK4.extra_stage(1), None);
    /// ```
    pub fn extra_stage(&self, i: usize) -> Option<(f64, &[f64])> {
        match &self.dense {
            Dense::Hermite { .. } => (i < self.extra_stages()).then_some((1.0, &self.b)),
            dense => dense.stages().get(i).map(|stage| (stage.c, stage.a)),
        }
    }

    /// The weight `b_j(theta)` of stage `j` in the continuous extension, where `j >= S` counts the
    /// [`extra_stages`](Self::extra_stages); 0 past the last one, and for [`Dense::Hermite`], which is
    /// not a combination of stages alone: use [`HermiteBasis::at`](crate::HermiteBasis::at) there.
    ///
    /// 0 at `theta = 0` and `b[j]` at 1, to the bit. The polynomials of methods of high order have large
    /// coefficients that cancel (of [`VERNER_87`](crate::VERNER_87) up to a million), each rounded by half
    /// a unit: between the ends the weights are off by that, for `VERNER_87` by some 1e-10. Evaluated as
    /// they stand they would be off by as much at the end of a step as well. So in its last fifth they
    /// are written as `r_1 theta + theta^2 (b - r_1 - (1 - theta) q(theta))`, with `q` in Horner's form,
    /// its coefficients the sums of the higher ones: what was rounded fades towards the end.
    ///
    /// ```
    /// use costate_tableau::DORMAND_PRINCE_54;
    /// // Half a step forward on y' = 1.
    /// let sum: f64 = (0..7).map(|j| DORMAND_PRINCE_54.dense_weight(j, 0.5)).sum();
    /// assert!((sum - 0.5).abs() < 1e-15);
    /// ```
    pub fn dense_weight(&self, j: usize, theta: f64) -> f64 {
        if let Dense::Hermite { .. } = self.dense {
            return 0.0;
        }
        let powers = self.dense.falling_powers(j);
        if theta <= 0.8 {
            return theta * powers.fold(0.0, |sum, coefficient| sum * theta + coefficient);
        }
        let at_end = self.b.get(j).copied().unwrap_or(0.0);
        if theta == 1.0 {
            return at_end;
        }
        let (mut higher, mut q, mut lowest) = (0.0, 0.0, 0.0);
        let count = self.dense.powers();
        for (above, coefficient) in (0..count).rev().zip(powers) {
            // The second lowest is what is left of b, and not needed.
            if above > 1 {
                higher += coefficient;
                q = q * theta + higher;
            } else if above == 0 {
                lowest = coefficient;
            }
        }
        theta * (lowest + theta * (at_end - lowest - (1.0 - theta) * q))
    }

    /// The derivative of [`dense_weight`](Self::dense_weight) in `theta`: with it as weights, the stages add up to the slope of the
    /// continuous extension. 0 past the last stage, and for [`Dense::Hermite`]: use
    /// [`HermiteBasis::slope_at`](crate::HermiteBasis::slope_at) there.
    ///
    /// ```
    /// use costate_tableau::DORMAND_PRINCE_54;
    /// // The slope at the start of a step is the first stage.
    /// assert_eq!(DORMAND_PRINCE_54.dense_slope_weight(0, 0.0), 1.0);
    /// assert_eq!(DORMAND_PRINCE_54.dense_slope_weight(3, 0.0), 0.0);
    /// ```
    pub fn dense_slope_weight(&self, j: usize, theta: f64) -> f64 {
        let powers = self.dense.powers();
        let falling = self.dense.falling_powers(j).enumerate();
        falling.fold(0.0, |sum, (i, coefficient)| sum * theta + (powers - i) as f64 * coefficient)
    }

    /// Whether the first of the [`extra_stages`](Self::extra_stages) is the field at the end of the
    /// step, so that the next step has its first stage already.
    pub fn extension_ends_with_slope(&self) -> bool {
        let Some((1.0, a)) = self.extra_stage(0) else { return false };
        a == self.b
    }

    /// The rational coefficients, for a method of this crate that was published with them.
    ///
    /// They belong to the method as published: changing a field or the extension does not change
    /// them.
    ///
    /// ```
    /// use costate_tableau::{DORMAND_PRINCE_54, TSITOURAS_54};
    /// assert!(DORMAND_PRINCE_54.exact().is_some() && TSITOURAS_54.exact().is_none());
    /// ```
    pub const fn exact(&self) -> Option<&'static Exact<S>> {
        self.exact
    }

    /// A method without error estimate and with the Hermite extension, from doubles.
    pub(crate) const fn decimal(
        name: &'static str,
        citation: &'static str,
        order: u32,
        a: [[f64; S]; S],
        b: [f64; S],
        c: [f64; S],
    ) -> Self {
        let hermite = if order < 3 { order } else { 3 };
        Self {
            name,
            citation,
            order,
            a,
            b,
            c,
            error: None,
            dense: Dense::Hermite { order: hermite },
            exact: None,
        }
    }

    /// A method from its fractions.
    pub(crate) const fn rational(
        name: &'static str,
        citation: &'static str,
        order: u32,
        exact: &'static Exact<S>,
    ) -> Self {
        let (a, b, c) = (exact::rows(&exact.a), exact::row(&exact.b), exact::row(&exact.c));
        let mut tableau = Self::decimal(name, citation, order, a, b, c);
        tableau.exact = Some(exact);
        tableau
    }

    /// With an error estimate from its fractions.
    pub(crate) const fn estimating(mut self, order: u32, weights: [f64; S]) -> Self {
        self.error = Some(ErrorEstimate { order, weights, second: None });
        self
    }

    /// With a second error row.
    pub(crate) const fn correcting(mut self, order: u32, weights: [f64; S], share: f64) -> Self {
        if let Some(error) = &mut self.error {
            error.second = Some(SecondRow { order, weights, share });
        }
        self
    }

    /// With polynomial weights for the continuous extension.
    pub(crate) const fn extended(mut self, order: u32, rows: &'static [[f64; S]]) -> Self {
        self.dense = Dense::Polynomial { order, rows };
        self
    }

    /// With stages and polynomial weights for the continuous extension.
    pub(crate) const fn continued(
        mut self,
        order: u32,
        stages: &'static [ExtraStage],
        rows: &'static [&'static [f64]],
    ) -> Self {
        self.dense = Dense::Extended { order, stages, rows };
        self
    }

    /// Stops the compilation if the structure is wrong or FSAL is not what the author says.
    pub(crate) const fn compiled(self, fsal: bool) -> Self {
        assert!(self.structure().is_ok(), "the tableau's shape or sums are wrong");
        assert!(self.fsal() == fsal, "FSAL is claimed wrongly");
        self
    }
}
