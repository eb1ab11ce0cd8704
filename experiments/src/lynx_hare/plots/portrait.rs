//! The phase portrait: lynxes against hares.

use crate::lynx_hare::pelts::{Catch, PELTS};
use crate::plots::canvas::{Mark, PlotError, axes, key, line, px, svg, text, with_key};
use crate::plots::palette::{ACCEPTED, INK, QUIET};
use plotters::chart::ChartBuilder;
use plotters::element::{Circle, Cross, Text};
use plotters::prelude::{Color, LineSeries};
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The fitted orbit, the years' catches on their way around it, and the point of rest.
///
/// # Errors
/// [`PlotError`] when the backend cannot draw.
pub fn portrait(fitted: &[(f64, [f64; 2])], rest: (f64, f64)) -> Result<String, PlotError> {
    let title = "Phase portrait: lynxes against hares, the fitted orbit and the catches";
    let data = PELTS.map(|c| (c.hares, c.lynxes));
    let orbit: Vec<(f64, f64)> = fitted.iter().map(|(_, z)| (z[0], z[1])).collect();
    let all = || data.iter().chain(&orbit);
    let far = all().map(|p| p.0).fold(0.0, f64::max) * 1.08;
    let top = all().map(|p| p.1).fold(0.0, f64::max) * 1.08;
    svg(520, title, |area| {
        let (left, right) = with_key(area);
        let mut chart = ChartBuilder::on(&left)
            .margin(px(6))
            .x_label_area_size(px(44))
            .y_label_area_size(px(64))
            .build_cartesian_2d(0.0..far, 0.0..top)?;
        axes(&mut chart, "hares, thousand pelts", "lynxes, thousand pelts", 9)?;
        chart.draw_series(LineSeries::new(data, line(QUIET, 1)))?;
        chart.draw_series(LineSeries::new(orbit, line(ACCEPTED, 3)))?;
        chart.draw_series(data.map(|p| Circle::new(p, px(4), QUIET.filled())))?;
        chart.draw_series([Cross::new(rest, px(5), line(INK, 2))])?;
        chart.draw_series(PELTS.iter().filter(|c| stands_apart(c)).map(|c| {
            // On the side that looks away from the middle.
            let (side, horizontal) =
                if c.hares > rest.0 { (1.0, HPos::Left) } else { (-1.0, HPos::Right) };
            let at = (c.hares + 0.012 * side * far, c.lynxes);
            let style = text(12).pos(Pos::new(horizontal, VPos::Center));
            Text::new(c.year.to_string(), at, style)
        }))?;
        key(
            &right,
            &[
                (Mark::Dot, QUIET, "pelts, year by year"),
                (Mark::Line, ACCEPTED, "model fitted"),
                (Mark::Cross, INK, "rest: (c/d, a/b)"),
            ],
        )
    })
}

/// Whether there is room for a year's name: not in the crowd of the lean years.
fn stands_apart(catch: &Catch) -> bool {
    catch.hares > 45.0 || catch.lynxes > 15.0 || catch.hares < 8.0 || catch.year == PELTS[0].year
}
