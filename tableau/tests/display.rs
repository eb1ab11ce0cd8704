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
