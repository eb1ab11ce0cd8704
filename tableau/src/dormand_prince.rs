//! The 5(4) pair of Dormand and Prince, with two error estimates and Shampine's interpolant.

use crate::Tableau;
use crate::exact::{Exact, O, Ratio, ratio, row, rows};

const C: [Ratio; 7] =
    [O, ratio(1, 5), ratio(3, 10), ratio(4, 5), ratio(8, 9), ratio(1, 1), ratio(1, 1)];

const B: [Ratio; 7] =
    [ratio(35, 384), O, ratio(500, 1113), ratio(125, 192), ratio(-2187, 6784), ratio(11, 84), O];

const A: [[Ratio; 7]; 7] = [
    [O, O, O, O, O, O, O],
    [ratio(1, 5), O, O, O, O, O, O],
    [ratio(3, 40), ratio(9, 40), O, O, O, O, O],
    [ratio(44, 45), ratio(-56, 15), ratio(32, 9), O, O, O, O],
    [ratio(19372, 6561), ratio(-25360, 2187), ratio(64448, 6561), ratio(-212, 729), O, O, O],
    [
        ratio(9017, 3168),
        ratio(-355, 33),
        ratio(46732, 5247),
        ratio(49, 176),
        ratio(-5103, 18656),
        O,
        O,
    ],
    B,
];

/// `b - b_hat` with Dormand and Prince's own `b_hat`.
const ERROR: [Ratio; 7] = [
    ratio(71, 57600),
    O,
    ratio(-71, 16695),
    ratio(71, 1920),
    ratio(-17253, 339200),
    ratio(22, 525),
    ratio(-1, 40),
];

/// `b - b_hat` with Shampine's `b_hat`: two thirds of the above.
const ERROR_SHAMPINE: [Ratio; 7] = [
    ratio(71, 86400),
    O,
    ratio(-142, 50085),
    ratio(71, 2880),
    ratio(-5751, 169600),
    ratio(44, 1575),
    ratio(-1, 60),
];

/// Shampine's quartic, multiplied out: the coefficients of theta, theta^2, theta^3, theta^4.
///
/// It is the quartic that has the values and slopes of the step at both ends, and at its middle
/// the value of Shampine's formula of order 4 there; tests hold it to that definition, exactly.
const DENSE: [[Ratio; 7]; 4] = [
    [ratio(1, 1), O, O, O, O, O, O],
    [
        ratio(-8048581381, 2820520608),
        O,
        ratio(131558114200, 32700410799),
        ratio(-1754552775, 470086768),
        ratio(127303824393, 49829197408),
        ratio(-282668133, 205662961),
        ratio(40617522, 29380423),
    ],
    [
        ratio(8663915743, 2820520608),
        O,
        ratio(-68118460800, 10900136933),
        ratio(14199869525, 1410260304),
        ratio(-318862633887, 49829197408),
        ratio(2019193451, 616988883),
        ratio(-110615467, 29380423),
    ],
    [
        ratio(-12715105075, 11282082432),
        O,
        ratio(87487479700, 32700410799),
        ratio(-10690763975, 1880347072),
        ratio(701980252875, 199316789632),
        ratio(-1453857185, 822651844),
        ratio(69997945, 29380423),
    ],
];

const ROWS: [[f64; 7]; 4] = rows(&DENSE);

const EXACT: Exact<7> = Exact { c: C, a: A, b: B, error: Some(ERROR), dense: Some(&DENSE) };

const EXACT_SHAMPINE: Exact<7> =
    Exact { c: C, a: A, b: B, error: Some(ERROR_SHAMPINE), dense: Some(&DENSE) };

/// Dormand and Prince's 5(4) pair: seven stages, six evaluations a step (FSAL), order 5 with an
/// error estimate of order 4.
///
/// J. R. Dormand, P. J. Prince, "A family of embedded Runge-Kutta formulae", J. Comput. Appl.
/// Math. 6(1), 19-26 (1980), Table 2 (RK5(4)7M), with their own embedded weights
/// `b_hat = (5179/57600, 0, 7571/16695, 393/640, -92097/339200, 187/2100, 1/40)`. These are the
/// weights of Hairer's DOPRI5, MATLAB's `ode45`, SciPy's `RK45` and OrdinaryDiffEq's `DP5`; the
/// `dopri5` of torchdiffeq and diffrax is [`DORMAND_PRINCE_54_SHAMPINE`].
///
/// Dense output of order 4: L. F. Shampine, "Some practical Runge-Kutta formulas", Math. Comp.
/// 46(173), 135-150 (1986), the quartic that DOPRI5 evaluates in its `CONTD5` and that torchdiffeq
/// fits through the middle of the step; here it is multiplied out into weights of the stages.
///
/// ```
/// use costate_tableau::DORMAND_PRINCE_54;
/// assert!(DORMAND_PRINCE_54.fsal());
/// assert_eq!((DORMAND_PRINCE_54.order, DORMAND_PRINCE_54.dense.order()), (5, 4));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/dormand_prince_54.svg"))]
pub const DORMAND_PRINCE_54: Tableau<7> = Tableau::rational(
    "Dormand-Prince 5(4)",
    "J. R. Dormand, P. J. Prince, A family of embedded Runge-Kutta formulae, \
     J. Comput. Appl. Math. 6(1), 19-26 (1980), Table 2; dense output: L. F. Shampine, \
     Some practical Runge-Kutta formulas, Math. Comp. 46(173), 135-150 (1986)",
    5,
    &EXACT,
)
.estimating(4, row(&ERROR))
.extended(4, &ROWS)
.compiled(true);

/// Dormand and Prince's pair with Shampine's error estimate.
///
/// The same stages, solution and extension as [`DORMAND_PRINCE_54`]; the embedded weights are
/// `b_hat = (1951/21600, 0, 22642/50085, 451/720, -12231/42400, 649/6300, 1/60)`, from
/// L. F. Shampine, "Some practical Runge-Kutta formulas", Math. Comp. 46(173), 135-150 (1986).
/// The estimate is exactly two thirds of Dormand and Prince's own, so at the same tolerance a
/// solver takes steps longer by a factor of (3/2)^(1/5) = 1.08. torchdiffeq's `dopri5` and
/// diffrax's `Dopri5` use these weights (formed there as differences `b - b_hat` of doubles, which
/// differ from the weights here in the last digits).
///
/// ```
/// use costate_tableau::{DORMAND_PRINCE_54, DORMAND_PRINCE_54_SHAMPINE};
/// let own = DORMAND_PRINCE_54.error.expect("a pair").weights;
/// let shampine = DORMAND_PRINCE_54_SHAMPINE.error.expect("a pair").weights;
/// assert_eq!((own[6], shampine[6]), (-1.0 / 40.0, -1.0 / 60.0));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/dormand_prince_54_shampine.svg"))]
pub const DORMAND_PRINCE_54_SHAMPINE: Tableau<7> = Tableau::rational(
    "Dormand-Prince 5(4), Shampine's estimate",
    "J. R. Dormand, P. J. Prince, A family of embedded Runge-Kutta formulae, \
     J. Comput. Appl. Math. 6(1), 19-26 (1980), Table 2; error estimate and dense output: \
     L. F. Shampine, Some practical Runge-Kutta formulas, Math. Comp. 46(173), 135-150 (1986)",
    5,
    &EXACT_SHAMPINE,
)
.estimating(4, row(&ERROR_SHAMPINE))
.extended(4, &ROWS)
.compiled(true);
