//! A table of numbers as shades, the darker the larger.

use std::fmt::Write;

/// How many shades there are: more are not told apart.
const SHADES: f64 = 24.0;

/// Draws rows from the top, each of squares of a side of `cell` pixels, beginning at `(x, y)`. What is not above 0 is left
/// empty, `full` and more is darkest.
pub(super) fn shade(rows: &[Vec<f64>], full: f64, (x, y): (f64, f64), cell: f64) -> String {
    let level = |value: f64| {
        let part = value / full;
        if part > 0.0 { (part.min(1.0) * SHADES).round() as u32 } else { 0 }
    };
    let mut out = String::new();
    for (i, row) in rows.iter().enumerate() {
        let mut begin = 0;
        // Neighbours of one shade are one rectangle: a tenth of the text.
        for run in row.chunk_by(|a, b| level(*a) == level(*b)) {
            let shade = level(run[0]);
            if shade > 0 {
                // Writing to a String cannot fail.
                let _ = write!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{cell:.1}\" fill-opacity=\"{:.2}\"/>",
                    x + begin as f64 * cell,
                    y + i as f64 * cell,
                    run.len() as f64 * cell,
                    f64::from(shade) / SHADES
                );
            }
            begin += run.len();
        }
    }
    out
}
