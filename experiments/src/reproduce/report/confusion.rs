//! Which class was taken for which, as a table whose cells are shaded.

use super::chart::WIDTH;
use super::text::{escaped, short};
use std::fmt::Write;

/// Room for the names of rows, and for the numbers of columns with what they are.
const LEFT: f64 = 230.0;
const TOP: f64 = 46.0;
/// The largest side of a cell, and the smallest in which a number has room.
const CELL: f64 = 44.0;
const WRITTEN: f64 = 24.0;
/// Letters of a name that are shown.
const LETTERS: usize = 26;

/// Rows are true classes, columns what a model said, `counts[true][said]`; as SVG for a [`Picture`](super::Picture). Each row is shaded by
/// its shares, so that rare classes show as well as frequent ones.
pub fn confusion(title: &str, classes: &[String], counts: &[Vec<usize>]) -> String {
    let cell = ((WIDTH - LEFT) / classes.len().max(1) as f64).min(CELL);
    let height = TOP + cell * classes.len() as f64 + 4.0;
    // Writing to a String cannot fail.
    let mut out = format!(
        "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {WIDTH} {height:.1}\"><title>{}</title>\
         <text class=\"end\" x=\"{:.1}\" y=\"16\">true class</text><text x=\"{LEFT:.1}\" y=\"16\">said class</text>",
        escaped(title),
        LEFT - 10.0
    );
    for (i, name) in classes.iter().enumerate() {
        let along = cell * (i as f64 + 0.5);
        let _ = write!(
            out,
            "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{} ({})</text>",
            LEFT - 10.0,
            TOP + along + 4.5,
            escaped(&short(name, LETTERS)),
            i + 1
        );
        // Every fifth where there is no room for all.
        if cell >= WRITTEN || (i + 1) % 5 == 0 {
            let (x, y) = (LEFT + along, TOP - 8.0);
            let _ =
                write!(out, "<text class=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">({})</text>", i + 1);
        }
    }
    for (i, row) in counts.iter().enumerate() {
        let all = row.iter().sum::<usize>().max(1) as f64;
        for (j, &count) in row.iter().enumerate() {
            let (x, y) = (LEFT + cell * j as f64, TOP + cell * i as f64);
            // Ink is still read on the darkest.
            let opacity = 0.6 * count as f64 / all;
            let _ = write!(
                out,
                "<g class=\"shade\"><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{cell:.1}\" height=\"{cell:.1}\" fill-opacity=\"{opacity:.2}\"/></g>\
                 <rect class=\"frame\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{cell:.1}\" height=\"{cell:.1}\"/>"
            );
            if count > 0 && cell >= WRITTEN {
                let (x, y) = (x + 0.5 * cell, y + 0.5 * cell + 4.5);
                let _ =
                    write!(out, "<text class=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">{count}</text>");
            }
        }
    }
    out + "</svg>"
}
