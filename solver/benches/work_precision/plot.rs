//! Cost against error, as a picture: evaluations on the left, time on the right.

use crate::measure::{Curve, Point};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

type Drawn = Result<(), Box<dyn std::error::Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 1240;
const HEIGHT: u32 = 660;
/// What costs more than this many times the least is off the picture: it would crowd the rest.
const REACH: f64 = 60.0;
/// The width of the key, where it hides nothing.
const KEY: u32 = 290;
/// The backend rounds to whole units, which makes curves wavy; so a unit is a quarter of a pixel.
const UNITS: u32 = 4;

fn px(pixels: u32) -> i32 {
    (pixels * UNITS) as i32
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", px(size)).into_font().color(&BLACK)
}

/// One colour an order, dark for high ones (after the scale "viridis", which the colour-blind can read, but for order 8).
fn color(order: u32) -> RGBColor {
    match order {
        0..=1 => RGBColor(170, 170, 170),
        2 => RGBColor(202, 178, 20),
        3 => RGBColor(122, 191, 60),
        4 => RGBColor(42, 170, 110),
        5 => RGBColor(33, 135, 141),
        6 => RGBColor(49, 104, 142),
        7 => RGBColor(70, 60, 130),
        8 => RGBColor(200, 40, 110),
        _ => RGBColor(50, 0, 60),
    }
}

macro_rules! square {
    ($at:expr, $style:expr) => {
        EmptyElement::at($at) + Rectangle::new([(-px(3), -px(3)), (px(3), px(3))], $style)
    };
}

/// How many methods of the same order come before each.
fn turns(curves: &[Curve]) -> Vec<usize> {
    let before = |i: usize| curves[..i].iter().filter(|c| c.order == curves[i].order).count();
    (0..curves.len()).map(before).collect()
}

/// The picture of one problem.
pub(crate) fn draw(name: &str, curves: &[Curve]) -> Result<String, Box<dyn std::error::Error>> {
    let mut drawn = String::new();
    // The methods with fixed steps, and those of order 2, are far above the rest: they are in the tables.
    let curves: Vec<Curve> = curves.iter().filter(|c| c.adaptive && c.order > 2).cloned().collect();
    let curves = &curves;
    {
        let size = (WIDTH * UNITS, HEIGHT * UNITS);
        let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        area.fill(&WHITE)?;
        let (panels, side) = area.split_horizontally(px(WIDTH - KEY));
        let (left, right) = panels.split_horizontally(px((WIDTH - KEY) / 2));
        panel(&left, &format!("{name}: evaluations of the field"), curves, &|p| {
            p.evaluations as f64
        })?;
        panel(&right, "milliseconds", curves, &|p| 1e3 * p.seconds)?;
        key(&side, curves)?;
        area.present()?;
    }
    let open = format!("<svg width=\"{}\" height=\"{}\"", WIDTH * UNITS, HEIGHT * UNITS);
    Ok(drawn.replacen(&open, &format!("<svg width=\"{WIDTH}\" height=\"{HEIGHT}\""), 1))
}

fn panel(area: &Area<'_>, title: &str, curves: &[Curve], cost: &dyn Fn(&Point) -> f64) -> Drawn {
    let costs = || curves.iter().flat_map(|c| &c.points).map(cost);
    let low = costs().fold(f64::MAX, f64::min);
    let high = costs().fold(0.0, f64::max).min(REACH * low);
    let style = text(16).pos(Pos::new(HPos::Left, VPos::Top));
    area.draw(&Text::new(title.to_owned(), (px(58), px(8)), style))?;
    // Digits, and not the error itself: an axis of logarithms cannot run down.
    let digits = |p: &Point| -p.error.log10();
    let mut chart = ChartBuilder::on(area)
        .margin(px(8))
        .margin_top(px(34))
        .x_label_area_size(px(44))
        .y_label_area_size(px(52))
        .build_cartesian_2d(0.0..12.5, (low / 1.4..high * 1.4).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("error at the end")
        .x_labels(7)
        .x_label_formatter(&|digits| {
            if *digits == 0.0 { "1".into() } else { format!("1e-{digits:.0}") }
        })
        .y_label_formatter(&|cost| {
            if *cost < 1e4 { format!("{cost}") } else { format!("{cost:.0e}") }
        })
        .x_max_light_lines(0)
        .y_max_light_lines(0)
        .set_all_tick_mark_size(px(4))
        .bold_line_style(RGBColor(220, 220, 220).stroke_width(UNITS))
        .axis_style(BLACK.stroke_width(UNITS))
        .label_style(text(13))
        .axis_desc_style(text(14))
        .draw()?;
    for (curve, turn) in curves.iter().zip(turns(curves)) {
        let points = curve.points.iter().map(|p| (digits(p), cost(p)));
        let points: Vec<(f64, f64)> = points.filter(|p| p.1 <= high).collect();
        let (color, width) = (color(curve.order), if curve.adaptive { 2 } else { 1 });
        chart.draw_series(LineSeries::new(
            points.iter().copied(),
            color.stroke_width(width * UNITS),
        ))?;
        // Every third: at each power of ten of the tolerance.
        let sparse: Vec<_> =
            points.into_iter().step_by(if curve.adaptive { 3 } else { 2 }).collect();
        let (dot, stroke) = (color.filled(), color.stroke_width(UNITS));
        let marks = sparse.into_iter();
        match turn {
            0 => chart.draw_series(marks.map(|p| Circle::new(p, px(3), dot)))?,
            1 => chart.draw_series(marks.map(|p| TriangleMarker::new(p, px(4), dot)))?,
            2 => chart.draw_series(marks.map(|p| Cross::new(p, px(3), stroke)))?,
            3 => chart.draw_series(marks.map(|p| Circle::new(p, px(3), stroke)))?,
            4 => chart.draw_series(marks.map(|p| square!(p, dot)))?,
            _ => chart
                .draw_series(marks.map(|p| Circle::new(p, px(5), color.stroke_width(UNITS))))?,
        };
    }
    Ok(())
}

fn key(area: &Area<'_>, curves: &[Curve]) -> Drawn {
    for ((row, curve), turn) in curves.iter().enumerate().zip(turns(curves)) {
        let (y, color) = (px(46 + 22 * row as u32), color(curve.order));
        let width = if curve.adaptive { 2 } else { 1 };
        let line = [(px(4), y), (px(32), y)];
        area.draw(&PathElement::new(line, color.stroke_width(width * UNITS)))?;
        let (at, dot, stroke) = ((px(18), y), color.filled(), color.stroke_width(UNITS));
        match turn {
            0 => area.draw(&Circle::new(at, px(3), dot))?,
            1 => area.draw(&TriangleMarker::new(at, px(4), dot))?,
            2 => area.draw(&Cross::new(at, px(3), stroke))?,
            3 => area.draw(&Circle::new(at, px(3), stroke))?,
            4 => area.draw(&square!(at, dot))?,
            _ => area.draw(&Circle::new(at, px(5), color.stroke_width(UNITS)))?,
        }
        let style = text(13).pos(Pos::new(HPos::Left, VPos::Center));
        let suffix = if curve.adaptive { "" } else { ", fixed steps" };
        area.draw(&Text::new(format!("{}{suffix}", curve.method), (px(40), y), style))?;
    }
    Ok(())
}
