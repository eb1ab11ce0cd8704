//! A cubic polynomial in local time.

/// One channel of a control between two knots: `a + b s + c s^2 + d s^3`, with `s` the time since the earlier one.
///
/// ```
/// use costate_neural::Cubic;
/// let cubic = Cubic { a: 1.0, b: 2.0, c: 3.0, d: 4.0 };
/// assert_eq!((cubic.value(2.0), cubic.slope(2.0)), (49.0, 62.0));
/// assert_eq!(cubic.about(2.0).value(1.0), cubic.value(3.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cubic {
    /// The value at the knot.
    pub a: f64,
    /// The slope there.
    pub b: f64,
    /// Half the second derivative there.
    pub c: f64,
    /// A sixth of the third derivative.
    pub d: f64,
}

impl Cubic {
    /// The value at local time `s`.
    pub fn value(self, s: f64) -> f64 {
        self.a + s * (self.b + s * (self.c + s * self.d))
    }

    /// The slope at local time `s`.
    pub fn slope(self, s: f64) -> f64 {
        self.b + s * (2.0 * self.c + s * (3.0 * self.d))
    }

    /// The same polynomial with its local time counted from `s`: its derivatives there, over their factorials.
    pub fn about(self, s: f64) -> Cubic {
        Cubic { a: self.value(s), b: self.slope(s), c: self.c + 3.0 * s * self.d, d: self.d }
    }

    pub(crate) fn is_finite(self) -> bool {
        [self.a, self.b, self.c, self.d].into_iter().all(f64::is_finite)
    }
}
