//! Loss and cost over training.

use super::chart::{Axis, Chart};
use super::look::class;
use super::scale::Scale;
use super::text::power;
use super::{figure, settings};
use crate::reproduce::record::{Course, CoursePoint};

/// Room for the names at the ends of the lines.
const NAMES: f64 = 112.0;

/// What is drawn of a training.
struct Quantity {
    name: &'static str,
    of: fn(&CoursePoint) -> f64,
    /// What is drawn beside it in dashes.
    beside: Option<fn(&CoursePoint) -> Option<f64>>,
    scale: fn(&mut dyn Iterator<Item = f64>) -> Scale,
}

const QUANTITIES: [Quantity; 2] = [
    Quantity {
        name: "loss",
        of: |p| p.loss,
        beside: Some(|p| p.validation),
        scale: |values| loss_scale(&values.collect::<Vec<_>>()),
    },
    Quantity {
        name: "backward evaluations",
        of: |p| p.nfe_backward,
        beside: None,
        scale: |values| Scale::from_zero(values),
    },
];

/// Equal factors where all losses are positive, equal differences where some are not, as a log-likelihood's are.
fn loss_scale(losses: &[f64]) -> Scale {
    let mut finite = losses.iter().copied().filter(|x| x.is_finite());
    if finite.all(|x| x > 0.0) {
        return Scale::log_over(losses.iter().copied());
    }
    Scale::over(losses.iter().copied())
}

/// Two charts for each task.
pub(super) fn section(courses: &[Course]) -> String {
    let mut out = String::new();
    for (task, of_task) in settings(courses, |c| (&c.task, c.rtol)) {
        let charts: String = QUANTITIES.iter().map(|q| drawn(&task, &of_task, q)).collect();
        out.push_str(&figure(
            &format!("Training: {task}"),
            &charts,
            "The loss of each batch (solid) and on data that is not trained on (dashed), and what one gradient costs backwards, over \
             the steps of the optimiser. One line for each repeat.",
        ));
    }
    out
}

fn drawn(task: &str, courses: &[&Course], quantity: &Quantity) -> String {
    let Quantity { name, of, beside, scale } = quantity;
    let points = || courses.iter().flat_map(|c| &c.points);
    let last = points().map(|p| p.step).max().unwrap_or(0);
    let mut values =
        points().map(of).chain(points().filter_map(|p| beside.and_then(|beside| beside(p))));
    let x = Axis::new("steps of the optimiser", Scale::linear(0.0, last as f64));
    let y = Axis::new(name, scale(&mut values));
    let mut chart = Chart::new(&format!("{task}: {name} over training"), &x, &y, 270.0, NAMES);
    let mut names: Vec<(String, f64, String)> = Vec::new();
    for course in courses {
        let class = class(course.way);
        chart.open(&class);
        chart.push(&format!(
            "<title>{}, rtol {}, repeat {}</title>",
            course.way.name(),
            power(course.rtol),
            course.repeat
        ));
        if let Some(beside) = beside {
            let points = course.points.iter();
            let dashed = points.filter_map(|p| Some((p.step as f64, beside(p)?)));
            chart.line("line dashed", dashed);
        }
        let end = chart.line("line", course.points.iter().map(|p| (p.step as f64, of(p))));
        chart.close();
        if let Some((_, y)) = end
            && !names.iter().any(|(known, ..)| *known == class)
        {
            names.push((class, y, course.way.name().to_owned()));
        }
    }
    chart.names(names);
    chart.finish()
}
