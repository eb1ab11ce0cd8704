//! The tables, and the page around them.

use crate::measure::{Curve, Point};
use std::fmt::Write;

/// The errors that methods are compared at.
const ERRORS: [f64; 5] = [1e-2, 1e-4, 1e-6, 1e-8, 1e-10];

pub(crate) fn write(measured: &[(&str, &str, Vec<Curve>)]) -> String {
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "Measured on {}, with {}.\n", processor(), compiler());
    for (name, file, curves) in measured {
        let _ = writeln!(page, "## {name}\n\n![{name}: cost against error]({file}.svg)\n");
        comparison(&mut page, "Evaluations of the field", curves, &|p| p.evaluations as f64);
        comparison(&mut page, "Milliseconds", curves, &|p| 1e3 * p.seconds);
    }
    page.push_str("## Every solve\n\n");
    page.push_str(
        "*asked* is the tolerance, and for methods without an error estimate the step.\n\n\
         | problem | method | asked | error | evaluations | rejected | ms |\n|---|---|---|---|---|---|---|\n",
    );
    for (name, _, curves) in measured {
        for curve in curves {
            for p in &curve.points {
                let (method, ms) = (curve.method, 1e3 * p.seconds);
                let Point { asked, error, evaluations, rejected, .. } = p;
                let _ = writeln!(
                    page,
                    "| {name} | {method} | {asked:.1e} | {error:.1e} | {evaluations} | {rejected} | {ms:.3} |"
                );
            }
        }
    }
    page
}

/// What each error costs with each method; the least of a column is bold.
fn comparison(page: &mut String, what: &str, curves: &[Curve], cost: &dyn Fn(&Point) -> f64) {
    let costs: Vec<Vec<Option<f64>>> =
        curves.iter().map(|c| ERRORS.map(|error| cost_of(c, error, cost)).into()).collect();
    let least =
        |column: usize| costs.iter().filter_map(|row| row[column]).fold(f64::INFINITY, f64::min);
    let _ = writeln!(page, "{what} for an error of\n");
    let head: Vec<String> = ERRORS.iter().map(|e| format!("{e:.0e}")).collect();
    let _ = writeln!(page, "| method | order | {} |\n|{}", head.join(" | "), "---|".repeat(7));
    for (curve, row) in curves.iter().zip(&costs) {
        let cells: Vec<String> = row.iter().enumerate().map(|(i, c)| cell(*c, least(i))).collect();
        let _ = writeln!(page, "| {} | {} | {} |", curve.method, curve.order, cells.join(" | "));
    }
    page.push('\n');
}

fn cell(cost: Option<f64>, least: f64) -> String {
    let Some(cost) = cost else { return "–".into() };
    let digits = if cost >= 100.0 {
        0
    } else if cost >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{cost:.digits$}");
    if cost == least { format!("**{text}**") } else { text }
}

/// Where the curve passes this error for good: between two solves, on a straight line of logarithms, with every solve after
/// them at least as good. That one solve was lucky does not count.
fn cost_of(curve: &Curve, error: f64, cost: &dyn Fn(&Point) -> f64) -> Option<f64> {
    let last_above = curve.points.iter().rposition(|point| point.error >= error)?;
    let (a, b) = (curve.points[last_above], *curve.points.get(last_above + 1)?);
    let place = (a.error / error).ln() / (a.error / b.error).ln();
    Some((cost(&a).ln() * (1.0 - place) + cost(&b).ln() * place).exp())
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("a processor unknown", |(_, name)| name).to_owned()
}

fn compiler() -> String {
    let version = std::process::Command::new("rustc").arg("--version").output();
    let text = version.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or("a compiler unknown".into(), |text| text.trim().to_owned())
}

const HEAD: &str = "\
# Work and precision

What each method pays for how many digits, on two problems of celestial mechanics with close encounters, which an adaptive
method passes in short steps. Written by `cargo bench -p costate-solver --bench work_precision`.

Adaptive methods: `Controller::hairer_dopri5(Rms, r, r)`, r = 1e-3 to 1e-12 (rtol = atol). Methods without an error estimate:
steps of one length, halved until a solve takes more than two million evaluations. The error is the root mean square at the
end over that of the solution, against 20 digits by Taylor series (`benches/problems/reference.py`). Times are the least of
several solves. A cost at an error is read off where the curve passes it for good, between two solves; a dash means that no
solve passes there. The pictures show the adaptive methods above order 2, up to sixty times the least cost; their marks are a
decade of the tolerance apart.

What is to be expected: the higher the order, the more a method pays off at strict tolerances, and on problems like these DOP853
passes DOPRI5 there (Hairer, Norsett, Wanner, *Solving ODEs I*, II.10, compares the two on both of them). The tables show it: from
an error of 1e-4 on one of Verner's pairs of orders 7 to 9 is in front, at 1e-8 by a factor of 1.5 to 2 over the best of order 5,
and DOP853 is ahead of DOPRI5.

";
