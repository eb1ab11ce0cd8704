//! Which channels caused the rejections under each norm.

use super::chart::WIDTH;
use super::look::{channel_class, class};
use super::passes::{cause, channels, key};
use super::text::escaped;
use super::{figure, settings};
use crate::reproduce::record::Pass;
use std::fmt::Write;

const LEFT: f64 = 112.0;
const RIGHT: f64 = 168.0;
const ROW: f64 = 34.0;

/// One bar for each norm, as long as its rejections are many.
pub(super) fn section(passes: &[Pass]) -> String {
    let names = channels(passes);
    if names.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    for (task, of_task) in settings(passes, |p| (&p.task, p.rtol)) {
        let most = of_task.iter().map(|p| rejections(p)).max().unwrap_or(0).max(1);
        let bars: String = of_task.iter().map(|pass| bar(pass, &names, most)).collect();
        out.push_str(&figure(
            &format!("What caused the rejections: {task}"),
            &format!("{}<div class=\"bars\">{bars}</div>", key(&names)),
            "Rejected steps of the passes above, by the channel with the largest scaled error among those that the norm looks at. \
             A seminorm does not look at the parameter gradient.",
        ));
    }
    out
}

fn rejections(pass: &Pass) -> usize {
    pass.attempts.iter().filter(|t| !t.accepted).count()
}

fn bar(pass: &Pass, names: &[&str], most: usize) -> String {
    let (total, name) = (rejections(pass), pass.way.name());
    let unit = (WIDTH - LEFT - RIGHT) / most as f64;
    let mut out = format!(
        "<svg class=\"chart {}\" role=\"img\" viewBox=\"0 0 {WIDTH} {ROW}\"><title>{name}: {total} of {} steps rejected</title>\
         <text class=\"name {} end\" x=\"{}\" y=\"22\">{name}</text>",
        class(pass.way),
        pass.attempts.len(),
        class(pass.way),
        LEFT - 10.0
    );
    let mut x = LEFT;
    for (i, channel) in names.iter().enumerate() {
        let count = pass.attempts.iter().filter(|t| !t.accepted && cause(t) == *channel).count();
        if count == 0 {
            continue;
        }
        let width = count as f64 * unit;
        // Writing to a String cannot fail. A hair of paper parts neighbours.
        let _ = write!(
            out,
            "<g class=\"told {}\"><title>{name}: {count} of {total} rejections because of {}</title>\
             <rect class=\"fill\" x=\"{x:.1}\" y=\"6\" width=\"{:.1}\" height=\"24\"/>",
            channel_class(i),
            escaped(channel),
            (width - 1.5).max(0.5)
        );
        if width > 9.0 * count.to_string().len() as f64 + 8.0 {
            let _ = write!(
                out,
                "<text class=\"inside middle\" x=\"{:.1}\" y=\"23\">{count}</text>",
                x + 0.5 * (width - 1.5)
            );
        }
        out.push_str("</g>");
        x += width;
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"22\">{total} of {} rejected</text></svg>",
        x + 8.0,
        pass.attempts.len()
    );
    out
}
