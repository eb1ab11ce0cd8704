//! A tableau as a textbook prints it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::{Ratio, Tableau};

/// `c | A` over `b`, and the error weights `b - b_hat` as the last row, marked `e`.
///
/// Coefficients are printed as fractions where the method has them exactly, else as the shortest
/// decimals that give the double.
///
/// ```
/// assert_eq!(
///     costate_tableau::HEUN.to_string(),
///     "\
/// Heun, order 2
/// 0 │
/// 1 │ 1
/// ──┼─────────
/// b │ 1/2  1/2
/// "
/// );
/// ```
impl<const S: usize> fmt::Display for Tableau<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.exact();
        let mut stages = Vec::with_capacity(S);
        for i in 0..S {
            let node = cell(self.c[i], exact.map(|exact| exact.c[i]));
            let coupling = (0..i).map(|j| cell(self.a[i][j], exact.map(|exact| exact.a[i][j])));
            stages.push((node, coupling.collect::<Vec<_>>()));
        }
        let b = (0..S).map(|j| cell(self.b[j], exact.map(|exact| exact.b[j])));
        let mut weights = alloc::vec![("b".to_string(), b.collect::<Vec<_>>())];
        if let Some(error) = &self.error {
            let fractions = exact.and_then(|exact| exact.error);
            let e = (0..S).map(|j| cell(error.weights[j], fractions.map(|row| row[j])));
            weights.push(("e".to_string(), e.collect()));
        }

        let all = || stages.iter().chain(&weights);
        let first = all().map(|(label, _)| label.len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..S)
            .map(|j| all().filter_map(|(_, row)| row.get(j)).map(String::len).max().unwrap_or(0))
            .collect();
        let total: usize = widths.iter().map(|width| width + 2).sum::<usize>().max(2) - 2;

        writeln!(f, "{}, order {}", self.name, self.order)?;
        for row in &stages {
            write_row(f, row, first, &widths)?;
        }
        writeln!(f, "{}┼{}", "─".repeat(first + 1), "─".repeat(total + 1))?;
        for row in &weights {
            write_row(f, row, first, &widths)?;
        }
        Ok(())
    }
}

/// The fraction, unless the field was changed and is no longer its value.
fn cell(value: f64, fraction: Option<Ratio>) -> String {
    match fraction {
        Some(fraction) if fraction.value() == value => fraction.to_string(),
        _ => format!("{value}"),
    }
}

fn write_row(
    f: &mut fmt::Formatter<'_>,
    (label, row): &(String, Vec<String>),
    first: usize,
    widths: &[usize],
) -> fmt::Result {
    let mut line = format!("{label:first$} │");
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(&format!(" {cell:width$} "));
    }
    writeln!(f, "{}", line.trim_end())
}
