//! The loss, evaluation by evaluation.

use crate::lynx_hare::fit::{BEST_KNOWN_LOSS, Iteration};
use crate::plots::canvas::{Mark, PlotError, axes, key, line, px, round_numbers, svg, with_key};
use crate::plots::palette::{ACCEPTED, QUIET};
use plotters::chart::ChartBuilder;
use plotters::element::Circle;
use plotters::prelude::{BindKeyPoints, Color, DashedLineSeries, IntoLogRange, LineSeries};

/// The loss after each iteration, against the evaluations spent, with the best known loss.
///
/// # Errors
/// [`PlotError`] when the backend cannot draw.
pub fn descent(iterations: &[Iteration]) -> Result<String, PlotError> {
    let points: Vec<(f64, f64)> =
        iterations.iter().map(|i| (i.evaluations as f64, i.loss)).collect();
    let last = points.last().map_or(1.0, |p| p.0);
    let high = 1.5 * points.iter().map(|p| p.1).fold(BEST_KNOWN_LOSS, f64::max);
    let low = BEST_KNOWN_LOSS / 1.5;
    svg(300, "The loss against the number of gradient evaluations", |area| {
        let (left, right) = with_key(area);
        let mut chart = ChartBuilder::on(&left)
            .margin(px(6))
            .x_label_area_size(px(44))
            .y_label_area_size(px(64))
            .build_cartesian_2d(
                0.0..last + 1.0,
                (low..high).log_scale().with_key_points(round_numbers(low, high)),
            )?;
        axes(&mut chart, "gradient evaluations", "loss", 12)?;
        let best = [(0.0, BEST_KNOWN_LOSS), (last + 1.0, BEST_KNOWN_LOSS)];
        let (dash, gap) = (px(5), px(4));
        chart.draw_series(DashedLineSeries::new(best, dash, gap, line(QUIET, 2)))?;
        chart.draw_series(LineSeries::new(points.iter().copied(), line(ACCEPTED, 2)))?;
        let dots = points.iter().map(|&p| Circle::new(p, px(3), ACCEPTED.filled()));
        chart.draw_series(dots)?;
        key(&right, &[(Mark::Line, ACCEPTED, "this fit"), (Mark::Dashes, QUIET, "best known")])
    })
}
