//! Cost against gradient error, the honest measure: fewer evaluations are not free.

use super::chart::{Axis, Chart};
use super::look::{class, shape};
use super::scale::Scale;
use super::text::{number, power};
use super::{figure, tasks};
use crate::reproduce::record::ErrorPoint;
use crate::reproduce::way::Way;

/// Room for the key.
const KEY: f64 = 132.0;

/// One chart for each task, both axes logarithmic.
pub(super) fn section(errors: &[ErrorPoint]) -> String {
    let mut out = String::new();
    for task in tasks(errors, |e| &e.task) {
        let of_task: Vec<&ErrorPoint> = errors.iter().filter(|e| e.task == task).collect();
        out.push_str(&figure(
            &format!("Cost against gradient error: {task}"),
            &drawn(task, &of_task),
            "Each mark is one gradient at one tolerance. Further down is a better gradient, further to the left a cheaper one; both \
             axes are logarithmic. Of two ways the better one is the one whose line lies further down and to the left.",
        ));
    }
    out
}

fn drawn(task: &str, errors: &[&ErrorPoint]) -> String {
    let x = Scale::log_over(errors.iter().map(|e| e.nfe_backward));
    let y = Scale::log_over(errors.iter().map(|e| e.gradient_error));
    let title = format!("{task}: relative gradient error against backward evaluations");
    let mut chart = Chart::new(
        &title,
        &Axis::new("backward evaluations of one gradient", x),
        &Axis::new("relative gradient error", y),
        420.0,
        KEY,
    );
    let mut ways: Vec<Way> = errors.iter().map(|e| e.way).collect();
    ways.sort();
    ways.dedup();
    let mut key = Vec::new();
    for way in ways {
        let mut points: Vec<&&ErrorPoint> = errors.iter().filter(|e| e.way == way).collect();
        points.sort_by(|a, b| b.rtol.total_cmp(&a.rtol));
        let class = class(way);
        chart.open(&class);
        chart.line("line thin", points.iter().map(|e| (e.nfe_backward, e.gradient_error)));
        for e in points {
            let told = format!(
                "{} at rtol {}: {} backward evaluations, error {}",
                way.name(),
                power(e.rtol),
                number(e.nfe_backward),
                number(e.gradient_error)
            );
            chart.mark(shape(way), (e.nfe_backward, e.gradient_error), &told);
        }
        chart.close();
        key.push((class, shape(way), way.name()));
    }
    chart.key(&key);
    chart.finish()
}
