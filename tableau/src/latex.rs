//! A tableau for a paper.

use alloc::format;
use alloc::string::String;

use crate::Tableau;
use crate::display::Print;

impl<const S: usize> Tableau<S> {
    /// The table as a LaTeX `array`, to stand in a formula: `c | A` over `b` and, of a method with an
    /// estimate, `\hat b`; of one with two error rows `e` and `e_2` instead. It needs no package.
    ///
    /// Coefficients are fractions where the method has them exactly; else decimals, rounded to
    /// `decimals` places.
    ///
    /// ```
    /// assert_eq!(
    ///     costate_tableau::HEUN.latex(4),
    ///     r"\begin{array}{c|cc}
    /// 0 & & \\
    /// 1 & 1 & \\
    /// \hline
    /// b & \frac{1}{2} & \frac{1}{2} \\
    /// \end{array}
    /// "
    /// );
    /// ```
    pub fn latex(&self, decimals: usize) -> String {
        let print = Print { decimals: Some(decimals) };
        let mut out = format!("\\begin{{array}}{{c|{}}}\n", "c".repeat(S));
        let mut line = |label: &str, cells: &[String]| {
            out.push_str(label);
            for j in 0..S {
                out.push_str(" &");
                if let Some(cell) = cells.get(j) {
                    out.push(' ');
                    out.push_str(&number(cell));
                }
            }
            out.push_str(" \\\\\n");
        };
        for (node, cells) in print.stages(self) {
            line(&number(&node), &cells);
        }
        for (index, (label, cells)) in print.weights(self, true).into_iter().enumerate() {
            let label = match label.as_str() {
                "b^" => "\\hat b",
                "e2" => "e_2",
                other => other,
            };
            line(&if index == 0 { format!("\\hline\n{label}") } else { label.into() }, &cells);
        }
        out.push_str("\\end{array}\n");
        out
    }
}

/// A cell with its fraction, if it is one, built up.
fn number(cell: &str) -> String {
    let Some((numerator, denominator)) = cell.split_once('/') else { return cell.into() };
    match numerator.strip_prefix('-') {
        Some(numerator) => format!("-\\frac{{{numerator}}}{{{denominator}}}"),
        None => format!("\\frac{{{numerator}}}{{{denominator}}}"),
    }
}
