//! What the savings hang on, as a table.

use super::tables::{END, head};
use super::tasks;
use super::text::{escaped, number, per_cent, power};
use crate::reproduce::record::Ablation;
use crate::reproduce::way::Norm;
use std::fmt::Write;

/// One table: tasks and changes in rows, measures in columns.
pub(super) fn section(ablations: &[Ablation]) -> String {
    if ablations.is_empty() {
        return String::new();
    }
    let mut measures: Vec<&str> = Vec::new();
    for a in ablations {
        if !measures.contains(&a.measure.as_str()) {
            measures.push(&a.measure);
        }
    }
    let mut out = String::from("<h2>What the savings hang on</h2>\n");
    let names: Vec<String> = measures.iter().map(|m| escaped(m)).collect();
    let mut columns = vec!["<changed", "atol"];
    columns.extend(names.iter().map(String::as_str));
    columns.push("saved");
    out.push_str(&head(&columns));
    for task in tasks(ablations, |a| &a.task) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<tr class=\"group\"><th class=\"left\" colspan=\"{}\">{}</th></tr>",
            columns.len(),
            escaped(task)
        );
        let of_task: Vec<&Ablation> = ablations.iter().filter(|a| a.task == task).collect();
        for row in of_task.chunk_by(|a, b| a.change == b.change) {
            changed(&mut out, row, &measures);
        }
    }
    out.push_str(END);
    out.push_str(
        "<p>Backward evaluations, for each task with the same parameters and over the same test batches (small ones, where batches are large), and below them the gradient's \
         relative error. Saved: by the seminorm, against the pooled norm. Where the loss is a mean, the costate may lie under the \
         absolute tolerance; then no norm has anything to control, and all take the same steps. As a sum, or with a smaller absolute \
         tolerance, it does not. Where the experiment has such a tolerance itself, that is not tried again.</p>\n",
    );
    out
}

fn changed(out: &mut String, row: &[&Ablation], measures: &[&str]) {
    let (change, atol) = (escaped(&row[0].change), power(row[0].atol));
    let _ = write!(out, "<tr><td class=\"left\">{change}</td><td>{atol}</td>");
    let under = |measure: &str| row.iter().find(|a| a.measure == measure);
    for measure in measures {
        let _ = match under(measure) {
            None => write!(out, "<td>{}</td>", number(f64::NAN)),
            Some(a) => write!(
                out,
                "<td>{}<br><small>{}</small></td>",
                number(a.nfe_backward as f64),
                number(a.gradient_error)
            ),
        };
    }
    let calls = |norm: Norm| under(norm.name()).map_or(f64::NAN, |a| a.nfe_backward as f64);
    let saved = 100.0 * (1.0 - calls(Norm::Seminorm) / calls(Norm::Pooled));
    let _ = writeln!(out, "<td>{}</td></tr>", per_cent(saved));
}
