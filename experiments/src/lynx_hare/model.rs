//! The model: Lotka and Volterra's predator and prey, and its six unknowns.

use costate_adjoint::autodiff::Real;
use costate_adjoint::{Equation, Traced};

/// Hares `x` grow at rate a and are eaten at rate b for each lynx; lynxes `y` die at rate c and grow at rate d for each hare:
/// `x' = a x - b x y`, `y' = -c y + d x y`.
///
/// (A. J. Lotka, *Elements of Physical Biology*, 1925; V. Volterra, "Fluctuations in the abundance of a species considered
/// mathematically", Nature 118, 1926.) Time in years, populations in thousands of pelts; a and c in 1/year, b and d in
/// 1/(year, thousand pelts).
///
/// ```
/// use costate_adjoint::Equation;
/// use costate_experiments::lynx_hare::model::LotkaVolterra;
/// // At rest where a = b y and c = d x.
/// let mut slope = [1.0; 2];
/// LotkaVolterra.eval(0.0, &[30.0, 20.0], &[0.4, 0.02, 0.6, 0.02], &mut slope);
/// assert!(slope.iter().all(|s: &f64| s.abs() < 1e-12));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LotkaVolterra;

impl Equation for LotkaVolterra {
    fn eval<R: Real>(&self, _t: R, state: &[R], rates: &[R], slope: &mut [R]) {
        let (x, y) = (state[0], state[1]);
        let (a, b, c, d) = (rates[0], rates[1], rates[2], rates[3]);
        slope[0] = a * x - b * x * y;
        slope[1] = d * x * y - c * y;
    }
}

/// The model with its derivatives.
pub type LotkaVolterraField = Traced<LotkaVolterra, [f64; 2], [f64; 4]>;

/// How many numbers are fitted.
pub const UNKNOWNS: usize = 6;

/// What each of the six is called, in the order of [`Unknowns::logs`].
pub const NAMES: [&str; UNKNOWNS] = ["a", "b", "c", "d", "x(1900)", "y(1900)"];

/// What each of the six means.
pub const MEANINGS: [&str; UNKNOWNS] = [
    "hare births, 1/year",
    "hares eaten, 1/(year · thousand lynx pelts)",
    "lynx deaths, 1/year",
    "lynx births, 1/(year · thousand hare pelts)",
    "hares in 1900, thousand pelts",
    "lynxes in 1900, thousand pelts",
];

/// Four rates and the populations at the start: what is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unknowns {
    /// a, b, c, d.
    pub rates: [f64; 4],
    /// Hares and lynxes in the first year.
    pub start: [f64; 2],
}

impl Unknowns {
    /// All six, rates first.
    pub fn values(&self) -> [f64; UNKNOWNS] {
        let ([a, b, c, d], [x, y]) = (self.rates, self.start);
        [a, b, c, d, x, y]
    }

    /// From all six, rates first.
    pub fn from_values([a, b, c, d, x, y]: [f64; UNKNOWNS]) -> Self {
        Unknowns { rates: [a, b, c, d], start: [x, y] }
    }

    /// Their natural logarithms, which are what the fit moves: all six must stay positive, and a logarithm cannot help it.
    pub fn logs(&self) -> [f64; UNKNOWNS] {
        self.values().map(f64::ln)
    }

    /// From their natural logarithms.
    pub fn from_logs(logs: [f64; UNKNOWNS]) -> Self {
        Unknowns::from_values(logs.map(f64::exp))
    }
}
