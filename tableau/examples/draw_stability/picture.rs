//! Stability regions as SVG, on white, so that they stand in a page of any colour.

use std::error::Error;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::method::{Curves, Method, bound};

/// Whatever went wrong while drawing.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// SVG coordinates are whole numbers here: ten to a point of the page.
const FINE: f64 = 10.0;
/// Points of the page per unit of z.
const UNIT: f64 = 46.0;

const REGION: RGBColor = RGBColor(0x3b, 0x7d, 0xb8);
const EMBEDDED: RGBColor = RGBColor(0xd9, 0x5f, 0x30);
const SHADE: f64 = 0.3;
const INK: RGBColor = BLACK;

/// From grey by way of blue to red with the order.
const ORDERS: [RGBColor; 9] = [
    RGBColor(0x80, 0x80, 0x80),
    RGBColor(0x8c, 0x6b, 0xb1),
    RGBColor(0x54, 0x78, 0xc4),
    RGBColor(0x2b, 0x95, 0xb5),
    RGBColor(0x2f, 0x9e, 0x6e),
    RGBColor(0x84, 0x9b, 0x2b),
    RGBColor(0xc0, 0x8a, 0x1e),
    RGBColor(0xdb, 0x66, 0x2e),
    RGBColor(0xc9, 0x3a, 0x55),
];

/// The region of one method, shaded; its bounds on the axes; the embedded method's outline, dashed; both
/// without parts that lie far away.
pub(crate) fn region(method: &Method) -> Result<String, Failure> {
    let marks = marks(method);
    let core = Frame::around(&[around_zero(&method.region)]);
    let (region, embedded) = (core.near(&method.region), core.near(&method.embedded));
    let mut frame = Frame::around(&[&region[..], &embedded[..]].concat());
    frame.marked = marks.iter().map(|(place, _)| *place).collect();
    let mut out = String::new();
    {
        let area = frame.start(&mut out)?;
        for curve in thinned(&region) {
            area.draw(&Polygon::new(curve, REGION.mix(SHADE).filled()))?;
        }
        for curve in thinned(&embedded) {
            area.draw(&PathElement::new(closed(curve), stroke(EMBEDDED, 1.2)))?;
        }
        frame.axes(&area)?;
        for (place, label) in &marks {
            area.draw(&Circle::new(*place, 2.6 * FINE, INK.filled()))?;
            let (horizontal, vertical, dx, dy) = if place.1 == 0.0 {
                (HPos::Left, VPos::Bottom, 0.1, 0.1)
            } else {
                (HPos::Left, VPos::Center, 0.14, 0.14 * place.1.signum())
            };
            let style = text(12.0, INK).pos(Pos::new(horizontal, vertical));
            area.draw(&Text::new(label.clone(), (place.0 + dx, place.1 + dy), style))?;
        }
        area.present()?;
    }
    let title = format!("Stability region of {}", method.title);
    Ok(finished(&out, frame.size(), &title))
}

/// The regions around 0 of all methods, each divided by the evaluations of a step: what a method gives for the
/// same work. Of methods with the same polynomial and as many evaluations one is drawn.
pub(crate) fn comparison(methods: &[Method]) -> Result<String, Failure> {
    let zoom = 4.2;
    let scaled = |method: &Method| -> Curves {
        let factor = zoom / method.evaluations as f64;
        vec![around_zero(&method.region).iter().map(|(x, y)| (x * factor, y * factor)).collect()]
    };
    let alike = |a: &Method, b: &Method| {
        a.evaluations == b.evaluations && a.real_bound == b.real_bound && a.order == b.order
    };
    let first = |(i, method): &(usize, &Method)| !methods[..*i].iter().any(|m| alike(m, method));
    let drawn: Vec<&Method> = methods.iter().enumerate().filter(first).map(|(_, m)| m).collect();
    let all: Curves = drawn.iter().flat_map(|method| scaled(method)).collect();
    let mut frame = Frame::around(&all);
    frame.unit = zoom;
    frame.right += 2.2;
    let mut out = String::new();
    {
        let area = frame.start(&mut out)?;
        for method in &drawn {
            let color = ORDERS[(method.order as usize).min(ORDERS.len()) - 1];
            for curve in thinned(&scaled(method)) {
                area.draw(&PathElement::new(closed(curve), stroke(color, 1.3)))?;
            }
        }
        frame.axes(&area)?;
        let mut orders: Vec<u32> = methods.iter().map(|method| method.order).collect();
        orders.dedup();
        for (index, order) in orders.iter().enumerate() {
            let color = ORDERS[(*order as usize).min(ORDERS.len()) - 1];
            let y = frame.top - 0.5 - 0.45 * index as f64;
            let x = frame.right - 2.0;
            area.draw(&PathElement::new(vec![(x, y), (x + 0.5, y)], stroke(color, 2.0)))?;
            let style = text(11.5, INK).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(format!("order {order}"), (x + 0.65, y), style))?;
        }
        area.present()?;
    }
    Ok(finished(&out, frame.size(), "Stability regions for the same work"))
}

/// The part of a region that has z = 0 on its boundary.
fn around_zero(curves: &Curves) -> Vec<(f64, f64)> {
    let distance = |curve: &Vec<(f64, f64)>| {
        curve.iter().map(|(x, y)| x * x + y * y).fold(f64::INFINITY, f64::min)
    };
    let nearest = curves.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.cloned().unwrap_or_default()
}

/// The bounds on the axes with their labels; none on the imaginary axis where it is 0.
fn marks(method: &Method) -> Vec<((f64, f64), String)> {
    let (x, y) = (method.real_bound, method.imaginary_bound);
    let mut marks = vec![((-x, 0.0), format!("−{}", bound(x)))];
    if y > 0.0 {
        marks.push(((0.0, y), format!("{} i", bound(y))));
        marks.push(((0.0, -y), format!("−{} i", bound(y))));
    }
    marks
}

/// The rectangle of the plane that is shown.
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    /// What counts 1 on the axes.
    unit: f64,
    /// Places with a label of their own, where a number would be in the way.
    marked: Vec<(f64, f64)>,
}

impl Frame {
    fn around(curves: &[Vec<(f64, f64)>]) -> Self {
        let points = || curves.iter().flatten();
        let left = points().map(|p| p.0).fold(-2.0, f64::min) - 0.9;
        // Room on the right for the label of a bound.
        let right = points().map(|p| p.0).fold(0.9, f64::max) + 0.4;
        let top = points().map(|p| p.1).fold(1.0, f64::max) + 0.5;
        Self { left, right, top, unit: 1.0, marked: vec![] }
    }

    /// The curves that lie within the frame or hardly beyond.
    fn near(&self, curves: &Curves) -> Curves {
        let near = |&(x, y): &(f64, f64)| {
            x > self.left - 1.0 && x < self.right + 1.0 && y.abs() < self.top + 1.0
        };
        curves.iter().filter(|curve| curve.iter().all(near)).cloned().collect()
    }

    /// In SVG coordinates.
    fn size(&self) -> (u32, u32) {
        let pixels = |length: f64| (length * UNIT * FINE).round() as u32;
        (pixels(self.right - self.left), pixels(2.0 * self.top))
    }

    fn start<'a>(&self, out: &'a mut String) -> Result<Area<'a>, Failure> {
        let (width, height) = self.size();
        let area = SVGBackend::with_string(out, (width, height)).into_drawing_area();
        let x = RangedCoordf64::from(self.left..self.right);
        let y = RangedCoordf64::from(-self.top..self.top);
        let (width, height) = (width as i32, height as i32);
        Ok(area.apply_coord_spec(Cartesian2d::new(x, y, (0..width, height..0))))
    }

    fn is_free(&self, (x, y): (f64, f64)) -> bool {
        self.marked.iter().all(|mark| (mark.0 - x).abs() + (mark.1 - y).abs() > 0.35)
    }

    /// Both axes through 0, with ticks at the whole numbers and numbers where there is room for them.
    fn axes(&self, area: &Area) -> Result<(), Failure> {
        let line = |from, to| PathElement::new(vec![from, to], stroke(INK, 0.7));
        area.draw(&line((self.left, 0.0), (self.right, 0.0)))?;
        area.draw(&line((0.0, -self.top), (0.0, self.top)))?;
        let above = text(11.0, INK).pos(Pos::new(HPos::Right, VPos::Bottom));
        area.draw(&Text::new("Re z", (self.right - 0.06, 0.08), above))?;
        let right = text(11.0, INK).pos(Pos::new(HPos::Left, VPos::Top));
        area.draw(&Text::new("Im z", (0.1, self.top - 0.04), right))?;
        let number = |n: i32| format!("{}", n).replace('-', "−");
        let below = text(10.0, INK).pos(Pos::new(HPos::Center, VPos::Top));
        for n in whole(self.left / self.unit, self.right / self.unit) {
            let x = f64::from(n) * self.unit;
            area.draw(&line((x, 0.0), (x, -0.08)))?;
            if self.is_free((x, 0.0)) {
                area.draw(&Text::new(number(n), (x, -0.14), below.clone()))?;
            }
        }
        let beside = text(10.0, INK).pos(Pos::new(HPos::Right, VPos::Center));
        for n in whole(-self.top / self.unit, self.top / self.unit) {
            let y = f64::from(n) * self.unit;
            area.draw(&line((0.0, y), (-0.08, y)))?;
            if self.is_free((0.0, y)) {
                area.draw(&Text::new(format!("{} i", number(n)), (-0.16, y), beside.clone()))?;
            }
        }
        Ok(())
    }
}

/// The whole numbers strictly between, without 0, every one or every second.
fn whole(low: f64, high: f64) -> impl Iterator<Item = i32> {
    let every = if high - low > 12.0 { 2 } else { 1 };
    let numbers = (low + 0.15).ceil() as i32..=(high - 0.15).floor() as i32;
    numbers.filter(move |n| *n != 0 && n % every == 0)
}

fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: (width * FINE) as u32 }
}

fn text(size: f64, color: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size * FINE).into_font().color(&color)
}

fn closed(mut curve: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    curve.extend(curve.first().copied());
    curve
}

/// The curves with no more points than the eye needs: none is farther than a twelfth of a point from
/// the polygon that is left (U. Ramer, 1972; D. H. Douglas, T. K. Peucker, 1973).
fn thinned(curves: &Curves) -> Curves {
    fn keep(curve: &[(f64, f64)], out: &mut Vec<(f64, f64)>) {
        let (Some(&first), Some(&last)) = (curve.first(), curve.last()) else { return };
        let (dx, dy) = (last.0 - first.0, last.1 - first.1);
        let length = (dx * dx + dy * dy).sqrt();
        let distance = |p: &(f64, f64)| {
            let (x, y) = (p.0 - first.0, p.1 - first.1);
            if length == 0.0 { (x * x + y * y).sqrt() } else { (x * dy - y * dx).abs() / length }
        };
        let farthest = (1..curve.len().saturating_sub(1))
            .max_by(|&i, &j| distance(&curve[i]).total_cmp(&distance(&curve[j])));
        match farthest.filter(|&i| distance(&curve[i]) > 0.08 / UNIT) {
            Some(middle) => {
                keep(&curve[..=middle], out);
                keep(&curve[middle..], out);
            }
            None => out.push(first),
        }
    }
    let thin = |curve: &Vec<(f64, f64)>| {
        let mut out = vec![];
        keep(&closed(curve.clone()), &mut out);
        out
    };
    curves.iter().map(thin).collect()
}

/// plotters writes whole lines, areas without an outline, and the size in its own coordinates. Here the
/// embedded outline is dashed, numbers on a line are set off from it in white, and ten coordinates make a
/// point.
fn finished(svg: &str, (width, height): (u32, u32), title: &str) -> String {
    let (points_wide, points_high) = (f64::from(width) / FINE, f64::from(height) / FINE);
    let fill = format!("#{:02X}{:02X}{:02X}", REGION.0, REGION.1, REGION.2);
    let outlined =
        format!("fill-opacity=\"{SHADE}\" stroke=\"{fill}\" stroke-width=\"14\" fill=\"{fill}\"");
    let embedded = format!("stroke=\"#{:02X}{:02X}{:02X}\"", EMBEDDED.0, EMBEDDED.1, EMBEDDED.2);
    svg.replace(
        &format!("width=\"{width}\" height=\"{height}\""),
        &format!("width=\"{points_wide:.0}\" height=\"{points_high:.0}\" role=\"img\" aria-label=\"{title}\" style=\"background:#fff;max-width:100%;height:auto\""),
    )
    .replace("<text ", "<text paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"28\" ")
    .replace(&format!("opacity=\"{SHADE}\" fill=\"{fill}\""), &outlined)
    .replace(&embedded, &format!("{embedded} stroke-dasharray=\"50 35\""))
    .replace(" opacity=\"1\"", "")
    .lines()
    .filter(|line| !line.trim().is_empty())
    .collect::<Vec<_>>()
    .join("\n")
        + "\n"
}
