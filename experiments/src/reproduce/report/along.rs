//! A quantity along time, and above it rows of strokes: when something happened.

use super::chart::{Axis, Chart};
use super::curves::Colour;
use super::scale::Scale;

/// Room for the names of rows.
const NAMES: f64 = 150.0;
/// How far above the largest value the rows stand, and how far from each other, in parts of that value.
const ROW: f64 = 0.13;

/// A row of strokes.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What its strokes are.
    pub name: String,
    /// Their colour.
    pub colour: Colour,
    /// When.
    pub times: Vec<f64>,
}

/// The curve with its rows, as SVG for a [`Picture`](super::Picture). The quantity is not negative.
pub fn along(title: &str, x: &str, y: &str, curve: &[(f64, f64)], rows: &[Row]) -> String {
    let largest = curve.iter().map(|p| p.1).filter(|y| y.is_finite()).fold(0.0, f64::max);
    let largest = if largest > 0.0 { largest } else { 1.0 };
    let times = || curve.iter().map(|p| p.0).filter(|t| t.is_finite());
    let (from, to) = (times().fold(f64::MAX, f64::min), times().fold(f64::MIN, f64::max));
    let high = largest * (1.0 + ROW * (rows.len() as f64 + 0.8));
    let (x, y) = (Axis::new(x, Scale::linear(from, to)), Axis::new(y, Scale::linear(0.0, high)));
    let mut chart = Chart::new(title, &x, &y, 340.0, NAMES);
    chart.open("ink");
    chart.line("line", curve.iter().copied());
    chart.close();
    let mut names = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let class = row.colour.class();
        let level = largest * (1.0 + ROW * (rows.len() - i) as f64);
        let mut strokes = String::new();
        for &t in &row.times {
            if let Some((x, y)) = chart.at((t, level)) {
                strokes.push_str(&format!("M{x:.1} {:.1}v12", y - 6.0));
            }
        }
        chart.open(&class);
        chart.push(&format!("<path class=\"line thin\" d=\"{strokes}\"/>"));
        chart.close();
        if let Some((_, y)) = chart.at((from, level)) {
            names.push((class, y, row.name.clone()));
        }
    }
    chart.names(names);
    chart.finish()
}
