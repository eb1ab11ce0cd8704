//! Rational coefficients, and the doubles made from them.

use core::fmt;

/// A coefficient as its paper prints it: numerator over denominator.
///
/// Both are integers that a double holds exactly, so [`Ratio::value`], one division, is the double
/// nearest to the fraction.
///
/// ```
/// use costate_tableau::RK4;
/// let sixth = RK4.exact().expect("a rational method").b[0];
/// assert_eq!((sixth.numerator(), sixth.denominator()), (1, 6));
/// assert_eq!(sixth.value(), 1.0 / 6.0);
/// assert_eq!(sixth.to_string(), "1/6");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: i64,
    denominator: i64,
}

/// The zero of the tables, a letter that lets their shape be seen.
pub(crate) const O: Ratio = ratio(0, 1);

/// `numerator / denominator`, for tables: a bad one does not compile.
pub(crate) const fn ratio(numerator: i64, denominator: i64) -> Ratio {
    const EXACT_IN_F64: u64 = 1 << 53;
    assert!(denominator > 0, "a denominator is positive");
    assert!(
        numerator.unsigned_abs() <= EXACT_IN_F64 && denominator.unsigned_abs() <= EXACT_IN_F64,
        "numerator and denominator must be exact in f64, or the quotient is rounded twice"
    );
    Ratio { numerator, denominator }
}

impl Ratio {
    /// The numerator, which carries the sign.
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The denominator, positive.
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// The double nearest to the fraction.
    pub const fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// As in print: `-56/15`, and `1` for a whole number. Fractions are not reduced.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

/// The rational coefficients of a method, from which its doubles are made.
///
/// [`Tableau::exact`](crate::Tableau::exact) gives them; methods published in decimals have none.
/// With them order conditions can be verified in rational arithmetic, with no tolerance: see
/// [`RootedTree::stage_weights`](crate::RootedTree::stage_weights).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exact<const S: usize> {
    /// The coupling of the stages, strictly lower triangular.
    pub a: [[Ratio; S]; S],
    /// The weights of the solution.
    pub b: [Ratio; S],
    /// The nodes, the row sums of `a`.
    pub c: [Ratio; S],
    /// `b - b_hat`, if there is an embedded method.
    pub error: Option<[Ratio; S]>,
    /// The rows of [`Dense::Polynomial`](crate::Dense::Polynomial), if that is the extension.
    pub dense: Option<&'static [[Ratio; S]]>,
}

/// The doubles nearest to a row of fractions.
pub(crate) const fn row<const S: usize>(exact: &[Ratio; S]) -> [f64; S] {
    let mut values = [0.0; S];
    let mut j = 0;
    while j < S {
        values[j] = exact[j].value();
        j += 1;
    }
    values
}

/// The doubles nearest to a table of fractions.
pub(crate) const fn rows<const S: usize, const R: usize>(exact: &[[Ratio; S]; R]) -> [[f64; S]; R] {
    let mut values = [[0.0; S]; R];
    let mut i = 0;
    while i < R {
        values[i] = row(&exact[i]);
        i += 1;
    }
    values
}
