//! What the savings hang on, as a table.

use super::tables::{END, head};
use super::tasks;
use super::text::{escaped, number, power};
use crate::reproduce::record::Ablation;
use std::fmt::Write;

/// One table for each task: changes in rows, measures in columns.
pub(super) fn section(ablations: &[Ablation]) -> String {
    let mut out = String::new();
    for task in tasks(ablations, |a| &a.task) {
        let of_task: Vec<&Ablation> = ablations.iter().filter(|a| a.task == task).collect();
        let mut measures: Vec<&str> = Vec::new();
        for a in &of_task {
            if !measures.contains(&a.measure.as_str()) {
                measures.push(&a.measure);
            }
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<h2>What the savings hang on: {}</h2>", escaped(task));
        let names: Vec<String> = measures.iter().map(|m| escaped(m)).collect();
        let mut columns = vec!["<changed", "atol"];
        columns.extend(names.iter().map(String::as_str));
        out.push_str(&head(&columns));
        for row in of_task.chunk_by(|a, b| a.change == b.change) {
            let first = row[0];
            let _ = write!(
                out,
                "<tr><td class=\"left\">{}</td><td>{}</td>",
                escaped(&first.change),
                power(first.atol)
            );
            for measure in &measures {
                let _ = match row.iter().find(|a| a.measure == *measure) {
                    None => write!(out, "<td>{}</td>", number(f64::NAN)),
                    Some(a) => write!(
                        out,
                        "<td>{}<br><small>{}</small></td>",
                        number(a.nfe_backward as f64),
                        number(a.gradient_error)
                    ),
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str(END);
        out.push_str(
            "<p>Backward evaluations, all with the same parameters and over the same test batches, and below them the gradient's relative \
             error. Where the loss is a mean, the costate may lie under the absolute tolerance, and then no norm has anything to \
             control: all take the same steps. As a sum, or with a smaller tolerance, it does not.</p>\n",
        );
    }
    out
}
