//! What all pictures have in common: an SVG of a given size, styles of text and lines, axes, a key.

use super::palette::{GRID, INK};
use plotters::chart::ChartContext;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::coord::{Shift, types::RangedCoordf64};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, Cross, PathElement, Rectangle, Text};
use plotters::prelude::{Cartesian2d, Color, IntoFont, SVGBackend, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{RGBColor, ShapeStyle};

/// A picture that could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("a plot could not be drawn: {0}")]
pub struct PlotError(String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for PlotError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        PlotError(error.to_string())
    }
}

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Chart<'a, 'b, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, Y>>;

/// The width of all pictures, in pixels.
pub(crate) const WIDTH: u32 = 880;

/// The width of the key, to the right of the plot, where it hides nothing.
const KEY: u32 = 170;

/// The backend rounds to whole units, which makes curves wavy; so a unit is a quarter of a pixel.
const UNITS: u32 = 4;

/// Pixels in the units of the drawing.
pub(crate) fn px(pixels: u32) -> i32 {
    (pixels * UNITS) as i32
}

/// Draws on a transparent canvas and returns the SVG, described by `title` for those who do not see it.
pub(crate) fn svg(
    height: u32,
    title: &str,
    draw: impl FnOnce(&Area<'_>) -> Result<(), PlotError>,
) -> Result<String, PlotError> {
    let (width, height) = (WIDTH * UNITS, height * UNITS);
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, (width, height)).into_drawing_area();
        draw(&area)?;
        area.present()?;
    }
    // Inside a page the size is the page's matter, and the namespace is known.
    let open = format!("<svg width=\"{width}\" height=\"{height}\"");
    let labelled = format!("<svg role=\"img\" aria-label=\"{title}\"");
    Ok(drawn.replacen(&open, &labelled, 1).replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

/// Text of a size in pixels.
pub(crate) fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", px(size)).into_font().color(&INK)
}

/// A line of a width in pixels.
pub(crate) fn line(color: RGBColor, width: u32) -> ShapeStyle {
    color.stroke_width(width * UNITS)
}

/// Grid, axes and their descriptions. The numbers on the y axis are `plain`.
pub(crate) fn axes<Y>(
    chart: &mut Chart<'_, '_, Y>,
    x_name: &str,
    y_name: &str,
    x_labels: usize,
) -> Result<(), PlotError>
where
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .x_desc(x_name)
        .y_desc(y_name)
        .x_labels(x_labels)
        .y_labels(8)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&plain)
        .x_max_light_lines(0)
        .y_max_light_lines(0)
        .set_all_tick_mark_size(px(4))
        .bold_line_style(line(GRID, 1))
        .axis_style(line(INK, 1))
        .label_style(text(14))
        .axis_desc_style(text(14))
        .draw()?;
    Ok(())
}

/// The round numbers 1, 2, 5, 10, .. in a range, or of them only the powers of ten where it spans more than two decades.
pub(crate) fn round_numbers(low: f64, high: f64) -> Vec<f64> {
    let leading: &[f64] = if high / low > 150.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    (-12..12)
        .flat_map(|power| leading.iter().map(move |digit| digit * 10f64.powi(power)))
        .filter(|x| (low..=high).contains(x))
        .collect()
}

/// A number of an axis: plain, or as a power of ten where that is shorter.
fn plain(x: &f64) -> String {
    let small = *x != 0.0 && x.abs() < 1e-3;
    if small { format!("{x:.0e}") } else { format!("{}", (x * 1e6).round() / 1e6) }
}

/// The shape of a series' marks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    Line,
    Dashes,
    Dot,
    Square,
    Cross,
}

/// Splits off the room for a key.
pub(crate) fn with_key<'a>(area: &Area<'a>) -> (Area<'a>, Area<'a>) {
    area.split_horizontally(px(WIDTH - KEY))
}

/// The names of the series.
pub(crate) fn key(area: &Area<'_>, series: &[(Mark, RGBColor, &str)]) -> Result<(), PlotError> {
    for (i, &(mark, color, name)) in series.iter().enumerate() {
        let y = px(40 + 22 * i as u32);
        let (left, middle, right) = (px(4), px(16), px(28));
        let (solid, stroke) = (color.filled(), line(color, 2));
        match mark {
            Mark::Line => area.draw(&PathElement::new([(left, y), (right, y)], line(color, 3)))?,
            Mark::Dashes => {
                for start in [left, left + px(9), left + px(18)] {
                    let dash = [(start, y), (start + px(6), y)];
                    area.draw(&PathElement::new(dash, stroke))?;
                }
            }
            Mark::Dot => area.draw(&Circle::new((middle, y), px(4), solid))?,
            Mark::Square => {
                let (half, center) = (px(4), (middle, y));
                let corners =
                    [(center.0 - half, center.1 - half), (center.0 + half, center.1 + half)];
                area.draw(&Rectangle::new(corners, solid))?;
            }
            Mark::Cross => area.draw(&Cross::new((middle, y), px(4), stroke))?,
        }
        let style = text(14).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(name.to_owned(), (right + px(8), y), style))?;
    }
    Ok(())
}
