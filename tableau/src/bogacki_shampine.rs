//! The pairs of Bogacki and Shampine: 3(2), and 5(4) with an extension of order 5.

use crate::exact::{Exact, O, Ratio, ratio, row, rows};
use crate::{ExtraStage, Tableau};

const ERROR: [Ratio; 4] = [ratio(-5, 72), ratio(1, 12), ratio(1, 9), ratio(-1, 8)];

const EXACT: Exact<4> = Exact {
    c: [O, ratio(1, 2), ratio(3, 4), ratio(1, 1)],
    a: [
        [O, O, O, O],
        [ratio(1, 2), O, O, O],
        [O, ratio(3, 4), O, O],
        [ratio(2, 9), ratio(1, 3), ratio(4, 9), O],
    ],
    b: [ratio(2, 9), ratio(1, 3), ratio(4, 9), O],
    error: Some(ERROR),
    dense: None,
};

/// Bogacki and Shampine's 3(2) pair: four stages, three evaluations a step (FSAL), order 3 with an
/// error estimate of order 2.
///
/// P. Bogacki, L. F. Shampine, "A 3(2) pair of Runge-Kutta formulas", Appl. Math. Lett. 2(4),
/// 321-325 (1989). The embedded weights are `b_hat = (7/24, 1/4, 1/3, 1/8)`.
///
/// Dense output is its authors': the cubic Hermite interpolant, of order 3, which FSAL makes free.
///
/// ```
/// use costate_tableau::BOGACKI_SHAMPINE_32;
/// assert!(BOGACKI_SHAMPINE_32.fsal());
/// assert_eq!(BOGACKI_SHAMPINE_32.dense.order(), 3);
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/bogacki_shampine_32.svg"))]
pub const BOGACKI_SHAMPINE_32: Tableau<4> = Tableau::rational(
    "Bogacki-Shampine 3(2)",
    "P. Bogacki, L. F. Shampine, A 3(2) pair of Runge-Kutta formulas, \
     Appl. Math. Lett. 2(4), 321-325 (1989)",
    3,
    &EXACT,
)
.estimating(2, row(&ERROR))
.compiled(true);

const C_54: [Ratio; 8] =
    [O, ratio(1, 6), ratio(2, 9), ratio(3, 7), ratio(2, 3), ratio(3, 4), ratio(1, 1), ratio(1, 1)];

const B_54: [Ratio; 8] = [
    ratio(587, 8064),
    O,
    ratio(4440339, 15491840),
    ratio(24353, 124800),
    ratio(387, 44800),
    ratio(2152, 5985),
    ratio(7267, 94080),
    O,
];

/// `b - b_hat` with the second of the authors' two `b_hat`, the one over all stages.
const ERROR_54: [Ratio; 8] = [
    ratio(3817, 1959552),
    O,
    ratio(-140181, 15491840),
    ratio(4224731, 272937600),
    ratio(-8557, 403200),
    ratio(57928, 4363065),
    ratio(23930231, 4366535040),
    ratio(-3293, 556956),
];

const A_54: [[Ratio; 8]; 8] = [
    [O, O, O, O, O, O, O, O],
    [ratio(1, 6), O, O, O, O, O, O, O],
    [ratio(2, 27), ratio(4, 27), O, O, O, O, O, O],
    [ratio(183, 1372), ratio(-162, 343), ratio(1053, 1372), O, O, O, O, O],
    [ratio(68, 297), ratio(-4, 11), ratio(42, 143), ratio(1960, 3861), O, O, O, O],
    [
        ratio(597, 22528),
        ratio(81, 352),
        ratio(63099, 585728),
        ratio(58653, 366080),
        ratio(4617, 20480),
        O,
        O,
        O,
    ],
    [
        ratio(174197, 959244),
        ratio(-30942, 79937),
        ratio(8152137, 19744439),
        ratio(666106, 1039181),
        ratio(-29421, 29068),
        ratio(482048, 414219),
        O,
        O,
    ],
    B_54,
];

const EXACT_54: Exact<8> = Exact { c: C_54, a: A_54, b: B_54, error: Some(ERROR_54), dense: None };

const EXTRA_54: (&[f64], &[f64], &[f64]) = (
    &row(&[
        ratio(455, 6144),
        O,
        ratio(10256301, 35409920),
        ratio(2307361, 17971200),
        ratio(-387, 102400),
        ratio(73, 5130),
        ratio(-7267, 215040),
        ratio(1, 32),
    ]),
    &row(&[
        ratio(-837888343715, 13176988637184),
        ratio(30409415, 52955362),
        ratio(-48321525963, 759168069632),
        ratio(8530738453321, 197654829557760),
        ratio(1361640523001, 1626788720640),
        ratio(-13143060689, 38604458898),
        ratio(18700221969, 379584034816),
        ratio(-5831595, 847285792),
        ratio(-5183640, 26477681),
    ]),
    &row(&[
        ratio(98719073263, 1551965184000),
        ratio(1307, 123552),
        ratio(4632066559387, 70181753241600),
        ratio(7828594302389, 382182512025600),
        ratio(40763687, 11070259200),
        ratio(34872732407, 224610586200),
        ratio(-2561897, 30105600),
        ratio(1, 10),
        ratio(-1, 10),
        ratio(-1403317093, 11371610250),
    ]),
);

const STAGES_54: [ExtraStage; 3] = [
    ExtraStage { c: 1.0 / 2.0, a: EXTRA_54.0 },
    ExtraStage { c: 5.0 / 6.0, a: EXTRA_54.1 },
    ExtraStage { c: 1.0 / 9.0, a: EXTRA_54.2 },
];

/// The interpolant of RKSUITE, there a polynomial in `theta - 1` about the end of the step,
/// multiplied out: the coefficients of theta, ..., theta^6. Tests hold it to RKSUITE's form,
/// exactly.
const DENSE_54: [[Ratio; 11]; 6] = [
    [ratio(1, 1), O, O, O, O, O, O, O, O, O, O],
    [
        ratio(-3547880131, 437837400),
        O,
        ratio(-1046723109, 304608304),
        ratio(-55058055073, 41469456600),
        ratio(-1772261, 10810800),
        ratio(2449079168, 623918295),
        ratio(-7267, 3920),
        ratio(37, 16),
        O,
        ratio(-423642896, 126351225),
        ratio(12, 1),
    ],
    [
        ratio(35856435071, 1313512200),
        O,
        ratio(4323308999, 152304152),
        ratio(3249645975331, 248816739600),
        ratio(3586937, 4054050),
        ratio(-9134977024, 267393555),
        ratio(792103, 47040),
        ratio(-1349, 64),
        ratio(-7, 3),
        ratio(11411880511, 379053675),
        ratio(-59, 1),
    ],
    [
        ratio(-2722545893, 59875200),
        O,
        ratio(-27096444225, 374902528),
        ratio(-201150852119, 5671036800),
        ratio(-2903933, 1478400),
        ratio(413114104, 5332635),
        ratio(-1329861, 31360),
        ratio(3435, 64),
        ratio(23, 1),
        ratio(-26477681, 359975),
        ratio(117, 1),
    ],
    [
        ratio(12923488183, 350269920),
        O,
        ratio(65150312289, 870309440),
        ratio(6343174409579, 165877826400),
        ratio(85695583, 43243200),
        ratio(-41174140576, 623918295),
        ratio(94471, 2240),
        ratio(-3479, 64),
        ratio(-39, 1),
        ratio(1774004627, 25270245),
        ratio(-105, 1),
    ],
    [
        ratio(-12134338393, 1050809760),
        O,
        ratio(-33197340367, 1218433216),
        ratio(-284800997201, 19905339168),
        ratio(-540919, 741312),
        ratio(7157998304, 374350977),
        ratio(-138073, 9408),
        ratio(1245, 64),
        ratio(55, 3),
        ratio(-1774004627, 75810735),
        ratio(35, 1),
    ],
];

const ROWS_54: [[f64; 11]; 6] = rows(&DENSE_54);

/// Bogacki and Shampine's 5(4) pair: eight stages, seven evaluations a step (FSAL), order 5 with an
/// error estimate of order 4 and dense output of order 5.
///
/// P. Bogacki, L. F. Shampine, "An efficient Runge-Kutta (4,5) pair", Comput. Math. Appl. 32(6),
/// 15-28 (1996); the coefficients are those of the authors' RKSUITE (R. W. Brankin, I. Gladwell, L.
/// F. Shampine, netlib), `METHOD = 2`. It takes one evaluation more than
/// [`DORMAND_PRINCE_54`](crate::DORMAND_PRINCE_54) and has an error that is smaller by more than
/// that. `b_hat = (2479/34992, 0, 123/416, 612941/3411720, 43/1440, 2272/6561, 79937/1113912,
/// 3293/556956)`. The authors have another estimate, from the first six stages, so as to give up a
/// bad step early; it is not used here.
///
/// Dense output is its authors' interpolant of order 5, of degree 6, with three further stages at
/// the nodes 1/2, 5/6 and 1/9. It is continuously differentiable over the ends of steps.
///
/// ```
/// use costate_tableau::BOGACKI_SHAMPINE_54;
/// assert!(BOGACKI_SHAMPINE_54.fsal());
/// assert_eq!((BOGACKI_SHAMPINE_54.dense.order(), BOGACKI_SHAMPINE_54.extra_stages()), (5, 3));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/bogacki_shampine_54.svg"))]
pub const BOGACKI_SHAMPINE_54: Tableau<8> = Tableau::rational(
    "Bogacki-Shampine 5(4)",
    "P. Bogacki, L. F. Shampine, An efficient Runge-Kutta (4,5) pair, \
     Comput. Math. Appl. 32(6), 15-28 (1996); dense output: the same, as in RKSUITE",
    5,
    &EXACT_54,
)
.estimating(4, row(&ERROR_54))
.continued(
    5,
    &STAGES_54,
    &[&ROWS_54[0], &ROWS_54[1], &ROWS_54[2], &ROWS_54[3], &ROWS_54[4], &ROWS_54[5]],
)
.compiled(true);
