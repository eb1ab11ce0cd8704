//! Printed tableaux, against textbooks.

use costate_tableau::*;

#[test]
fn the_runge_kutta_method_looks_as_in_the_books() {
    let expected = "\
RK4, order 4
0   │
1/2 │ 1/2
1/2 │ 0    1/2
1   │ 0    0    1
────┼───────────────────
b   │ 1/6  1/3  1/3  1/6
";
    assert_eq!(RK4.to_string(), expected);
}

#[test]
fn a_pair_has_a_row_of_error_weights() {
    let expected = "\
Bogacki-Shampine 3(2), order 3
0   │
1/2 │ 1/2
3/4 │ 0      3/4
1   │ 2/9    1/3   4/9
────┼───────────────────────
b   │ 2/9    1/3   4/9  0
e   │ -5/72  1/12  1/9  -1/8
";
    assert_eq!(BOGACKI_SHAMPINE_32.to_string(), expected);
}

#[test]
fn a_changed_coefficient_is_printed_as_it_is_now() {
    let mut method = RK4;
    method.a[3][2] = 0.75;
    assert!(method.to_string().contains("1   │ 0    0    0.75\n"), "{method}");
}

/// Decimals are the shortest that read back as the same doubles.
#[test]
fn decimals_read_back() {
    let printed = TSITOURAS_54.to_string();
    let rows: Vec<(Option<f64>, Vec<f64>)> = printed
        .lines()
        .filter_map(|line| line.split_once('│'))
        .map(|(label, cells)| {
            let cells = cells.split_whitespace().map(|cell| cell.parse().expect("a number"));
            (label.trim().parse().ok(), cells.collect())
        })
        .collect();
    assert_eq!(rows.len(), 9);
    for i in 0..7 {
        assert_eq!(rows[i], (Some(TSITOURAS_54.c[i]), TSITOURAS_54.a[i][..i].to_vec()));
    }
    assert_eq!(rows[7], (None, TSITOURAS_54.b.to_vec()));
    assert_eq!(rows[8], (None, TSITOURAS_54.error.expect("a pair").weights.to_vec()));
}

#[test]
fn the_alternate_form_has_embedded_weights_and_the_extension() {
    let expected = "\
Bogacki-Shampine 3(2), order 3
0   │
1/2 │ 1/2
3/4 │ 0     3/4
1   │ 2/9   1/3  4/9
────┼────────────────────
b   │ 2/9   1/3  4/9  0
b^  │ 7/24  1/4  1/3  1/8
";
    assert_eq!(format!("{BOGACKI_SHAMPINE_32:#}"), expected);
    let printed = format!("{DORMAND_PRINCE_54:#}");
    assert!(printed.contains("5179/57600"), "{printed}");
    assert!(printed.contains("θ4   │ -12715105075/11282082432"), "{printed}");
}

#[test]
fn extra_stages_and_a_second_row() {
    static SLOPE: [ExtraStage; 1] = [ExtraStage { c: 1.0, a: &[0.5, 0.5] }];
    static ROWS: [&[f64]; 2] = [&[1.0, 0.0, 0.0], &[-0.5, 0.5, 0.0]];
    let pair = HEUN
        .with_error(1, [-0.5, 0.5])
        .and_then(|heun| heun.with_second_row(1, [0.25, -0.25], 0.1))
        .and_then(|heun| heun.with_dense(Dense::Extended { order: 2, stages: &SLOPE, rows: &ROWS }))
        .expect("sound");
    let expected = "\
Heun, order 2
0  │
1  │ 1
┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
1  │ 0.5   0.5
───┼───────────────
b  │ 1/2   1/2
e  │ -0.5  0.5
e2 │ 0.25  -0.25
───┼───────────────
θ  │ 1     0      0
θ2 │ -0.5  0.5    0
";
    assert_eq!(format!("{pair:#}"), expected);
}

#[test]
fn a_precision_limits_decimals_and_spares_fractions() {
    let printed = format!("{TSITOURAS_54:.4}");
    assert!(printed.contains("0.9800"), "{printed}");
    assert!(printed.lines().all(|line| line.chars().count() <= 80), "{printed}");
    assert_eq!(format!("{RK4:.2}"), RK4.to_string());
}

#[test]
fn latex_is_an_array() {
    let expected = r"\begin{array}{c|cccc}
0 & & & & \\
\frac{1}{2} & \frac{1}{2} & & & \\
\frac{3}{4} & 0 & \frac{3}{4} & & \\
1 & \frac{2}{9} & \frac{1}{3} & \frac{4}{9} & \\
\hline
b & \frac{2}{9} & \frac{1}{3} & \frac{4}{9} & 0 \\
\hat b & \frac{7}{24} & \frac{1}{4} & \frac{1}{3} & \frac{1}{8} \\
\end{array}
";
    assert_eq!(BOGACKI_SHAMPINE_32.latex(4), expected);
    let decimals = TSITOURAS_54.latex(3);
    assert!(decimals.contains("-0.008 & 0.335 &"), "{decimals}");
    assert_eq!(decimals.lines().filter(|line| line.ends_with(r" \\")).count(), 9);
}
