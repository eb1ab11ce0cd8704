//! Backward passes in time: where steps were accepted, where they were rejected, and because of what.

use super::chart::{Axis, Chart};
use super::look::{channel_class, class, named};
use super::scale::Scale;
use super::text::{escaped, number, power};
use super::{figure, settings};
use crate::reproduce::record::{Pass, Tried};
use std::fmt::Write;

/// What a rejection is put down to where no channel is named.
const NO_CHANNEL: &str = "not finite";

/// The channels that caused rejections, each once, in the order in which they come: one order and one colour for a whole report.
pub(super) fn channels(passes: &[Pass]) -> Vec<&str> {
    let mut names = Vec::new();
    for tried in passes.iter().flat_map(|p| &p.attempts).filter(|t| !t.accepted) {
        let name = cause(tried);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What caused a rejection.
pub(super) fn cause(tried: &Tried) -> &str {
    tried.channel.as_deref().unwrap_or(NO_CHANNEL)
}

/// The names of channels beside their colours.
pub(super) fn key(channels: &[&str]) -> String {
    let mut out = String::from("<p class=\"key\">");
    for (i, name) in channels.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<span class=\"swatch {}\"><i></i>{}</span>",
            channel_class(i),
            escaped(name)
        );
    }
    out + "</p>"
}

/// One lane for each norm, all with the same axes.
pub(super) fn section(passes: &[Pass]) -> String {
    let channels = channels(passes);
    let mut out = String::new();
    for (task, lanes) in settings(passes, |p| (&p.task, p.rtol)) {
        let attempts = || lanes.iter().flat_map(|p| &p.attempts);
        let ends = || attempts().flat_map(|a| [a.t, a.t + a.h]).filter(|t| t.is_finite());
        let (from, to) = (ends().fold(f64::MAX, f64::min), ends().fold(f64::MIN, f64::max));
        let x = Axis::new("time", Scale::linear(from, to));
        let y = Axis::new("step length", Scale::log_over(attempts().map(|a| a.h.abs())));
        let drawn: String = lanes.iter().map(|pass| lane(pass, &x, &y, &channels)).collect();
        let key = if channels.is_empty() { String::new() } else { key(&channels) };
        out.push_str(&figure(
            &format!("A backward pass, step by step: {task}"),
            &format!("<div class=\"lanes\">{key}{drawn}</div>"),
            "The pass runs from right to left. Each bar is an attempted step: it covers the time of the step, at the height of its \
             length. Grey ones were accepted. Coloured ones with a cross were rejected, in the colour of the channel with the \
             largest scaled error; the cross is where the step would have ended. Point at a step to read it.",
        ));
    }
    out
}

fn lane(pass: &Pass, x: &Axis, y: &Axis, channels: &[&str]) -> String {
    let rejected = pass.attempts.iter().filter(|t| !t.accepted).count();
    let name = pass.way.name();
    let title = format!(
        "{name}: {} steps accepted and {rejected} rejected in a backward pass",
        pass.attempts.len() - rejected
    );
    let mut chart = Chart::new(&title, x, y, 170.0, 20.0);
    // Rejections above what was accepted: there are fewer of them.
    let (accepted, refused): (Vec<&Tried>, Vec<&Tried>) =
        pass.attempts.iter().partition(|t| t.accepted);
    for tried in accepted.into_iter().chain(refused) {
        step(&mut chart, tried, channels);
    }
    format!(
        "<div class=\"panel {}\"><h3>{} <small>rtol {}, atol {}: {} accepted, {rejected} rejected</small></h3>{}</div>\n",
        class(pass.way),
        named(pass.way),
        power(pass.rtol),
        power(pass.atol),
        pass.attempts.len() - rejected,
        chart.finish()
    )
}

fn step(chart: &mut Chart, tried: &Tried, channels: &[&str]) {
    let Tried { t, h, ratio, accepted, .. } = tried;
    let (Some(start), Some(end)) = (chart.at((*t, h.abs())), chart.at((t + h, h.abs()))) else {
        return;
    };
    let told = format!(
        "t = {} to {}, h = {}, error ratio {}: {}",
        number(*t),
        number(t + h),
        number(*h),
        number(*ratio),
        match (accepted, tried.channel.as_deref()) {
            (true, None) => "accepted".to_owned(),
            (true, Some(channel)) => format!("accepted; largest error in {channel}"),
            (false, _) => format!("rejected because of {}", cause(tried)),
        }
    );
    let class = if *accepted {
        "told step accepted".to_owned()
    } else {
        let index = channels.iter().position(|c| *c == cause(tried)).unwrap_or(0);
        format!("told step rejected {}", channel_class(index))
    };
    let ((x0, y), (x1, _)) = (start, end);
    // A hair of paper parts neighbours.
    let (bar0, bar1) = if x0 - x1 > 4.0 { (x0 - 0.8, x1 + 0.8) } else { (x0, x1) };
    let cross = if *accepted {
        String::new()
    } else {
        format!("<path class=\"cross\" d=\"M{x1:.1} {y:.1}m-4-4l8 8m0-8l-8 8\"/>")
    };
    chart.push(&format!(
        "<g class=\"{class}\"><title>{}</title><path class=\"hit\" d=\"M{x0:.1} {y:.1}H{x1:.1}\"/>\
         <path class=\"bar\" d=\"M{bar0:.1} {y:.1}H{bar1:.1}\"/>{cross}</g>",
        escaped(&told)
    ));
}
