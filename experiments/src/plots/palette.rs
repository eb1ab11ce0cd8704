//! Colours: what each is for, on light paper and on dark.

use plotters::style::RGBColor;
use std::fmt::Write;

/// One role: its name, its colour on light paper, and on dark.
struct Role {
    name: &'static str,
    light: RGBColor,
    dark: RGBColor,
}

const fn role(name: &'static str, light: RGBColor, dark: RGBColor) -> Role {
    Role { name, light, dark }
}

/// Text and axes.
pub(crate) const INK: RGBColor = RGBColor(0x22, 0x26, 0x2B);
/// Grid lines.
pub(crate) const GRID: RGBColor = RGBColor(0xE3, 0xE6, 0xEA);
/// What is there for comparison.
pub(crate) const QUIET: RGBColor = RGBColor(0x86, 0x8E, 0x99);
/// Hares.
pub(crate) const HARES: RGBColor = RGBColor(0xB8, 0x56, 0x0A);
/// Lynxes.
pub(crate) const LYNXES: RGBColor = RGBColor(0x1D, 0x64, 0xAD);
/// Accepted steps.
pub(crate) const ACCEPTED: RGBColor = RGBColor(0x1E, 0x7B, 0x5C);
/// Rejected steps.
pub(crate) const REJECTED: RGBColor = RGBColor(0xC0, 0x24, 0x3C);

// All pairs are apart for the common kinds of colour blindness, and every mark has a shape of its own besides.
const ROLES: [Role; 7] = [
    role("ink", INK, RGBColor(0xE4, 0xE7, 0xEB)),
    role("grid", GRID, RGBColor(0x33, 0x38, 0x40)),
    role("quiet", QUIET, RGBColor(0x8D, 0x96, 0xA2)),
    role("hares", HARES, RGBColor(0xF2, 0xA2, 0x58)),
    role("lynxes", LYNXES, RGBColor(0x74, 0xB4, 0xF5)),
    role("accepted", ACCEPTED, RGBColor(0x5F, 0xC9, 0xA4)),
    role("rejected", REJECTED, RGBColor(0xFF, 0x7F, 0x8F)),
];

/// As the SVG backend writes it.
fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// The style rules that let a plot drawn in the light colours follow the reader's preference: each colour becomes a
/// variable, and the variables have other values in the dark.
pub fn stylesheet() -> String {
    let (mut light, mut dark, mut rules) = (String::new(), String::new(), String::new());
    for Role { name, light: on_light, dark: on_dark } in ROLES {
        let (drawn, at_night) = (hex(on_light), hex(on_dark));
        // Writing to a String cannot fail.
        let _ = write!(light, "--{name}:{drawn};");
        let _ = write!(dark, "--{name}:{at_night};");
        let _ = writeln!(rules, "svg [fill=\"{drawn}\"]{{fill:var(--{name})}}");
        let _ = writeln!(rules, "svg [stroke=\"{drawn}\"]{{stroke:var(--{name})}}");
    }
    format!(":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{rules}")
}
