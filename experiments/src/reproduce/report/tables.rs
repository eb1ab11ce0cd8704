//! The numbers, in tables.

use super::look::{class, named};
use super::text::{bytes, escaped, mean, number, power, spread};
use crate::reproduce::record::{Record, Run};
use crate::reproduce::way::{Norm, Way};
use std::fmt::Write;

/// The beginning of a table; columns whose head begins with `<` are set to the left.
pub(super) fn head(columns: &[&str]) -> String {
    let mut out = String::from("<div class=\"scroll\"><table>\n<thead><tr>");
    for column in columns {
        // Writing to a String cannot fail.
        let _ = match column.strip_prefix('<') {
            Some(name) => write!(out, "<th class=\"left\">{name}</th>"),
            None => write!(out, "<th>{column}</th>"),
        };
    }
    out + "</tr></thead>\n<tbody>\n"
}

pub(super) const END: &str = "</tbody></table></div>\n";

/// What the seminorm saves, task by task.
pub(super) fn savings(record: &Record) -> String {
    let summary = &record.summary;
    if summary.reductions.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2>What the seminorm saves</h2>\n");
    out.push_str(&head(&[
        "<task",
        "rtol",
        "atol",
        "backward, pooled",
        "backward, seminorm",
        "saved",
    ]));
    for r in &summary.reductions {
        let _ = writeln!(
            out,
            "<tr><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} %</td></tr>",
            escaped(&r.task),
            power(r.rtol),
            power(r.atol),
            number(r.nfe_pooled),
            number(r.nfe_seminorm),
            number(r.percent)
        );
    }
    out.push_str(END);
    let _ = writeln!(
        out,
        "<p>Evaluations in the backward passes over the evaluation data, the mean of the repeats. The paper's median over its \
         tasks is 40 %; here it is {} %.</p>",
        number(summary.median_nfe_reduction_percent)
    );
    out
}

/// Runs of one task at the same tolerances, and of those the repeats of each way together.
pub(super) struct Settings {
    pub(super) task: String,
    pub(super) rtol: f64,
    pub(super) atol: f64,
}

/// All runs in the order of tables: tasks as they come, looser tolerances first, ways as they are sorted.
pub(super) fn groups(runs: &[Run]) -> Vec<(Settings, Vec<Vec<&Run>>)> {
    let order = super::tasks(runs, |r| &r.task);
    let place = |task: &str| order.iter().position(|t| *t == task);
    let mut sorted: Vec<&Run> = runs.iter().collect();
    sorted.sort_by(|a, b| {
        place(&a.task)
            .cmp(&place(&b.task))
            .then(b.rtol.total_cmp(&a.rtol))
            .then(b.atol.total_cmp(&a.atol))
            .then(a.way.cmp(&b.way))
    });
    let same_settings =
        |a: &&Run, b: &&Run| a.task == b.task && a.rtol == b.rtol && a.atol == b.atol;
    let mut out = Vec::new();
    for of_settings in sorted.chunk_by(same_settings) {
        let Run { task, rtol, atol, .. } = of_settings[0];
        let settings = Settings { task: task.clone(), rtol: *rtol, atol: *atol };
        let ways = of_settings.chunk_by(|a, b| a.way == b.way).map(<[&Run]>::to_vec).collect();
        out.push((settings, ways));
    }
    out
}

/// The runs, repeats together.
pub(super) fn runs(record: &Record) -> String {
    if record.runs.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2>Cost and quality</h2>\n");
    out.push_str(&head(&[
        "<way",
        "forward",
        "backward",
        "saved",
        "accepted",
        "rejected",
        "test",
        "gradient error",
        "seconds",
    ]));
    for (settings, ways) in groups(&record.runs) {
        let _ = writeln!(
            out,
            "<tr class=\"group\"><th class=\"left\" colspan=\"9\">{} <small>rtol {}, atol {}</small></th></tr>",
            escaped(&settings.task),
            power(settings.rtol),
            power(settings.atol)
        );
        let backward = |runs: &[&Run]| -> Vec<f64> {
            runs.iter().map(|r| r.cost.nfe_backward as f64).collect()
        };
        let pooled = ways.iter().find(|runs| runs[0].way == Way::under(Norm::Pooled));
        for group in &ways {
            let way = group[0].way;
            let of = |of: fn(&Run) -> f64| group.iter().map(|r| of(r)).collect::<Vec<_>>();
            // Nothing is saved against itself.
            let saved = match pooled {
                Some(pooled) if way != pooled[0].way => {
                    let part = mean(&backward(group)) / mean(&backward(pooled));
                    format!("{} %", number(100.0 * (1.0 - part)))
                }
                _ => String::new(),
            };
            let errors: Vec<f64> = group.iter().filter_map(|r| r.gradient_error).collect();
            let error = if errors.is_empty() { number(f64::NAN) } else { spread(&errors) };
            let _ = writeln!(
                out,
                "<tr class=\"{}\"><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{saved}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{error}</td><td>{}</td></tr>",
                class(way),
                named(way),
                spread(&of(|r| r.cost.nfe_forward as f64)),
                spread(&backward(group)),
                number(mean(&of(|r| r.cost.accepted as f64))),
                number(mean(&of(|r| r.cost.rejected as f64))),
                spread(&of(|r| r.metric)),
                number(mean(&of(|r| r.seconds))),
            );
        }
    }
    out.push_str(END);
    let mut metrics: Vec<&str> = record.runs.iter().map(|r| r.metric_name.as_str()).collect();
    metrics.sort_unstable();
    metrics.dedup();
    let _ = writeln!(
        out,
        "<p>Forward and backward: evaluations of the field, and of the field with its products. Saved: backward evaluations, against the \
         pooled norm; one of quadrature is less than one of the others, as it has products in the state or in the parameters and \
         not both. Accepted and rejected: backward steps. Test: {}. Where a model was trained more than once, the mean, and with \u{B1} the deviation of a single run.</p>",
        escaped(&metrics.join(", "))
    );
    out
}

/// Every run with all its counts, folded away.
pub(super) fn every_run(record: &Record) -> String {
    if record.runs.is_empty() {
        return String::new();
    }
    let mut out = String::from("<details><summary>Every run with all its counts</summary>\n");
    out.push_str(&head(&[
        "<task",
        "<strategy",
        "<norm",
        "rtol",
        "atol",
        "repeat",
        "f",
        "VJP in y",
        "VJP in p",
        "JVP",
        "test",
        "conditioning",
        "training, s",
        "evaluation, s",
        "peak memory",
    ]));
    for run in &record.runs {
        let cost = &run.cost;
        let _ = writeln!(
            out,
            "<tr class=\"{}\"><td class=\"left\">{}</td><td class=\"left\">{}</td><td class=\"left\">{}</td><td>{}</td><td>{}</td>\
             <td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            class(run.way),
            escaped(&run.task),
            run.way.strategy.name(),
            run.way.norm.map_or("\u{2013}", |norm| norm.name()),
            power(run.rtol),
            power(run.atol),
            run.repeat,
            number(cost.f_calls as f64),
            number(cost.vjp_y_calls as f64),
            number(cost.vjp_p_calls as f64),
            number(cost.jvp_calls as f64),
            number(run.metric),
            number(run.conditioning.unwrap_or(f64::NAN)),
            number(run.seconds),
            number(run.evaluation_seconds.unwrap_or(f64::NAN)),
            bytes(run.peak_bytes.map_or(f64::NAN, |count| count as f64)),
        );
    }
    out.push_str(END);
    out + "</details>\n"
}
