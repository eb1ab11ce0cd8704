//! The report of an experiment: one HTML file made from its record, which needs nothing else.
//!
//! Pictures are drawn here, as SVG, and everything can be read without a script. Which norms are shown is a matter of
//! checkboxes and style rules; a script of a few lines lets a reader point at a step and ask what it is.

mod ablations;
pub mod along;
mod cases;
mod channels;
pub mod chart;
pub mod confusion;
mod courses;
pub mod curves;
mod equal_errors;
mod errors;
mod look;
pub mod markdown;
mod passes;
pub mod plane;
pub mod scale;
mod shade;
mod tables;
pub mod text;

use super::record::{Record, THEN};
use super::way::Way;
use crate::plots::{PAGE_STYLE, stylesheet};
use std::fmt::Write;
use text::{escaped, number, per_cent};

const PAGE: &str = include_str!("report/page.html");
const STYLE: &str = include_str!("report/style.css");
const SCRIPT: &str = include_str!("report/script.js");

/// A picture of the experiment's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Its heading, as plain text.
    pub title: String,
    /// The picture: an `<svg>` element, which is put into the page as it is.
    pub svg: String,
    /// What it shows, as plain text.
    pub caption: String,
}

/// What a report says besides its record's numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words {
    /// The heading.
    pub title: String,
    /// What was done, in a few sentences.
    pub introduction: String,
    /// Other pages, with what they are called: paths from this one.
    pub links: Vec<(String, String)>,
    /// The experiment's own pictures: trajectories, densities, samples.
    pub pictures: Vec<Picture>,
}

impl Words {
    /// Says that it is of a run that was broken off, and where.
    pub fn mark_partial(&mut self, place: &str) {
        self.title.push_str(" (partial)");
        let partial = format!("This report is partial: broken off at {place}; --resume goes on. ");
        self.introduction.insert_str(0, &partial);
    }
}

/// The page, as text: styles, script and pictures inside, no requests, colours after the reader's preference.
pub fn page(record: &Record, words: &Words) -> String {
    let mut body = opening(record, words);
    body.push_str(&look::chooser(&ways(record)));
    body.push_str(&tables::savings(record));
    body.push_str(&tables::runs(record));
    body.push_str(&equal_errors::section(&record.equal_errors, &record.summary));
    body.push_str(&ablations::section(&record.ablations));
    for picture in &words.pictures {
        let Picture { title, svg, caption } = picture;
        body.push_str(&figure(title, svg, caption));
    }
    body.push_str(&courses::section(&record.courses));
    body.push_str(&passes::section(&record.passes));
    body.push_str(&channels::section(&record.passes));
    body.push_str(&errors::section(&record.errors));
    body.push_str(&tables::every_run(record));
    let parts = [
        ("@TITLE@", escaped(&words.title)),
        ("@COLOURS@", stylesheet() + &look::stylesheet()),
        ("@STYLE@", PAGE_STYLE.to_owned() + STYLE),
        ("@SCRIPT@", SCRIPT.to_owned()),
        ("@BODY@", body),
    ];
    filled(PAGE, &parts)
}

/// The template with each mark replaced once. What is put in is not searched for marks again: a text may contain one.
fn filled(template: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((start, mark, text)) = parts
        .iter()
        .filter_map(|(mark, text)| Some((rest.find(mark)?, mark, text)))
        .min_by_key(|(start, ..)| *start)
    {
        out.push_str(&rest[..start]);
        out.push_str(text);
        rest = &rest[start + mark.len()..];
    }
    out + rest
}

/// All ways in the record, sorted.
fn ways(record: &Record) -> Vec<Way> {
    let mut ways: Vec<Way> = record.runs.iter().map(|r| r.way).collect();
    ways.extend(record.courses.iter().map(|c| c.way));
    ways.extend(record.passes.iter().map(|p| p.way));
    ways.extend(record.errors.iter().map(|e| e.way));
    ways.sort();
    ways.dedup_by_key(|way| way.name());
    ways
}

fn opening(record: &Record, words: &Words) -> String {
    let mut out = format!(
        "<h1>{}</h1>\n<p>{}</p>\n<ul class=\"numbers\">\n",
        escaped(&words.title),
        escaped(&words.introduction)
    );
    let summary = &record.summary;
    let most = summary.reductions.iter().map(|r| r.percent).fold(f64::NAN, f64::max);
    let numbers = [
        (per_cent(summary.median_nfe_reduction_percent), "fewer backward evaluations, median"),
        (per_cent(most), "in the case where it is most"),
        (record.runs.len().to_string(), "models evaluated"),
    ];
    for (number, meaning) in numbers {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<li><b>{number}</b><span>{meaning}</span></li>");
    }
    let work = summary.median_work_at_equal_error;
    if !work.is_nan() {
        let number = number(work);
        let _ = writeln!(
            out,
            "<li><b>{number}</b><span>of the work for as good a gradient, the best strategy, median</span></li>"
        );
    }
    let short = short_commits(&record.commit);
    let _ = writeln!(
        out,
        "</ul>\n<p class=\"source\">{}: size {}, seed {}, commit <code>{}</code>.</p>",
        escaped(&record.experiment),
        record.size.name(),
        record.seed,
        escaped(&short)
    );
    for (name, to) in &words.links {
        let _ = writeln!(out, "<p><a href=\"{}\">{}</a></p>", escaped(to), escaped(name));
    }
    out
}

/// Commits, one after the other, each by as many digits as tell it from others; what else is said of them stays.
fn short_commits(commits: &str) -> String {
    let hash = |word: &str| word.len() >= 40 && word.chars().all(|c| c.is_ascii_hexdigit());
    let short = |commit: &str| {
        let (first, rest) = commit.split_at(commit.find('+').unwrap_or(commit.len()));
        if hash(first) { format!("{}{rest}", &first[..12]) } else { commit.to_owned() }
    };
    commits.split(THEN).map(short).collect::<Vec<_>>().join(THEN)
}

/// A heading, a picture and what it shows.
fn figure(title: &str, svg: &str, caption: &str) -> String {
    format!(
        "<h2>{}</h2>\n<figure>{svg}<figcaption>{}</figcaption></figure>\n",
        escaped(title),
        escaped(caption)
    )
}

/// The items of a list by task and tolerance, in the order in which these come; and what they are called. Where a task has one
/// tolerance alone, that is not said.
fn settings<'a, T>(
    items: &'a [T],
    of: impl Fn(&'a T) -> (&'a str, f64),
) -> Vec<(String, Vec<&'a T>)> {
    let mut found: Vec<((&str, f64), Vec<&T>)> = Vec::new();
    for item in items {
        let of_item = of(item);
        match found.iter_mut().find(|(known, _)| *known == of_item) {
            Some((_, group)) => group.push(item),
            None => found.push((of_item, vec![item])),
        }
    }
    let order = tasks(items, |item| of(item).0);
    found.sort_by_key(|((task, _), _)| order.iter().position(|t| t == task));
    let several = |task: &str| found.iter().filter(|((t, _), _)| *t == task).count() > 1;
    let names: Vec<String> = found
        .iter()
        .map(|((task, rtol), _)| match several(task) {
            true => format!("{task}, rtol {}", text::power(*rtol)),
            false => (*task).to_owned(),
        })
        .collect();
    names.into_iter().zip(found).map(|(name, (_, group))| (name, group)).collect()
}

/// The tasks of a list, each once, in the order in which they come.
fn tasks<'a, T>(items: &'a [T], task: impl Fn(&'a T) -> &'a str) -> Vec<&'a str> {
    let mut tasks = Vec::new();
    for name in items.iter().map(task) {
        if !tasks.contains(&name) {
            tasks.push(name);
        }
    }
    tasks
}
