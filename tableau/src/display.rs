//! A tableau as a textbook prints it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::{Dense, Ratio, Tableau};

/// `c | A` over `b`, and below them the error weights `b - b_hat`, marked `e`; a second error row is
/// marked `e2`.
///
/// Coefficients are printed as fractions where the method has them exactly, else as the shortest
/// decimals that give the double. A precision limits the decimals, `{:.4}`, which makes the larger
/// tables fit a page.
///
/// The alternate form `{:#}` prints what surrounds the method as well: the embedded weights `b^` instead
/// of the differences where there is one error row, as papers have them; the stages that only the
/// continuous extension needs, below a dotted line; and the rows of its polynomials, marked `θ`, `θ2`,
/// `θ3` by the power that they multiply.
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
        let print = Print { decimals: f.precision() };
        let exact = self.exact();
        let mut blocks = alloc::vec![print.stages(self), print.weights(self, f.alternate())];
        if f.alternate() {
            let extra = self.dense.stages().iter().map(|stage| {
                (print.cell(stage.c, None), stage.a.iter().map(|&a| print.cell(a, None)).collect())
            });
            blocks.insert(1, extra.collect());
            let fractions = exact.and_then(|exact| exact.dense);
            let row = |m: usize, row: &[f64]| {
                let label = if m == 0 { "θ".to_string() } else { format!("θ{}", m + 1) };
                let fraction =
                    |j| fractions.and_then(|rows| rows.get(m)).and_then(|row| row.get(j));
                let cells = row.iter().enumerate();
                (label, cells.map(|(j, &x)| print.cell(x, fraction(j).copied())).collect())
            };
            blocks.push(match &self.dense {
                Dense::Hermite { .. } => Vec::new(),
                Dense::Polynomial { rows, .. } => {
                    rows.iter().enumerate().map(|(m, x)| row(m, x)).collect()
                }
                Dense::Extended { rows, .. } => {
                    rows.iter().enumerate().map(|(m, x)| row(m, x)).collect()
                }
            });
        }

        let all = || blocks.iter().flatten();
        let length = |cell: &String| cell.chars().count();
        let first = all().map(|(label, _)| length(label)).max().unwrap_or(0);
        let columns = all().map(|(_, row)| row.len()).max().unwrap_or(0);
        let width = |j: usize| all().filter_map(|(_, row)| row.get(j)).map(length).max();
        let widths: Vec<usize> = (0..columns).map(|j| width(j).unwrap_or(0)).collect();
        let total: usize = widths.iter().map(|width| width + 2).sum::<usize>().max(2) - 2;

        writeln!(f, "{}, order {}", self.name, self.order)?;
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 && !block.is_empty() {
                // Only the stages of the extension stand between the stages and the weights.
                let rule = if f.alternate() && index == 1 { "┄" } else { "─" };
                writeln!(f, "{}┼{}", rule.repeat(first + 1), rule.repeat(total + 1))?;
            }
            for row in block {
                write_row(f, row, first, &widths)?;
            }
        }
        Ok(())
    }
}

/// A label and the cells after it.
pub(crate) type Row = (String, Vec<String>);

/// How a coefficient becomes a cell.
pub(crate) struct Print {
    pub(crate) decimals: Option<usize>,
}

impl Print {
    pub(crate) fn stages<const S: usize>(&self, tableau: &Tableau<S>) -> Vec<Row> {
        let exact = tableau.exact();
        let stage = |i: usize| {
            let node = self.cell(tableau.c[i], exact.map(|exact| exact.c[i]));
            let cell = |j| self.cell(tableau.a[i][j], exact.map(|exact| exact.a[i][j]));
            (node, (0..i).map(cell).collect())
        };
        (0..S).map(stage).collect()
    }

    /// `b` and the error rows; the first of them, if it is the only one, as `b_hat` where that is asked.
    pub(crate) fn weights<const S: usize>(&self, tableau: &Tableau<S>, b_hat: bool) -> Vec<Row> {
        let exact = tableau.exact();
        let b = (0..S).map(|j| self.cell(tableau.b[j], exact.map(|exact| exact.b[j])));
        let mut rows = alloc::vec![("b".to_string(), b.collect())];
        let Some(error) = &tableau.error else { return rows };
        let fraction = |j: usize| {
            let fraction = exact?.error?[j];
            (fraction.value() == error.weights[j]).then_some(fraction)
        };
        if b_hat && error.second.is_none() {
            let cell = |j: usize| {
                let b = exact.map(|exact| exact.b[j]).filter(|b| b.value() == tableau.b[j]);
                match (b, fraction(j)) {
                    (Some(b), Some(e)) => difference(b, e)
                        .unwrap_or_else(|| self.cell(tableau.b[j] - error.weights[j], None)),
                    _ => self.cell(tableau.b[j] - error.weights[j], None),
                }
            };
            rows.push(("b^".to_string(), (0..S).map(cell).collect()));
        } else {
            let cell = |j| self.cell(error.weights[j], fraction(j));
            rows.push(("e".to_string(), (0..S).map(cell).collect()));
        }
        if let Some(second) = &error.second {
            let cells = second.weights.iter().map(|&weight| self.cell(weight, None));
            rows.push(("e2".to_string(), cells.collect()));
        }
        rows
    }

    /// The fraction, unless the field was changed and is no longer its value.
    fn cell(&self, value: f64, fraction: Option<Ratio>) -> String {
        match (fraction, self.decimals) {
            (Some(fraction), _) if fraction.value() == value => fraction.to_string(),
            // What is short by itself stays so.
            (_, Some(decimals)) if format!("{value}").len() > decimals + 2 => {
                format!("{value:.decimals$}")
            }
            _ => format!("{value}"),
        }
    }
}

/// `left - right` in lowest terms; `None` if it overflows.
fn difference(left: Ratio, right: Ratio) -> Option<String> {
    let wide = |x: i64| i128::from(x);
    let cross = |a: Ratio, b: Ratio| wide(a.numerator()).checked_mul(wide(b.denominator()));
    let numerator = cross(left, right)?.checked_sub(cross(right, left)?)?;
    let denominator = wide(left.denominator()).checked_mul(wide(right.denominator()))?;
    let (mut divisor, mut rest) = (denominator, numerator.abs());
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let (numerator, denominator) = (numerator / divisor, denominator / divisor);
    Some(if denominator == 1 {
        format!("{numerator}")
    } else {
        format!("{numerator}/{denominator}")
    })
}

fn write_row(
    f: &mut fmt::Formatter<'_>,
    (label, row): &Row,
    first: usize,
    widths: &[usize],
) -> fmt::Result {
    let mut line = format!("{label:first$} │");
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(&format!(" {cell:width$} "));
    }
    writeln!(f, "{}", line.trim_end())
}
