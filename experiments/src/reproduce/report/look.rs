//! How a way to a gradient looks wherever it is drawn: colour, mark, name.

use super::chart::Shape;
use crate::reproduce::way::{Norm, Strategy, Way};
use std::fmt::Write;

/// Colours on light paper and on dark, by the name of a way. Neighbours differ in lightness too, and each way has a mark of
/// its own.
const COLOURS: [(&str, &str, &str); 9] = [
    ("pooled", "#B8560A", "#F2A258"),
    ("per-tensor", "#8A3FA0", "#CF95E3"),
    ("seminorm", "#1E7B5C", "#5FC9A4"),
    ("as-shipped", "#1D64AD", "#74B4F5"),
    ("quadrature", "#B0124A", "#FF7F9F"),
    ("interpolating", "#6B6A10", "#CFC95A"),
    ("discrete", "#22262B", "#E4E7EB"),
    ("discrete-interpolant", "#0B7A8C", "#57CBDD"),
    ("backsolve", "#868E99", "#8D96A2"),
];

/// The colours of channels, in the order in which they come.
const CHANNELS: [(&str, &str); 6] = [
    ("#C0243C", "#FF7F8F"),
    ("#C98A00", "#F3C04B"),
    ("#2B6CB8", "#7DB6F2"),
    ("#7A4FA8", "#BFA0EA"),
    ("#12837E", "#5CCFC8"),
    ("#6A6F78", "#A7AFBA"),
];

/// The CSS class of everything that belongs to a way.
pub(super) fn class(way: Way) -> String {
    format!("way-{}", way.name())
}

/// The CSS class of the channel that comes `index`th; the last colour is shared by all that come later.
pub(super) fn channel_class(index: usize) -> String {
    format!("channel-{}", index.min(CHANNELS.len() - 1))
}

/// The mark of a way.
pub(super) fn shape(way: Way) -> Shape {
    match (way.strategy, way.norm) {
        (Strategy::Backsolve, Some(Norm::Pooled)) => Shape::Square,
        (Strategy::Backsolve, Some(Norm::PerTensor)) => Shape::Triangle,
        (Strategy::Backsolve, Some(Norm::Seminorm)) => Shape::Disc,
        (Strategy::Backsolve, Some(Norm::AsShipped)) => Shape::Diamond,
        (Strategy::Backsolve, _) => Shape::Square,
        (Strategy::Quadrature, _) => Shape::Wedge,
        (Strategy::Interpolating, _) => Shape::Ring,
        (Strategy::Discrete, _) => Shape::Cross,
        (Strategy::DiscreteInterpolant, _) => Shape::Plus,
    }
}

/// A way's mark beside its name, as HTML.
pub(super) fn named(way: Way) -> String {
    let (class, name) = (class(way), way.name());
    let mark = shape(way).path(7.0, 7.0);
    format!(
        "<span class=\"way {class}\"><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">{mark}</svg>{name}</span>"
    )
}

/// The checkboxes by which ways are shown and hidden, in tables and in pictures. No script is needed for it.
pub(super) fn chooser(ways: &[Way]) -> String {
    if ways.len() < 2 {
        return String::new();
    }
    let mut out = String::from("<div class=\"chooser\" role=\"group\" aria-label=\"Ways shown\">");
    for &way in ways {
        // Writing to a String cannot fail. The label's own mark stays when the way is hidden.
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" id=\"show-{}\" checked>{}</label>",
            way.name(),
            named(way)
        );
    }
    out + "</div>\n"
}

/// Colours, and the rules by which a checkbox hides what belongs to its way.
pub(super) fn stylesheet() -> String {
    let (mut light, mut dark, mut rules) = (String::new(), String::new(), String::new());
    for (name, on_light, on_dark) in COLOURS {
        let _ = write!(light, "--way-{name}:{on_light};");
        let _ = write!(dark, "--way-{name}:{on_dark};");
        let _ = writeln!(rules, ".way-{name}{{--c:var(--way-{name})}}");
        let _ = writeln!(
            rules,
            "body:has(#show-{name}:not(:checked)) main .way-{name}:not(.way){{display:none}}"
        );
    }
    for (i, (on_light, on_dark)) in CHANNELS.into_iter().enumerate() {
        let _ = write!(light, "--channel-{i}:{on_light};");
        let _ = write!(dark, "--channel-{i}:{on_dark};");
        let _ = writeln!(rules, ".channel-{i}{{--c:var(--channel-{i})}}");
    }
    format!(":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{rules}")
}
