//! Data and fit over time.

use crate::lynx_hare::pelts::{FIRST_YEAR, PELTS, SPAN};
use crate::plots::canvas::{
    Area, Mark, PlotError, axes, key, line, px, round_numbers, svg, text, with_key,
};
use crate::plots::palette::{HARES, LYNXES, QUIET};
use plotters::chart::ChartBuilder;
use plotters::element::{Circle, EmptyElement, Rectangle};
use plotters::prelude::{BindKeyPoints, Color, DashedLineSeries, IntoLogRange, LineSeries};
use plotters::series::PointSeries;
use plotters::style::RGBColor;

type Curve = [(f64, [f64; 2])];

/// Hares above, lynxes below, on logarithmic axes: equal heights are equal factors, as in the loss.
///
/// # Errors
/// [`PlotError`] when the backend cannot draw.
pub fn years(start: &Curve, fitted: &Curve) -> Result<String, PlotError> {
    let title = "Pelts of hares and lynxes, 1900 to 1920, with the fitted and the starting model";
    svg(560, title, |area| {
        let panels = area.split_evenly((2, 1));
        panel(&panels[0], "Hares", HARES, 0, start, fitted)?;
        panel(&panels[1], "Lynxes", LYNXES, 1, start, fitted)
    })
}

fn panel(
    area: &Area<'_>,
    name: &str,
    color: RGBColor,
    species: usize,
    start: &Curve,
    fitted: &Curve,
) -> Result<(), PlotError> {
    let first = f64::from(FIRST_YEAR);
    let data = PELTS.map(|c| (f64::from(c.year), [c.hares, c.lynxes][species]));
    let of = |curve: &Curve| curve.iter().map(|(t, z)| (first + t, z[species])).collect::<Vec<_>>();
    let (start, fitted) = (of(start), of(fitted));
    let all = || data.iter().chain(&start).chain(&fitted).map(|(_, y)| *y);
    // A start may lead anywhere; the picture keeps to three decades.
    let low = all().fold(f64::INFINITY, f64::min).max(0.5) / 1.25;
    let high = all().fold(0.0, f64::max).min(500.0) * 1.25;
    let inside = |(_, y): &(f64, f64)| (low..high).contains(y);
    let (left, right) = with_key(area);
    let mut chart = ChartBuilder::on(&left)
        .margin(px(6))
        .caption(name, text(17))
        .x_label_area_size(px(44))
        .y_label_area_size(px(64))
        .build_cartesian_2d(
            first - 0.4..first + SPAN + 0.4,
            (low..high).log_scale().with_key_points(round_numbers(low, high)),
        )?;
    axes(&mut chart, "year", "thousand pelts", 11)?;
    chart.draw_series(DashedLineSeries::new(
        start.into_iter().filter(inside),
        px(5),
        px(4),
        line(QUIET, 2),
    ))?;
    chart.draw_series(LineSeries::new(fitted.into_iter().filter(inside), line(color, 3)))?;
    let mark = if species == 0 {
        let dots = data.map(|point| Circle::new(point, px(5), color.filled()));
        chart.draw_series(dots)?;
        Mark::Dot
    } else {
        let square = |point, half: i32, style| {
            EmptyElement::at(point) + Rectangle::new([(-half, -half), (half, half)], style)
        };
        let size = px(4);
        chart.draw_series(PointSeries::of_element(data, size, color.filled(), &square))?;
        Mark::Square
    };
    key(
        &right,
        &[
            (mark, color, "pelts bought"),
            (Mark::Line, color, "model fitted"),
            (Mark::Dashes, QUIET, "model at the start"),
        ],
    )
}
