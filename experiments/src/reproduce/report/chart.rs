//! A picture with two axes, as SVG whose parts can be named, hidden and asked what they are.

use super::scale::Scale;
use super::text::escaped;
use std::fmt::Write;

/// The width of all charts, in pixels.
pub const WIDTH: f64 = 880.0;

const LEFT: f64 = 72.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 46.0;

/// One axis: what it shows, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Its name, with the unit.
    pub name: String,
    /// Its range.
    pub scale: Scale,
}

impl Axis {
    /// An axis.
    pub fn new(name: &str, scale: Scale) -> Self {
        Axis { name: name.to_owned(), scale }
    }
}

/// The shape of a mark: each series has its own, for those who do not tell its colour from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Disc,
    /// A square on its side.
    Square,
    /// A square on its corner.
    Diamond,
    /// A triangle that points up.
    Triangle,
    /// A triangle that points down.
    Wedge,
    /// A standing cross.
    Plus,
    /// A lying cross.
    Cross,
    /// A ring.
    Ring,
}

impl Shape {
    /// As a path around a point.
    pub(super) fn path(self, x: f64, y: f64) -> String {
        let outline = match self {
            Shape::Disc | Shape::Ring => "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
            Shape::Square => "m-4 -4h8v8h-8z",
            Shape::Diamond => "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
            Shape::Triangle => "m0 -5l5 9h-10z",
            Shape::Wedge => "m0 5l5-9h-10z",
            Shape::Plus => "m-5 0h10m-5-5v10",
            Shape::Cross => "m-4 -4l8 8m0-8l-8 8",
        };
        let kind = if self == Shape::Ring { "mark ring" } else { "mark" };
        format!("<path class=\"{kind}\" d=\"M{x:.1} {y:.1}{outline}\"/>")
    }
}

/// A chart being drawn. Groups are named by CSS classes, whose variable `--c` is their colour.
#[derive(Debug, Clone)]
pub struct Chart {
    x: Scale,
    y: Scale,
    right: f64,
    height: f64,
    out: String,
}

impl Chart {
    /// Grid and axes. `title` describes the picture for those who do not see it; `right` pixels are left free for names at the
    /// ends of lines.
    pub fn new(title: &str, x: &Axis, y: &Axis, height: f64, right: f64) -> Self {
        let mut chart =
            Chart { x: x.scale, y: y.scale, right: WIDTH - right, height, out: String::new() };
        let (bottom, edge) = (height - BOTTOM, chart.right);
        // Writing to a String cannot fail.
        let _ = write!(
            chart.out,
            "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" data-left=\"{LEFT}\" data-right=\"{edge}\">\
             <title>{}</title><g class=\"axes\">",
            escaped(title)
        );
        for (value, name) in x.scale.ticks() {
            let Some(at) = chart.across(value) else { continue };
            let _ = write!(
                chart.out,
                "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom}\"/><text x=\"{at:.1}\" y=\"{:.1}\" class=\"middle\">{name}</text>",
                bottom + 17.0
            );
        }
        for (value, name) in y.scale.ticks() {
            let Some(at) = chart.up(value) else { continue };
            let _ = write!(
                chart.out,
                "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{edge}\"/><text x=\"{:.1}\" y=\"{:.1}\" class=\"end\">{name}</text>",
                LEFT - 7.0,
                at + 4.0
            );
        }
        let _ = write!(
            chart.out,
            "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{edge}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" class=\"middle\">{}</text>\
             <text transform=\"translate(15 {:.1}) rotate(-90)\" class=\"middle\">{}</text></g>",
            0.5 * (LEFT + edge),
            height - 9.0,
            escaped(&x.name),
            0.5 * (TOP + bottom),
            escaped(&y.name)
        );
        chart
    }

    /// Where a value of the first axis is, in pixels.
    fn across(&self, x: f64) -> Option<f64> {
        Some(LEFT + self.x.place(x)? * (self.right - LEFT))
    }

    /// Where a value of the second axis is, in pixels.
    fn up(&self, y: f64) -> Option<f64> {
        let (low, high) = (self.height - BOTTOM, TOP);
        Some(low + self.y.place(y)? * (high - low))
    }

    /// Where a point is, in pixels; none outside of the axes.
    pub fn at(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        Some((self.across(x)?, self.up(y)?))
    }

    /// Begins a group with CSS classes.
    pub fn open(&mut self, class: &str) {
        let _ = write!(self.out, "<g class=\"{}\">", escaped(class));
    }

    /// Ends the last group begun.
    pub fn close(&mut self) {
        self.out.push_str("</g>");
    }

    /// A line through points, interrupted where one cannot be shown. Returns the last point shown, in pixels.
    pub fn line(
        &mut self,
        class: &str,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Option<(f64, f64)> {
        let (mut path, mut last, mut drawing) = (String::new(), None, false);
        for point in points {
            match self.at(point) {
                Some((x, y)) => {
                    let _ = write!(path, "{}{x:.1} {y:.1}", if drawing { 'L' } else { 'M' });
                    (last, drawing) = (Some((x, y)), true);
                }
                None => drawing = false,
            }
        }
        if !path.is_empty() {
            let _ = write!(self.out, "<path class=\"{}\" d=\"{path}\"/>", escaped(class));
        }
        last
    }

    /// A mark at a point, with what a reader who points at it is told.
    pub fn mark(&mut self, shape: Shape, point: (f64, f64), told: &str) {
        if let Some((x, y)) = self.at(point) {
            let _ = write!(
                self.out,
                "<g class=\"told\" tabindex=\"0\"><title>{}</title>{}</g>",
                escaped(told),
                shape.path(x, y)
            );
        }
    }

    /// Anything else, as SVG.
    pub fn push(&mut self, svg: &str) {
        self.out.push_str(svg);
    }

    /// Names to the right of the ends of lines, moved apart where they would cover each other: class, height in pixels, name.
    pub fn names(&mut self, mut names: Vec<(String, f64, String)>) {
        const APART: f64 = 16.0;
        names.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut free = f64::NEG_INFINITY;
        for name in &mut names {
            name.1 = name.1.max(free);
            free = name.1 + APART;
        }
        // What was pushed out at the bottom pushes back.
        let mut free = self.height - BOTTOM;
        for name in names.iter_mut().rev() {
            name.1 = name.1.min(free);
            free = name.1 - APART;
        }
        for (class, y, name) in names {
            let _ = write!(
                self.out,
                "<text class=\"name {}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                escaped(&class),
                self.right + 8.0,
                y + 4.0,
                escaped(&name)
            );
        }
    }

    /// Marks beside the names of their series, to the right of the plot: class, mark, name.
    pub fn key(&mut self, series: &[(String, Shape, &str)]) {
        let x = self.right + 16.0;
        for (i, (class, shape, name)) in series.iter().enumerate() {
            let y = TOP + 10.0 + 21.0 * i as f64;
            let _ = write!(
                self.out,
                "<g class=\"{}\">{}<text class=\"name\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
                escaped(class),
                shape.path(x, y),
                x + 12.0,
                y + 4.5,
                escaped(name)
            );
        }
    }

    /// The picture, as SVG.
    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}
