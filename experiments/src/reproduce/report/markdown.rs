//! The tables of a record as Markdown: the paper's, ours, and what the savings hang on.

use super::cases::{cases, metrics};
use super::text::{number, per_cent, power, spread};
use crate::reproduce::record::{Ablation, Record};
use crate::reproduce::way::Norm;
use std::fmt::Write;

/// All three, each with a heading and a sentence that says what it is.
pub fn tables(record: &Record) -> String {
    let mut out = String::new();
    if let Some(place) = &record.broken_off {
        let _ = writeln!(out, "*These tables are partial: the run was broken off at {place}.*\n");
    }
    out.push_str(&papers(record));
    out.push_str(&ours(record));
    out.push_str(&ablations(record));
    out
}

fn head(out: &mut String, columns: &[&str]) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "| {} |", columns.join(" | "));
    let rules: Vec<&str> =
        columns.iter().enumerate().map(|(i, _)| if i == 0 { "---" } else { "--:" }).collect();
    let _ = writeln!(out, "|{}|", rules.join("|"));
}

fn row(out: &mut String, cells: &[String]) {
    // What is text in a cell must not end it.
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

/// Backward evaluations at equal tolerance, and how good the models are.
fn papers(record: &Record) -> String {
    let mut out = String::from("## At equal tolerance: the paper's table\n\n");
    head(
        &mut out,
        &[
            "task",
            "rtol",
            "atol",
            "norm",
            "backward evaluations",
            "saved",
            "test",
            "gradient error",
        ],
    );
    for case in cases(&record.runs) {
        for repeats in &case.ways {
            row(
                &mut out,
                &[
                    case.task.to_owned(),
                    power(case.rtol),
                    power(case.atol),
                    repeats.way.name().to_owned(),
                    spread(&repeats.backward()),
                    case.saved(repeats).map_or(String::new(), per_cent),
                    spread(&repeats.each(|r| r.metric)),
                    spread(&repeats.errors()),
                ],
            );
        }
    }
    let _ = writeln!(
        out,
        "\nBackward evaluations in a pass over the test data, each norm with the model that was trained under it, \
         mean \u{B1} deviation where there are repeats; saved against the pooled norm; test: {}. The \
         seminorm saves {} at the median over tasks and tolerances; the paper's median is 40 %.\n",
        metrics(&record.runs).join("; "),
        per_cent(record.summary.median_nfe_reduction_percent)
    );
    out
}

/// Cost at equal gradient error, for all strategies.
fn ours(record: &Record) -> String {
    let mut out = String::from("## At equal gradient error: what each way costs\n\n");
    if record.equal_errors.is_empty() {
        return String::new();
    }
    head(
        &mut out,
        &[
            "task",
            "as good as pooled at",
            "way",
            "settings",
            "rtol",
            "error",
            "work",
            "work, of pooled",
            "time, of pooled",
        ],
    );
    for e in &record.equal_errors {
        let [work, seconds] = e.ratios(&record.equal_errors).unwrap_or([f64::NAN; 2]);
        row(
            &mut out,
            &[
                e.task.clone(),
                power(e.rtol),
                e.way.name().to_owned(),
                if e.literal { "the paper's" } else { "its own" }.to_owned(),
                number(e.found_rtol),
                number(e.gradient_error),
                number(e.work),
                number(work),
                number(seconds),
            ],
        );
    }
    let _ = writeln!(
        out,
        "\nThe cheapest gradient of each way whose error is at most a tenth over that of the pooled norm at the experiment's tolerance, \
         forwards and backwards; work in evaluations of the field. Of the strategies at their own settings the cheapest needs {} of the \
         pooled norm's work and {} of its time, at the median over tasks.\n",
        number(record.summary.median_work_at_equal_error),
        number(record.summary.median_seconds_at_equal_error)
    );
    out
}

fn ablations(record: &Record) -> String {
    if record.ablations.is_empty() {
        return String::new();
    }
    let mut measures: Vec<&str> = Vec::new();
    for a in &record.ablations {
        if !measures.contains(&a.measure.as_str()) {
            measures.push(&a.measure);
        }
    }
    let mut out = String::from("## What the savings hang on\n\n");
    head(&mut out, &[&["task", "changed"], &measures[..], &["saved"]].concat());
    let same = |a: &Ablation, b: &Ablation| a.task == b.task && a.change == b.change;
    for rows in record.ablations.chunk_by(same) {
        let under = |measure: &str| {
            let found = rows.iter().find(|a| a.measure == measure);
            found.map_or(f64::NAN, |a| a.nfe_backward as f64)
        };
        let saved = 100.0 * (1.0 - under(Norm::Seminorm.name()) / under(Norm::Pooled.name()));
        let mut cells = vec![rows[0].task.clone(), rows[0].change.clone()];
        cells.extend(measures.iter().map(|m| number(under(m))));
        cells.push(per_cent(saved));
        row(&mut out, &cells);
    }
    out.push_str(
        "\nBackward evaluations over the first test batches (small ones, where batches are large), all with the same parameters.\n",
    );
    out
}
