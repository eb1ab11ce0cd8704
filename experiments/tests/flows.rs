//! The data of the flows: densities against their samples, transforms against their inverses, files against their errors.

use costate_adjoint::autodiff::{Dual, Real};
use costate_experiments::reproduce::flows::digits::{self, DigitsError, PIXELS};
use costate_experiments::reproduce::flows::pixels::Pixels;
use costate_experiments::reproduce::flows::planar::{Planar, Point, REACH};
use costate_experiments::reproduce::flows::split::{Split, SplitError};
use costate_experiments::reproduce::flows::standard::{Standard, StandardError};
use costate_experiments::reproduce::flows::wine::{CHANNELS, wines};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;
use std::path::PathBuf;

/// The integral over a square twice as wide as a distribution reaches, by the midpoint rule on cells of a side of 1/32.
fn integral(of: impl Fn(Point) -> f64) -> f64 {
    let (cells, side) = ((4.0 * REACH * 32.0) as usize, 1.0 / 32.0);
    let at = |i: usize| (i as f64 + 0.5) * side - 2.0 * REACH;
    let rows = (0..cells).map(|i| (0..cells).map(|j| of([at(i), at(j)])).sum::<f64>());
    rows.sum::<f64>() * side * side
}

#[test]
fn densities_are_densities_of_their_samples() {
    for planar in Planar::ALL {
        if planar.density([0.0; 2]).is_none() {
            continue;
        }
        let density = |x| planar.density(x).unwrap();
        // For a Gaussian whose deviation is eleven cells the midpoint rule is exact to rounding; the board's squares are
        // whole numbers of cells.
        assert!((integral(density) - 1.0).abs() < 1e-9, "{}", planar.name());
        // The mean of p over samples of p is the integral of p^2, to five standard errors; so is that of p^2 to the cube's.
        let samples = planar.sample(11, 20_000);
        for power in [1, 2] {
            let of = |x: &Point| density(*x).powi(power);
            let n = samples.len() as f64;
            let mean = samples.iter().map(of).sum::<f64>() / n;
            let variance = samples.iter().map(|x| (of(x) - mean).powi(2)).sum::<f64>() / n;
            let expected = integral(|x| density(x).powi(power + 1));
            let allowed = 5.0 * (variance / n).sqrt() + 1e-9;
            assert!((mean - expected).abs() < allowed, "{}: {mean} for {expected}", planar.name());
        }
    }
}

#[test]
fn the_board_is_even() {
    // Chi-square over cells of a side of one half: 128 dark ones. Five deviations, sqrt(2 * 127) each, above 127.
    let samples = Planar::Checkerboard.sample(5, 128 * 100);
    let mut counts = std::collections::HashMap::new();
    for x in &samples {
        *counts.entry(x.map(|x| (2.0 * x).floor() as i64)).or_insert(0.0) += 1.0;
    }
    assert_eq!(counts.len(), 128);
    let chi_square: f64 = counts.values().map(|n: &f64| (n - 100.0).powi(2) / 100.0).sum();
    assert!(chi_square < 127.0 + 5.0 * 254f64.sqrt(), "{chi_square}");
}

#[test]
fn the_moons_are_half_circles_of_radius_two() {
    let samples = Planar::TwoMoons.sample(2, 4000);
    for &[x, y] in &samples {
        // Their middles are 2 apart and 1 in height; the ends are blurred by 0.2 in each coordinate.
        let near = |[cx, cy]: Point, side: f64| {
            let (dx, dy) = (x - cx, side * (y - cy));
            let from_arc =
                if dy > 0.0 { (dx.hypot(dy) - 2.0).abs() } else { (dx.abs() - 2.0).hypot(dy) };
            // Six deviations; one in a hundred million is further.
            from_arc < 6.0 * 0.2
        };
        let (top, bottom) = (near([-1.0, -0.2], 1.0), near([1.0, 0.8], -1.0));
        assert!(top || bottom, "{x} {y}");
    }
    // They are each other's image in the point (0, 0.3), so either has as many points beyond 1.3 from it in height, where a
    // sine is above nine tenths: more than a quarter of its half. The difference of two counts has the deviation of their sum's root.
    let beyond = |side: f64| samples.iter().filter(|x| side * (x[1] - 0.3) > 1.3).count() as f64;
    let (upper, lower) = (beyond(1.0), beyond(-1.0));
    assert!(
        upper > 400.0 && (upper - lower).abs() < 5.0 * (upper + lower).sqrt(),
        "{upper} {lower}"
    );
}

#[test]
fn the_pinwheel_looks_the_same_after_a_fifth_of_a_turn() {
    let samples = Planar::Pinwheel.sample(3, 20_000);
    let n = samples.len() as f64;
    for harmonic in 1..=5 {
        let turned = samples.iter().map(|[x, y]| (f64::from(harmonic) * y.atan2(*x)).sin_cos());
        let (sin, cos) = turned.fold((0.0, 0.0), |sum, (s, c)| (sum.0 + s / n, sum.1 + c / n));
        // A mean of unit vectors: its length has a root mean square of 1/sqrt(n) when they point nowhere.
        let length = sin.hypot(cos) * n.sqrt();
        assert_eq!(length > 5.0, harmonic == 5, "{harmonic}: {length}");
    }
}

#[test]
fn seeds_decide_and_fewer_points_are_the_beginning_of_more() {
    for planar in Planar::ALL {
        let many = planar.sample(9, 50);
        assert_eq!(planar.sample(9, 20), many[..20]);
        assert_ne!(planar.sample(10, 20), many[..20]);
        let inside = many.iter().filter(|x| x.iter().all(|x| x.abs() <= REACH)).count();
        assert!(inside >= 45, "{}: {inside} of 50", planar.name());
    }
}

#[test]
fn wines_are_the_published_ones() {
    let wines = wines().unwrap();
    assert_eq!(wines.rows.len(), 1599);
    // Smallest and largest in table 1 of Cortez and others (2009), red wines, to the digits printed there.
    for (channel, low, high, digit) in [
        ("fixed acidity", 4.6, 15.9, 0.05),
        ("residual sugar", 0.9, 15.5, 0.05),
        ("total sulfur dioxide", 6.0, 289.0, 0.5),
        ("alcohol", 8.4, 14.9, 0.05),
        ("pH", 2.7, 4.0, 0.05),
    ] {
        let index = wines.channels.iter().position(|name| name == channel).unwrap();
        let values = || wines.rows.iter().map(|row| row[index]);
        let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        assert!((least - low).abs() <= digit && (most - high).abs() <= digit, "{channel}");
    }
    assert!(
        wines.rows.iter().all(|row| row.len() == CHANNELS && row.iter().all(|x| x.is_finite()))
    );
}

proptest! {
    #[test]
    fn a_split_deals_each_row_once(rows in 10_usize..500, seed: u64) {
        let split = Split::of(seed, (0..rows).collect()).unwrap();
        prop_assert_eq!(split.test.len(), rows / 10);
        prop_assert_eq!(split.validation.len(), rows / 10);
        let mut all = [&split.train[..], &split.validation, &split.test].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
        prop_assert_eq!(Split::of(seed, (0..rows).collect()).unwrap(), split);
    }

    #[test]
    fn standard_rows_have_mean_zero_and_variance_one(
        rows in prop::collection::vec([-1e3..1e3, 5.0..6.0, 1e6..1.000_001e6], 3..50),
    ) {
        let standard = Standard::of(&rows, |i| i.to_string()).unwrap();
        let units: Vec<[f64; 3]> = rows.iter().map(|row| standard.apply(row)).collect();
        let n = rows.len() as f64;
        for i in 0..3 {
            let mean = units.iter().map(|x| x[i]).sum::<f64>() / n;
            let variance = units.iter().map(|x| x[i] * x[i]).sum::<f64>() / n;
            // A value of 1e6 has a rounding of 1e-10, over a deviation of which three random values seldom have less than 1e-3.
            prop_assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6, "{mean} {variance}");
        }
        for (row, units) in rows.iter().zip(&units) {
            for (back, x) in standard.invert(units).iter().zip(row) {
                prop_assert!((back - x).abs() <= 4.0 * f64::EPSILON * x.abs().max(1e3));
            }
        }
        // The determinant is the product of what a unit step becomes.
        let (from, to) = (standard.apply(&[0.0; 3]), standard.apply(&[1.0; 3]));
        let product: f64 = (0..3).map(|i| to[i] - from[i]).product();
        // The differences of numbers of up to 1e6 / 1e-3 lose nine digits.
        prop_assert!((standard.log_det() - product.ln()).abs() < 1e-4);
    }

    #[test]
    fn pixels_come_back_and_their_determinant_is_a_derivative(
        x in prop::array::uniform4(0.0..1.0_f64),
        margin in 1e-6..0.3_f64,
    ) {
        let pixels = Pixels { levels: 17, margin };
        let (y, log_det) = pixels.apply(&x);
        let mut expected = 0.0;
        for i in 0..4 {
            let s = Dual { value: x[i], tangent: [1.0] } * Dual::fixed(1.0 - 2.0 * margin) + Dual::fixed(margin);
            let logit = (s / (Dual::fixed(1.0) - s)).ln();
            // One rounding of s, over the distance of at least the margin from an end.
            let allowed = 8.0 * f64::EPSILON / margin;
            prop_assert!((logit.value - y[i]).abs() < allowed);
            expected += logit.tangent[0].ln();
            prop_assert!((pixels.invert(&y)[i] - x[i]).abs() < 16.0 * f64::EPSILON * (1.0 + y[i].abs()));
        }
        prop_assert!((log_det - expected).abs() < 4.0 * 16.0 * f64::EPSILON / margin);
        // A model that is uniform over images has the density 1 there, and 1/determinant where the flow sees it: it knows
        // nothing, and pays for it with all bits of a level.
        let bits = pixels.bits_per_dimension::<4>(-log_det, log_det);
        prop_assert!((bits - 17f64.log2()).abs() < 1e-14);
        // One that is twice as dense in each of four pixels saves a bit each.
        let bits = pixels.bits_per_dimension::<4>(4.0 * 2f64.ln() - log_det, log_det);
        prop_assert!((bits - (17f64.log2() - 1.0)).abs() < 1e-13);
    }
}

#[test]
fn noise_stays_within_a_level_and_is_the_seeds() {
    let images = [[0, 8, 16, 3], [16, 16, 0, 1]];
    let noisy = Pixels::DIGITS.dequantise(4, &images);
    for (image, noisy) in images.iter().zip(&noisy) {
        for (v, x) in image.iter().zip(noisy) {
            assert_eq!((x * 17.0).floor(), f64::from(*v));
        }
        let (y, log_det) = Pixels::DIGITS.apply(noisy);
        // Within logit(0.05) of the middle.
        assert!(y.iter().all(|y| y.abs() < 2.95) && log_det.is_finite());
    }
    assert_eq!(Pixels::DIGITS.dequantise(4, &images), noisy);
    assert_ne!(Pixels::DIGITS.dequantise(5, &images), noisy);
}

#[test]
fn what_cannot_be_standardised_or_split_says_why() {
    let name = |i: usize| ["sugar", "salt"][i].to_owned();
    let constant = Standard::of(&[[1.0, 0.1 + 0.2], [2.0, 0.3]], name).unwrap_err();
    assert!(matches!(constant, StandardError::Constant { .. }), "{constant}");
    assert!(constant.to_string().contains("salt"));
    let nan = Standard::of(&[[1.0, 2.0], [f64::NAN, 3.0]], name).unwrap_err();
    assert!(nan.to_string().contains("sugar") && nan.to_string().contains("row 1"), "{nan}");
    assert_eq!(Standard::<2>::of(&[], name), Err(StandardError::Empty));
    assert_eq!(Split::of(0, vec![0; 9]), Err(SplitError::TooFew { rows: 9 }));
}

/// A folder with a compressed file of digits in it.
fn folder(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(digits::FILE)).unwrap();
    let mut encoder = GzEncoder::new(file, Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap();
    folder
}

/// A line of pixels that are 0 to 16 in turn.
fn line(label: u8) -> String {
    let pixels: Vec<String> = (0..PIXELS).map(|i| (i % 17).to_string()).collect();
    format!("{},{label}\n", pixels.join(","))
}

#[test]
fn digits_are_read_as_they_stand() {
    let folder = folder("digits", &format!("{}\n{}", line(3), line(9)));
    let digits = digits::read(&folder).unwrap();
    assert_eq!(digits.iter().map(|d| d.label).collect::<Vec<_>>(), [3, 9]);
    assert!(digits.iter().all(|d| (0..PIXELS).all(|i| usize::from(d.pixels[i]) == i % 17)));
}

#[test]
fn a_bad_file_of_digits_is_named_with_line_and_column() {
    let missing = digits::read(&PathBuf::from("no/such/folder")).unwrap_err().to_string();
    assert!(
        missing.contains("no/such/folder/digits.csv.gz") && missing.contains("--data"),
        "{missing}"
    );
    let broken = |name: &str, text: String, words: &[&str]| {
        let error = digits::read(&folder(name, &text)).unwrap_err().to_string();
        for word in words.iter().chain(&["digits.csv.gz"]) {
            assert!(error.contains(word), "{word}: {error}");
        }
    };
    broken(
        "dark",
        line(1) + &line(1).replacen("16", "17", 1),
        &["line 2", "column 17", "\"17\"", "16"],
    );
    broken("word", line(1).replacen("0", "x", 1), &["line 1", "column 1:", "\"x\""]);
    broken("negative", line(1).replacen("5", "-5", 1), &["line 1", "column 6", "\"-5\""]);
    broken("label", line(1) + "\n" + &line(10), &["line 3", "column 65", "\"10\"", "9"]);
    broken("short", line(1) + "1,2,3\n", &["line 2", "3 columns", "65"]);
    broken("empty", String::new(), &["no digits"]);
}

#[test]
fn a_file_that_is_cut_off_or_not_compressed_is_no_data() {
    let whole = folder("cut", &line(1).repeat(500));
    let path = whole.join(digits::FILE);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 8]).unwrap();
    let cut = digits::read(&whole).unwrap_err();
    assert!(matches!(cut, DigitsError::Unreadable { .. }), "{cut}");
    std::fs::write(&path, line(1)).unwrap();
    let plain = digits::read(&whole).unwrap_err();
    assert!(matches!(plain, DigitsError::Unreadable { line: 0, .. }), "{plain}");
    assert!(plain.to_string().contains("digits.csv.gz"), "{plain}");
}
