//! The page `comparison` says what the code measures.

#[allow(dead_code, reason = "the picture takes more of it")]
#[path = "../examples/compare_laws/measure.rs"]
mod measure;

use costate_controller::Fixed;

/// The cells of a table, trimmed.
fn cells(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|line| line.split('|').map(str::trim).collect()).collect()
}

/// The numbers of a cell such as `1206 + 0` or `0.024`; none of a name.
fn numbers(cell: &str) -> Option<Vec<f64>> {
    cell.split(" + ").map(|number| number.parse().ok()).collect()
}

/// Where attempts fail at random, as on kinks, one rounding, or another library's logarithm, turns a decision and all that come
/// after it: such a sum of some hundred decisions moves by a few of them. A law that has changed moves it by more than 5 in
/// a hundred and 8.
#[test]
fn the_committed_table_is_measured() {
    let measured = measure::table();
    let (measured, committed) = (cells(&measured), cells(include_str!("../docs/laws.md")));
    assert_eq!(measured.len(), committed.len());
    for (measured, committed) in measured.iter().zip(&committed) {
        assert_eq!(measured.len(), committed.len());
        for (measured, committed) in measured.iter().zip(committed) {
            let same = match (numbers(measured), numbers(committed)) {
                (Some(found), Some(printed)) => {
                    found.iter().zip(&printed).all(|(found, printed)| {
                        let few = if measured.contains('+') { 8.0 } else { 0.01 };
                        (found - printed).abs() <= few + 0.05 * printed
                    })
                }
                _ => measured == committed,
            };
            assert!(same, "{measured} is printed as {committed}: run the example compare_laws");
        }
    }
}

/// What the page says of the table is what the table says.
#[test]
fn the_quoted_numbers_are_measured() {
    use costate_controller::{Filter, I, Pi, Pid};
    use measure::{RELAXATION, ROUGH, run};

    let text = include_str!("../docs/reading.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let near = |quoted: &str, found: usize| {
        let end = text.split_once(quoted).expect("the sentence").1;
        let number: String = end.chars().take_while(char::is_ascii_digit).collect();
        let quoted: f64 = number.parse().expect("a number");
        assert!((found as f64 - quoted).abs() <= 8.0 + 0.05 * quoted, "{found}, not {quoted}");
    };
    let eager = run(I { safety: 0.8, ..I::CLASSIC }, &ROUGH).rejected;
    let filtered = run(Filter::H211B, &ROUGH).rejected;
    near("aims at the same ratio (", filtered);
    near(" against ", eager);
    assert!(2 * filtered < eager + 16);
    let failures = run(Pid::PI42, &RELAXATION).rejected;
    near("`Pid::PI42` fails ", failures);
    assert!(run(Pi::ORDINARY_DIFF_EQ, &RELAXATION).rejected < failures);
    let classic = run(I::CLASSIC, &RELAXATION);
    assert_eq!(classic.attempts.len() / classic.rejected, 3);
}

/// The loop that measures is of order 3, as its pair says: half the step, an eighth of the error.
#[test]
fn the_loop_solves() {
    let errors = [400.0, 800.0].map(|steps_per_unit| {
        let problem = &measure::RELAXATION;
        let (t, y) = measure::integrate(&mut Fixed { step: 1.0 / steps_per_unit }, problem);
        // y' = -k (y - cos t) from y(0) = 1 has y = (k^2 cos t + k sin t + e^(-k t))/(k^2 + 1), and its integral.
        let k = 100.0_f64;
        let decay = (-k * t).exp();
        let exact = [
            (k * k * t.cos() + k * t.sin() + decay) / (k * k + 1.0),
            (k * k * t.sin() + k * (1.0 - t.cos()) + (1.0 - decay) / k) / (k * k + 1.0),
        ];
        [0, 1].map(|i| (y[i] - exact[i]).abs())
    });
    for i in 0..2 {
        // The next term of the error is smaller by k h = 1/4 at most, with coefficients of the size of the first.
        let ratio = errors[0][i] / errors[1][i];
        assert!((6.0..10.0).contains(&ratio), "{ratio}");
    }
}
