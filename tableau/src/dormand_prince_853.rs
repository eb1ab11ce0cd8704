//! Dormand and Prince's method of order 8 with the error estimates and the interpolant of DOP853.

use crate::compensated::Compensated;
use crate::{ExtraStage, Tableau};

const C: [f64; 12] = [
    0.0,
    0.052_600_151_958_767_73,
    0.078_900_227_938_151_6,
    0.118_350_341_907_227_4,
    0.281_649_658_092_772_6,
    0.333_333_333_333_333_3,
    0.25,
    0.307_692_307_692_307_7,
    0.651_282_051_282_051_3,
    0.6,
    0.857_142_857_142_857_1,
    1.0,
];

#[rustfmt::skip]
const A: [[f64; 12]; 12] = [
    lower(&[]),
    lower(&[0.052_600_151_958_767_73]),
    lower(&[0.019_725_056_984_537_9, 0.059_175_170_953_613_7]),
    lower(&[0.029_587_585_476_806_85, 0.0, 0.088_762_756_430_420_54]),
    lower(&[0.241_365_134_159_266_7, 0.0, -0.884_549_479_328_286_1, 0.924_834_003_261_792]),
    lower(&[0.037_037_037_037_037_035, 0.0, 0.0, 0.170_828_608_729_473_86, 0.125_467_687_566_822_42]),
    lower(&[0.037_109_375, 0.0, 0.0, 0.170_252_211_019_544_05, 0.060_216_538_980_455_96, -0.017_578_125]),
    lower(&[0.037_092_000_118_504_79, 0.0, 0.0, 0.170_383_925_712_239_98, 0.107_262_030_446_373_28, -0.015_319_437_748_624_402, 0.008_273_789_163_814_023]),
    lower(&[0.624_110_958_716_075_7, 0.0, 0.0, -3.360_892_629_446_941_4, -0.868_219_346_841_726, 27.592_099_699_446_71, 20.154_067_550_477_894, -43.489_884_181_069_96]),
    lower(&[0.477_662_536_438_264_34, 0.0, 0.0, -2.488_114_619_971_667_7, -0.590_290_826_836_843, 21.230_051_448_181_193, 15.279_233_632_882_423, -33.288_210_968_984_86, -0.020_331_201_708_508_627]),
    lower(&[-0.937_142_430_085_987_3, 0.0, 0.0, 5.186_372_428_844_064, 1.091_437_348_996_729_5, -8.149_787_010_746_927, -18.520_065_659_996_96, 22.739_487_099_350_505, 2.493_605_552_679_652_3, -3.046_764_471_898_219_6]),
    lower(&[2.273_310_147_516_538, 0.0, 0.0, -10.534_495_466_737_25, -2.000_872_058_224_862_5, -17.958_931_863_118_8, 27.948_884_529_419_96, -2.858_998_277_135_023_5, -8.872_856_933_530_63, 12.360_567_175_794_303, 0.643_392_746_015_763_6]),
];

const B: [f64; 12] = [
    0.054_293_734_116_568_765,
    0.0,
    0.0,
    0.0,
    0.0,
    4.450_312_892_752_409,
    1.891_517_899_314_500_3,
    -5.801_203_960_010_585,
    0.311_164_366_957_819_9,
    -0.152_160_949_662_516_1,
    0.201_365_400_804_030_34,
    0.044_710_615_727_772_59,
];

/// `b - b_hat` with a method of order 5: `ER` in `dop853.f`, with the sign that it has there. The
/// code does not tell `b_hat`; `b - ER` and `b + ER` are both of order 5, and no norm sees the
/// sign.
const ERROR_5: [f64; 12] = [
    0.013_120_044_994_194_88,
    0.0,
    0.0,
    0.0,
    0.0,
    -1.225_156_446_376_204_4,
    -0.495_758_949_657_250_2,
    1.664_377_182_454_986_4,
    -0.350_328_848_749_973_66,
    0.334_179_118_713_017_5,
    0.081_923_206_485_115_71,
    -0.022_355_307_863_886_294,
];

/// The weights of the method of order 3 that are not zero: `BHH` in `dop853.f`, of stages 0, 8 and
/// 11.
const B_3: [(usize, f64); 3] =
    [(0, 0.244_094_488_188_976_4), (8, 0.733_846_688_281_611_8), (11, 0.022_058_823_529_411_766)];

/// The stages of the continuous extension: the field at the end of the step, and three more.
const EXTRA: [ExtraStage; 4] = [
    ExtraStage { c: 1.0, a: &B },
    ExtraStage {
        c: 0.1,
        a: &[
            0.056_167_502_283_047_954,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.253_500_210_216_624_83,
            -0.246_239_037_470_802_5,
            -0.124_191_423_263_816_37,
            0.153_291_798_278_765_68,
            0.008_201_052_295_634_69,
            0.007_567_897_660_545_699,
            -0.008298,
        ],
    },
    ExtraStage {
        c: 0.2,
        a: &[
            0.031_834_648_163_502_14,
            0.0,
            0.0,
            0.0,
            0.0,
            0.028_300_909_672_366_776,
            0.053_541_988_307_438_566,
            -0.054_923_748_571_390_99,
            0.0,
            0.0,
            -0.000_108_347_328_697_249_32,
            0.000_382_571_090_835_658_4,
            -0.000_340_465_008_687_404_56,
            0.141_312_443_674_632_5,
        ],
    },
    ExtraStage {
        c: 0.777_777_777_777_777_8,
        a: &[
            -0.428_896_301_583_791_94,
            0.0,
            0.0,
            0.0,
            0.0,
            -4.697_621_415_361_164,
            7.683_421_196_062_599,
            4.068_989_818_397_11,
            0.356_727_187_455_281_1,
            0.0,
            0.0,
            0.0,
            -0.001_399_024_165_159_014_5,
            2.947_514_789_152_772_4,
            -9.150_958_472_179_87,
        ],
    },
];

/// `D` in `dop853.f`: what the four highest terms of the nested form take of the sixteen stages.
const D: [[f64; 16]; 4] = [
    [
        -8.428_938_276_109_013,
        0.0,
        0.0,
        0.0,
        0.0,
        0.566_714_953_519_377_7,
        -3.068_949_945_949_891_7,
        2.384_667_656_512_07,
        2.117_034_582_445_028,
        -0.871_391_583_777_973,
        2.240_437_430_260_788_3,
        0.631_578_778_769_468_8,
        -0.088_990_336_451_333_31,
        18.148_505_520_854_727,
        -9.194_632_392_478_356,
        -4.436_036_387_594_894,
    ],
    [
        10.427_508_642_579_134,
        0.0,
        0.0,
        0.0,
        0.0,
        242.283_491_775_258_17,
        165.200_451_717_270_28,
        -374.546_754_722_690_2,
        -22.113_666_853_125_306,
        7.733_432_668_472_264,
        -30.674_084_731_089_398,
        -9.332_130_526_430_229,
        15.697_238_121_770_845,
        -31.139_403_219_565_178,
        -9.352_924_358_844_48,
        35.816_841_486_394_08,
    ],
    [
        19.985_053_242_002_433,
        0.0,
        0.0,
        0.0,
        0.0,
        -387.037_308_749_351_8,
        -189.178_138_195_167_58,
        527.808_159_205_423_6,
        -11.573_902_539_959_63,
        6.881_232_694_696_3,
        -1.000_605_096_691_083_8,
        0.777_713_779_805_344_3,
        -2.778_205_752_353_508,
        -60.196_695_231_264_12,
        84.320_405_506_677_16,
        11.992_291_136_182_79,
    ],
    [
        -25.693_933_462_703_75,
        0.0,
        0.0,
        0.0,
        0.0,
        -154.189_748_690_236_43,
        -231.529_379_176_045_5,
        357.639_117_910_614_1,
        93.405_324_183_624_32,
        -37.458_323_136_451_63,
        104.099_649_508_962_3,
        29.840_293_426_660_5,
        -43.533_456_590_011_14,
        96.324_553_959_188_28,
        -39.177_261_675_615_44,
        -149.726_836_257_985_64,
    ],
];

/// The coefficients of `theta`, ..., `theta^7` in the factors of `F0` to `F6` below: `theta`,
/// `theta (1 - theta)`, `theta^2 (1 - theta)`, `theta^2 (1 - theta)^2`, and so on in turn.
const NESTED: [[f64; 7]; 7] = [
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, -2.0, 1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, -2.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, -3.0, 3.0, -1.0, 0.0],
    [0.0, 0.0, 0.0, 1.0, -3.0, 3.0, -1.0],
];

/// `CONTD8` of `dop853.f` multiplied out:
///
/// ```text
/// y = y0 + theta (F0 + (1 - theta) (F1 + theta (F2 + (1 - theta) (F3 + ... + theta F6))))
/// F0 = y1 - y0,   F1 = h f0 - F0,   F2 = 2 F0 - h (f0 + f1)
/// ```
///
/// with `f0` and `f1` the field at both ends (stages 0 and 12), and `F3` to `F6` from `D`. The sums
/// are formed in twice the precision of `f64`, so that each coefficient is rounded once.
const ROWS: [[f64; 16]; 7] = {
    let mut rows = [[0.0; 16]; 7];
    let mut j = 0;
    while j < 16 {
        let d = Compensated::from_f64(if j < 12 { B[j] } else { 0.0 });
        let at_start = Compensated::from_f64((j == 0) as u8 as f64);
        let at_end = Compensated::from_f64((j == 12) as u8 as f64);
        let minus = Compensated::from_f64(-1.0);
        let mut terms = [Compensated::ZERO; 7];
        terms[0] = d;
        terms[1] = at_start.plus(minus.times(d));
        terms[2] = d.plus(d).plus(minus.times(at_start.plus(at_end)));
        let mut i = 0;
        while i < 4 {
            terms[3 + i] = Compensated::from_f64(D[i][j]);
            i += 1;
        }
        let mut power = 0;
        while power < 7 {
            let mut sum = Compensated::ZERO;
            let mut i = 0;
            while i < 7 {
                sum = sum.plus(terms[i].times(Compensated::from_f64(NESTED[i][power])));
                i += 1;
            }
            rows[power][j] = sum.value();
            power += 1;
        }
        j += 1;
    }
    rows
};

/// `b - b_hat` with the method of order 3.
const ERROR_3: [f64; 12] = {
    let mut weights = B;
    let mut i = 0;
    while i < B_3.len() {
        let (stage, weight) = B_3[i];
        weights[stage] -= weight;
        i += 1;
    }
    weights
};

/// The first entries of a row, zeros after them.
const fn lower(first: &[f64]) -> [f64; 12] {
    let mut row = [0.0; 12];
    let mut j = 0;
    while j < first.len() {
        row[j] = first[j];
        j += 1;
    }
    row
}

/// Dormand and Prince's method of order 8 with the two error estimates of DOP853: twelve stages,
/// twelve evaluations a step, dense output of order 7.
///
/// P. J. Prince, J. R. Dormand, "High order embedded Runge-Kutta formulae", J. Comput. Appl. Math.
/// 7(1), 67-75 (1981), for the family; E. Hairer, S. P. Norsett, G. Wanner, "Solving Ordinary
/// Differential Equations I", 2nd ed. (1993), II.5 for the solution and II.10 for the estimates and
/// the extension. The nodes are irrational; the coefficients are the doubles nearest to the 30
/// digits of the authors' code `dop853.f`. SciPy's `DOP853` and OrdinaryDiffEq's `DP8` are this
/// method; diffrax's `Dopri8` and torchdiffeq's `dopri8` are *another* one, the 8(7) pair of the
/// paper of 1981, with thirteen stages and one error estimate.
///
/// A step is judged by both estimates, of orders 5 and 3: with `E5` and `E3` the norms of their
/// scaled errors, by `E5^2 / sqrt(E5^2 + 0.01 E3^2)`, which falls with `h^8`; see
/// [`SecondRow`](crate::SecondRow). `dop853.f` tabulates `b_hat = (31/127, ..., 0.7338..., ...,
/// 3/136)` of the second, on stages 0, 8 and 11, and the difference itself for the first.
///
/// It is not FSAL. SciPy and Hairer's code count the field at the end of the step as a thirteenth
/// stage; it has no part in the estimates, so here it belongs to the extension, and an attempt that
/// is rejected does without it.
///
/// Dense output is its authors', of order 7 and degree 7, with four further stages: the field at
/// the end of the step, with which the next step begins, and three more, at the nodes 1/10, 1/5 and
/// 7/9. A step that is looked into thus costs three evaluations more. The extension is continuously
/// differentiable over the ends of steps.
///
/// ```
/// use costate_tableau::DORMAND_PRINCE_853;
/// let error = DORMAND_PRINCE_853.error.expect("two estimates");
/// assert_eq!((error.order, error.power()), (5, 8));
/// assert_eq!(error.second.expect("two estimates").order, 3);
/// assert_eq!((DORMAND_PRINCE_853.order, DORMAND_PRINCE_853.dense.order()), (8, 7));
/// ```
///
#[cfg_attr(doc, doc = include_str!("../docs/stability/dormand_prince_853.svg"))]
pub const DORMAND_PRINCE_853: Tableau<12> = Tableau::decimal(
    "Dormand-Prince 8(5,3)",
    "P. J. Prince, J. R. Dormand, High order embedded Runge-Kutta formulae, \
     J. Comput. Appl. Math. 7(1), 67-75 (1981); E. Hairer, S. P. Norsett, G. Wanner, Solving \
     Ordinary Differential Equations I, 2nd ed. (1993), II.5 and II.10, code dop853.f",
    8,
    A,
    B,
    C,
)
.estimating(5, ERROR_5)
.correcting(3, ERROR_3, 0.1)
.continued(7, &EXTRA, &[&ROWS[0], &ROWS[1], &ROWS[2], &ROWS[3], &ROWS[4], &ROWS[5], &ROWS[6]])
.compiled(false);
