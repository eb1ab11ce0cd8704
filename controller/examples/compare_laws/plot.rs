//! Step sizes over time: two problems, and two laws on each.

use std::error::Error;

use costate_controller::{Filter, I, Pid};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::measure::{Entry, Problem, RELAXATION, ROUGH, Run, run};

// Okabe and Ito's palette, which colour-blind readers can tell apart ("Color Universal Design", 2008).
const BLUE: RGBColor = RGBColor(0, 114, 178);
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const GRAY: RGBColor = RGBColor(110, 110, 110);

const SIZE: (u32, u32) = (920, 620);
const HEADER: u32 = 56;
const LEGEND: u32 = 36;

/// One column of the picture.
struct Column {
    title: &'static str,
    equation: &'static str,
    problem: Problem,
    /// Times and sizes shown.
    window: (f64, f64),
    rows: [Entry; 2],
}

fn columns() -> [Column; 2] {
    [
        Column {
            title: "Stability holds the steps down",
            equation: "y′ = −100 (y − cos t)",
            problem: RELAXATION,
            window: (3.0, 0.08),
            rows: [("I::CLASSIC", |p| run(I::CLASSIC, p)), ("Pid::PI42", |p| run(Pid::PI42, p))],
        },
        Column {
            title: "Kinks hold the steps down",
            equation: "y″ = |sin 45 t| − y",
            problem: ROUGH,
            window: (2.0, 0.04),
            rows: [
                ("I, safety 0.8", |p| run(I { safety: 0.8, ..I::CLASSIC }, p)),
                ("Filter::H211B", |p| run(Filter::H211B, p)),
            ],
        },
    ]
}

/// The picture, as an SVG.
pub(crate) fn step_sizes() -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let (panels, legend) = root.split_vertically(SIZE.1 - LEGEND);
        for (area, column) in panels.split_evenly((1, 2)).iter().zip(columns()) {
            let (header, rest) = area.split_vertically(HEADER);
            let font = |size: u32| ("sans-serif", size).into_font().color(&BLACK);
            header.draw(&Text::new(column.title, (84, 10), font(18)))?;
            header.draw(&Text::new(column.equation, (84, 33), font(15).color(&GRAY)))?;
            let halves = rest.split_evenly((2, 1));
            for (n, (half, (name, run))) in halves.iter().zip(column.rows).enumerate() {
                panel(half, name, &run(&column.problem), column.window, n == 1)?;
            }
        }
        draw_legend(&legend)?;
        root.present()?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn panel(
    area: &Area<'_>,
    name: &str,
    run: &Run,
    (end, largest): (f64, f64),
    last: bool,
) -> Result<(), Box<dyn Error>> {
    let caption = format!("{name}: {} accepted, {} rejected", run.accepted, run.rejected);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 15).into_font().color(&BLACK))
        .margin_left(12)
        .margin_right(20)
        .margin_top(4)
        .x_label_area_size(if last { 46 } else { 24 })
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..end, 0.0..largest)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(GRAY.mix(0.25))
        .axis_style(GRAY)
        .label_style(("sans-serif", 14).into_font().color(&BLACK))
        .axis_desc_style(("sans-serif", 15).into_font().color(&BLACK))
        .x_labels(7)
        .y_labels(5)
        .x_label_formatter(&|t| format!("{t}"))
        .y_label_formatter(&|h| format!("{h:.2}"))
        .y_desc("step size h");
    if last {
        mesh.x_desc("time t");
    }
    mesh.draw()?;
    let shown = run.attempts.iter().filter(|a| a.t <= end && a.h <= largest);
    let points =
        |accepted| shown.clone().filter(move |a| a.accepted == accepted).map(|a| (a.t, a.h));
    chart.draw_series(LineSeries::new(points(true), BLUE.mix(0.4).stroke_width(1)))?;
    chart.draw_series(points(true).map(|point| Circle::new(point, 2, BLUE.filled())))?;
    chart
        .draw_series(points(false).map(|point| Cross::new(point, 3, VERMILION.stroke_width(2))))?;
    Ok(())
}

fn draw_legend(area: &Area<'_>) -> Result<(), Box<dyn Error>> {
    let font = ("sans-serif", 15).into_font().color(&BLACK);
    area.draw(&Circle::new((320, 14), 3, BLUE.filled()))?;
    area.draw(&Text::new("accepted step", (334, 7), font.clone()))?;
    area.draw(&Cross::new((480, 14), 4, VERMILION.stroke_width(2)))?;
    area.draw(&Text::new("rejected attempt", (494, 7), font))?;
    Ok(())
}
