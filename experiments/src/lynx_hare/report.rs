//! The report: one HTML file that needs nothing else.

use crate::lynx_hare::comparison::{Comparison, Cost, Measure, Row, TOLERANCES};
use crate::lynx_hare::console::significant;
use crate::lynx_hare::curve::curve;
use crate::lynx_hare::figures::Figures;
use crate::lynx_hare::model::Unknowns;
use crate::lynx_hare::plots;
use crate::plots::{PAGE_STYLE, PlotError, stylesheet};
use costate_adjoint::solver::SolveError;
use std::fmt::Write;

const PAGE: &str = include_str!("report.html");

/// A report that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A plot could not be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// A curve to draw could not be solved.
    #[error("a curve for the report could not be solved: {0}")]
    Curve(#[from] SolveError),
}

/// The page, as text: styles and pictures inside, no scripts, no requests, colours after the reader's preference.
///
/// # Errors
/// [`ReportError`] when a picture could not be made.
pub fn page(figures: &Figures, start: &Unknowns, fitted: &Unknowns) -> Result<String, ReportError> {
    let (before, after) = (curve(start)?, curve(fitted)?);
    let [a, b, c, d] = fitted.rates;
    let mut body = String::new();
    body.push_str(&opening(figures));
    body.push_str(&unknowns(figures));
    section(
        &mut body,
        "Data and fit",
        &plots::years(&before, &after)?,
        "Marks: pelts bought by the Hudson's Bay Company. Solid: the fitted model; dashed: the model at the starting values. \
         The axes are logarithmic, so that equal heights are equal factors, as in the loss.",
    );
    section(
        &mut body,
        "The cycle",
        &plots::portrait(&after, (c / d, a / b))?,
        "The model goes round anticlockwise: more hares feed more lynxes, more lynxes leave fewer hares. The exact model has one \
         closed orbit; the catches have not.",
    );
    section(
        &mut body,
        "The descent",
        &plots::descent(&figures.iterations)?,
        "Each dot is one iteration of L-BFGS in the logarithms of the unknowns; each evaluation is one solve forwards and one \
         backwards.",
    );
    body.push_str(&norms(figures)?);
    Ok(PAGE
        .replace("@COLOURS@", &stylesheet())
        .replace("@STYLE@", PAGE_STYLE)
        .replace("@BODY@", &body))
}

fn section(body: &mut String, title: &str, picture: &str, caption: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        body,
        "<h2>{title}</h2>\n<figure>{picture}<figcaption>{caption}</figcaption></figure>"
    );
}

fn opening(figures: &Figures) -> String {
    let mut out = String::from(
        "<h1>Hares and lynxes: an ODE fitted by the seminorm adjoint</h1>\n\
         <p>Lotka and Volterra's predator and prey, x&prime; = a x &minus; b x y and y&prime; = &minus;c y + d x y, fitted to \
         the hare (x) and lynx (y) pelts that the Hudson's Bay Company bought from 1900 to 1920. The loss is half the sum of \
         squared log residuals. Its gradient in six unknowns comes from solving state, costate and parameter gradient backwards \
         together, with an error control that does not look at the parameter gradient.</p>\n",
    );
    if let Some(warning) = figures.warning() {
        let _ = writeln!(out, "<p class=\"warning\">{}</p>", escaped(&warning));
    }
    let numbers = [
        (format!("{:.4}", figures.loss_after), "loss after the fit".to_owned()),
        (format!("{:.4}", figures.loss_before), "loss at the start".to_owned()),
        (figures.evaluations.to_string(), "evaluations of loss and gradient".to_owned()),
        (
            format!("{:.2} s", figures.fit_seconds),
            format!("for the fit, at rtol {:.0e}", figures.rtol),
        ),
    ];
    out.push_str("<ul class=\"numbers\">\n");
    for (number, meaning) in numbers {
        let _ = writeln!(out, "<li><b>{number}</b><span>{meaning}</span></li>");
    }
    out.push_str("</ul>\n");
    out
}

fn unknowns(figures: &Figures) -> String {
    let from = figures.seed.map_or(String::from("the guess read off the data"), |seed| {
        format!("the guess read off the data, perturbed by seed {seed}")
    });
    let mut out = format!(
        "<p>Start: {from}. The first year's catch as starting populations, a and c from the ten years between the hares' peaks \
         (taken equal), b and d from the means, which are the point of rest (c/d, a/b).</p>\n\
         <div class=\"scroll\"><table><tr><th class=\"left\">unknown</th><th>start</th><th>fitted</th>\
         <th class=\"left\">meaning</th></tr>\n"
    );
    for u in &figures.unknowns {
        let _ = writeln!(
            out,
            "<tr><td class=\"left\">{}</td><td>{}</td><td>{}</td><td class=\"left\">{}</td></tr>",
            u.name,
            significant(u.start),
            significant(u.fitted),
            u.meaning
        );
    }
    out.push_str("</table></div>\n");
    out
}

fn norms(figures: &Figures) -> Result<String, PlotError> {
    let comparison = &figures.comparison;
    let mut out = String::from(
        "<h2>What the norm costs</h2>\n\
         <p>One gradient at the starting values, by the same method at the same tolerances (rtol forwards, an eighth of it backwards); only the \
         norm that judges the backward steps differs. The <em>default</em> is the largest RMS among state, costate and parameter \
         gradient, the <em>seminorm</em> leaves the parameter gradient out, and the <em>pooled</em> ones take one RMS over \
         everything, or over state and costate.</p>\n",
    );
    out.push_str(&table(comparison));
    let savings: Vec<String> = TOLERANCES
        .into_iter()
        .filter_map(|rtol| Some(format!("{:.0} % at {rtol:.0e}", 100.0 * comparison.saving(rtol)?)))
        .collect();
    if !savings.is_empty() {
        let _ = writeln!(
            out,
            "<p>Evaluations that the seminorm saves against the default: {}.</p>",
            savings.join(", ")
        );
    }
    if let Some(reason) = figures.reason() {
        let _ = writeln!(out, "<p>{}</p>", escaped(&reason));
    }
    let mut caption = String::from(
        "Each mark is one attempted step, at the time where it began; the pass runs from 1920 back to 1900. A step is accepted \
         when its error ratio, in the norm of the panel, is at most 1. Steps that end at an observation are cut short; ratios \
         under 1e-4 are drawn there.",
    );
    let first = |norm| {
        let trail = comparison.trails.iter().find(|t| t.norm == norm)?;
        trail.attempts.first().map(|tried| tried.h)
    };
    if let (Some(usual), Some(seminorm)) = (first(Measure::Default), first(Measure::Seminorm))
        && usual < 0.5 * seminorm
    {
        let _ = write!(
            caption,
            " On the right, where the pass begins, g is zero and a relative test of it at its harshest: the default norm begins \
             with a step of {usual:.1e} years, the seminorm with one of {seminorm:.1e}.",
        );
    }
    section(
        &mut out,
        &format!("The backward pass, attempt by attempt, at {:.0e}", comparison.shown_rtol),
        &plots::attempts(&comparison.trails)?,
        &caption,
    );
    Ok(out)
}

fn table(comparison: &Comparison) -> String {
    let mut out = String::from("<div class=\"scroll\"><table>\n<tr>");
    for (class, head) in [
        ("", "rtol"),
        (" class=\"left\"", "norm"),
        ("", "evaluations"),
        ("", "accepted"),
        ("", "rejected"),
        ("", "gradient error"),
        ("", "drift"),
        ("", "conditioning"),
    ] {
        let _ = write!(out, "<th{class}>{head}</th>");
    }
    out.push_str("</tr>\n");
    for row in &comparison.rows {
        out.push_str(&line(row));
    }
    out.push_str(
        "</table></div>\n<p>Gradient error: relative, in the logarithms of the unknowns, against forward sensitivities at 1e-12. \
         It is about the same under every norm, because most of it is the forward solve's, which has the same tolerance. \
         Drift: how far the state solved backwards strayed from the forward one between two observations, in tolerances. \
         Conditioning: gross over net gradient; at 10 one digit is lost to cancellation.</p>\n",
    );
    out
}

fn line(row: &Row) -> String {
    let class = match row.norm {
        Measure::Default => " class=\"group\"",
        Measure::Seminorm => " class=\"seminorm\"",
        _ => "",
    };
    let name = row.norm.name();
    let cells = match (&row.cost, &row.failure) {
        (Some(cost), _) => {
            let Cost {
                evaluations, accepted, rejected, gradient_error, drift, conditioning, ..
            } = cost;
            format!(
                "<td>{evaluations}</td><td>{accepted}</td><td>{rejected}</td><td>{gradient_error:.1e}</td>\
                 <td>{drift:.1}</td><td>{conditioning:.1}</td>"
            )
        }
        (None, failure) => {
            let why = escaped(failure.as_deref().unwrap_or("no gradient"));
            format!("<td class=\"left\" colspan=\"6\">{why}</td>")
        }
    };
    let rtol = row.rtol;
    format!("<tr{class}><td>{rtol:.0e}</td><td class=\"left\">{name}</td>{cells}</tr>\n")
}

/// Text as HTML; a power of ten is not broken at its sign.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace("1e-", "1e&#8209;")
}
