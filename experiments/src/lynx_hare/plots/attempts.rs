//! The backward pass, attempt by attempt.

use crate::lynx_hare::comparison::{Trail, Tried};
use crate::lynx_hare::pelts::{FIRST_YEAR, SPAN};
use crate::plots::canvas::{
    Area, Mark, PlotError, axes, key, line, px, round_numbers, svg, text, with_key,
};
use crate::plots::palette::{ACCEPTED, QUIET, REJECTED};
use plotters::chart::ChartBuilder;
use plotters::element::{Circle, Cross};
use plotters::prelude::{BindKeyPoints, Color, DashedLineSeries, IntoLogRange};

/// What is drawn of an attempt.
struct Quantity {
    name: &'static str,
    of: fn(&Tried) -> f64,
    /// Smaller values are drawn at this one.
    least: f64,
    /// A value not to be passed.
    bound: Option<f64>,
}

const QUANTITIES: [Quantity; 2] = [
    Quantity { name: "step size, years", of: |t| t.h, least: 1e-4, bound: None },
    // A ratio under 1e-4 says no more than that the step was cut short.
    Quantity { name: "error ratio", of: |t| t.ratio, least: 1e-4, bound: Some(1.0) },
];

/// One panel for each norm, first all step sizes, then all error ratios, on axes they share.
///
/// # Errors
/// [`PlotError`] when the backend cannot draw.
pub fn attempts(trails: &[Trail]) -> Result<String, PlotError> {
    let title = "Step sizes and error ratios of the backward pass under each norm";
    let panels = QUANTITIES.len() * trails.len();
    svg(235 * panels as u32, title, |area| {
        let areas = area.split_evenly((panels, 1));
        for (quantity, areas) in QUANTITIES.iter().zip(areas.chunks(trails.len().max(1))) {
            let values = || trails.iter().flat_map(|t| &t.attempts).map(quantity.of);
            let finite = || values().filter(|v| v.is_finite());
            let low = finite().fold(1.0, f64::min).max(quantity.least) / 1.6;
            let high = finite().fold(1.0, f64::max) * 3.0;
            for (area, trail) in areas.iter().zip(trails) {
                panel(area, trail, quantity, (low, high))?;
            }
        }
        Ok(())
    })
}

fn panel(
    area: &Area<'_>,
    trail: &Trail,
    quantity: &Quantity,
    (low, high): (f64, f64),
) -> Result<(), PlotError> {
    let first = f64::from(FIRST_YEAR);
    let (from, to) = (first - 0.3, first + SPAN + 0.3);
    let rejected = trail.attempts.iter().filter(|t| !t.accepted).count();
    let caption = format!(
        "{} {}: {} attempts, {rejected} rejected",
        trail.norm.name(),
        trail.norm.written(),
        trail.attempts.len(),
    );
    let (left, right) = with_key(area);
    let mut chart = ChartBuilder::on(&left)
        .margin(px(6))
        .caption(caption, text(15))
        .x_label_area_size(px(42))
        .y_label_area_size(px(64))
        .build_cartesian_2d(
            from..to,
            (low..high).log_scale().with_key_points(round_numbers(low, high)),
        )?;
    axes(&mut chart, "year (the pass runs from right to left)", quantity.name, 11)?;
    let mut series = vec![(Mark::Dot, ACCEPTED, "accepted"), (Mark::Cross, REJECTED, "rejected")];
    if let Some(bound) = quantity.bound {
        let (dash, gap) = (px(5), px(4));
        let line = DashedLineSeries::new([(from, bound), (to, bound)], dash, gap, line(QUIET, 2));
        chart.draw_series(line)?;
        series.push((Mark::Dashes, QUIET, "allowed"));
    }
    // An attempt whose candidate was not finite has no ratio, and no place here.
    let tried = |accepted: bool| {
        trail.attempts.iter().filter(move |t| t.accepted == accepted && t.ratio.is_finite())
    };
    let point = |t: &Tried| (first + t.t, (quantity.of)(t).max(low));
    let dots = tried(true).map(|t| Circle::new(point(t), px(3), ACCEPTED.filled()));
    chart.draw_series(dots)?;
    let crosses = tried(false).map(|t| Cross::new(point(t), px(4), line(REJECTED, 2)));
    chart.draw_series(crosses)?;
    key(&right, &series)
}
