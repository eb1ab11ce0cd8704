//! Pictures of an experiment's own: distributions in the plane, as points and as densities, and images.

use super::chart::WIDTH;
use super::shade::shade;
use super::text::escaped;
use std::fmt::Write;

/// What a panel shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Samples.
    Points(Vec<[f64; 2]>),
    /// Rows from the top, left to right: densities in the middle of each cell. See [`grid`].
    Density(Vec<Vec<f64>>),
}

/// A square of the plane, from minus to plus its reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What stands under it.
    pub name: String,
    /// What it shows.
    pub content: Content,
}

/// Panels in a row.
const ROW: usize = 4;
/// The side of a panel, in pixels, and what is between two of them.
const SIDE: f64 = 208.0;
const GAP: f64 = (WIDTH - ROW as f64 * SIDE) / (ROW as f64 - 1.0);
/// Room for a name.
const NAME: f64 = 30.0;

/// A density in the middles of `cells` by `cells` squares, from minus to plus `reach`, row by row from the top.
pub fn grid(reach: f64, cells: usize, density: impl Fn([f64; 2]) -> f64) -> Vec<Vec<f64>> {
    let at = |i: usize| reach * (2.0 * (i as f64 + 0.5) / cells as f64 - 1.0);
    let rows = (0..cells).rev();
    rows.map(|row| (0..cells).map(|column| density([at(column), at(row)])).collect()).collect()
}

/// Panels side by side, as SVG for a [`Picture`](super::Picture). Each density has its own scale, from empty at 0 to the full
/// colour at its largest value.
pub fn panels(title: &str, reach: f64, panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(ROW);
    let mut out = open(title, rows as f64 * (SIDE + NAME));
    for (i, panel) in panels.iter().enumerate() {
        let (left, top) = ((i % ROW) as f64 * (SIDE + GAP), (i / ROW) as f64 * (SIDE + NAME));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<rect class=\"frame\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{SIDE}\" height=\"{SIDE}\"/><g class=\"shade\">"
        );
        match &panel.content {
            Content::Points(points) => {
                let place = |x: f64| (0.5 + 0.5 * x / reach) * SIDE;
                for &[x, y] in points {
                    let (across, down) = (place(x), SIDE - place(y));
                    if (0.0..=SIDE).contains(&across) && (0.0..=SIDE).contains(&down) {
                        let (cx, cy) = (left + across, top + down);
                        let _ = write!(out, "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"1.1\"/>");
                    }
                }
            }
            Content::Density(rows) => {
                let most = rows.iter().flatten().copied().filter(|x| x.is_finite());
                let full = most.fold(f64::MIN_POSITIVE, f64::max);
                out.push_str(&shade(rows, full, (left, top), SIDE / rows.len().max(1) as f64));
            }
        }
        let _ = write!(
            out,
            "</g><text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            left + 0.5 * SIDE,
            top + SIDE + 18.0,
            escaped(&panel.name)
        );
    }
    out + "</svg>"
}

/// Square images of `side` by `side` pixels, row by row from the top, 0 empty and 1 full, as SVG for a
/// [`Picture`](super::Picture).
pub fn images<const D: usize>(title: &str, side: usize, images: &[[f64; D]]) -> String {
    const IN_A_ROW: usize = 16;
    let (step, gap) = (WIDTH / IN_A_ROW as f64, 7.0);
    let mut out = open(title, images.len().div_ceil(IN_A_ROW) as f64 * step);
    out.push_str("<g class=\"shade\">");
    for (i, image) in images.iter().enumerate() {
        let corner = ((i % IN_A_ROW) as f64 * step, (i / IN_A_ROW) as f64 * step);
        let rows: Vec<Vec<f64>> = image.chunks(side.max(1)).map(<[f64]>::to_vec).collect();
        out.push_str(&shade(&rows, 1.0, corner, (step - gap) / side.max(1) as f64));
    }
    out + "</g></svg>"
}

fn open(title: &str, height: f64) -> String {
    format!(
        "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {WIDTH} {height:.1}\"><title>{}</title>",
        escaped(title)
    )
}
