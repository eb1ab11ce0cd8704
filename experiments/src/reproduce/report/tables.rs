//! The numbers, in tables.

use super::cases::{cases, metrics};
use super::look::{class, named};
use super::text::{bytes, escaped, mean, number, per_cent, power, spread};
use crate::reproduce::record::Record;
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
        "<p>Evaluations in the backward passes over the evaluation data, the mean of the repeats; of each norm with the model that was \
         trained under it, as in the paper, so that part of a difference may be the models'. The paper's median over its tasks is 40 %; \
         here it is {} %.</p>",
        number(summary.median_nfe_reduction_percent)
    );
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
    for case in cases(&record.runs) {
        let _ = writeln!(
            out,
            "<tr class=\"group\"><th class=\"left\" colspan=\"9\">{} <small>rtol {}, atol {}</small></th></tr>",
            escaped(case.task),
            power(case.rtol),
            power(case.atol)
        );
        for repeats in &case.ways {
            let saved = case.saved(repeats).filter(|saved| !saved.is_nan());
            let saved = saved.map_or(String::new(), per_cent);
            let _ = writeln!(
                out,
                "<tr class=\"{}\"><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{saved}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{}</td><td>{}</td></tr>",
                class(repeats.way),
                named(repeats.way),
                spread(&repeats.each(|r| r.cost.nfe_forward as f64)),
                spread(&repeats.backward()),
                number(mean(&repeats.each(|r| r.cost.accepted as f64))),
                number(mean(&repeats.each(|r| r.cost.rejected as f64))),
                spread(&repeats.each(|r| r.metric)),
                spread(&repeats.errors()),
                number(mean(&repeats.each(|r| r.seconds))),
            );
        }
    }
    out.push_str(END);
    let _ = writeln!(
        out,
        "<p>Forward and backward: evaluations of the field, and of the field with its products. Saved: backward evaluations, against the \
         pooled norm; one of quadrature is less than one of the others, as it has products in the state or in the parameters and \
         not both. Accepted and rejected: backward steps. Test: {}. Where a model was trained more than once, the mean, and with \u{B1} the deviation of a single run.</p>",
        escaped(&metrics(&record.runs).join(", "))
    );
    for run in &record.runs {
        let Some(stopped) = &run.stopped else { continue };
        let _ = writeln!(
            out,
            "<p><strong>{}, {}, rtol {}, repeat {}: the training stopped {}.</strong></p>",
            escaped(&run.task),
            run.way.name(),
            power(run.rtol),
            run.repeat,
            escaped(stopped)
        );
    }
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
