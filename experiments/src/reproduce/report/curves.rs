//! Curves of an experiment's own: trajectories, phase portraits, energies.

use super::chart::{Axis, Chart, Shape};
use super::look::{channel_class, class};
use super::scale::Scale;
use crate::reproduce::way::Way;

/// Room for the key.
const KEY: f64 = 150.0;

/// Which colour a curve has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// That of a way to a gradient: the curve is shown and hidden with it.
    Way(Way),
    /// One of six others, by number.
    Number(usize),
    /// That of text: what all others are held against.
    Ink,
}

impl Colour {
    pub(super) fn class(self) -> String {
        match self {
            Colour::Way(way) => class(way),
            Colour::Number(index) => channel_class(index),
            Colour::Ink => "ink".to_owned(),
        }
    }
}

/// A curve through points; where one is not finite it is interrupted.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it is called.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Whether it is drawn in dashes, and with a ring in the key.
    pub dashed: bool,
    /// Where it goes.
    pub points: Vec<(f64, f64)>,
}

/// Curves on axes that they share, as SVG for a [`Picture`](super::Picture). Names that come more than once are in the key once.
pub fn curves(title: &str, x: &str, y: &str, curves: &[Curve]) -> String {
    let over =
        |of: fn(&(f64, f64)) -> f64| Scale::over(curves.iter().flat_map(|c| &c.points).map(of));
    let (x, y) = (Axis::new(x, over(|p| p.0)), Axis::new(y, over(|p| p.1)));
    let mut chart = Chart::new(title, &x, &y, 320.0, KEY);
    let mut key: Vec<(String, Shape, &str)> = Vec::new();
    for curve in curves {
        let class = curve.colour.class();
        chart.open(&class);
        let line = if curve.dashed { "line dashed" } else { "line" };
        chart.line(line, curve.points.iter().copied());
        chart.close();
        if !key.iter().any(|(_, _, name)| *name == curve.name) {
            let shape = if curve.dashed { Shape::Ring } else { Shape::Disc };
            key.push((class, shape, &curve.name));
        }
    }
    chart.key(&key);
    chart.finish()
}
