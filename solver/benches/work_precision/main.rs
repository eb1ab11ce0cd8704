//! Work and precision: what each method pays for how many digits.
//!
//! `cargo bench -p costate-solver --bench work_precision` solves two problems of celestial mechanics by every method of the
//! tableau crate, at tolerances of 1e-3 to 1e-12 (methods without an error estimate: at ever shorter steps), and writes
//! a page and a picture for each into `benches/results`.

mod measure;
mod page;
mod plot;
#[path = "../problems/mod.rs"]
mod problems;

use costate_solver::tableau;
use measure::{Curve, Problem, adaptive, fixed};
use std::path::Path;

/// Every method, by rising order: one line each.
macro_rules! curves {
    ($problem:expr) => {
        [
            fixed(&tableau::EULER, &$problem),
            fixed(&tableau::MIDPOINT, &$problem),
            fixed(&tableau::HEUN, &$problem),
            fixed(&tableau::RALSTON, &$problem),
            adaptive(&tableau::HEUN_EULER_21, &$problem),
            fixed(&tableau::KUTTA_3, &$problem),
            fixed(&tableau::SSPRK_3, &$problem),
            adaptive(&tableau::BOGACKI_SHAMPINE_32, &$problem),
            fixed(&tableau::RK4, &$problem),
            fixed(&tableau::KUTTA_38, &$problem),
            adaptive(&tableau::FEHLBERG_54, &$problem),
            adaptive(&tableau::CASH_KARP_54, &$problem),
            adaptive(&tableau::DORMAND_PRINCE_54, &$problem),
            adaptive(&tableau::DORMAND_PRINCE_54_SHAMPINE, &$problem),
            adaptive(&tableau::TSITOURAS_54, &$problem),
            adaptive(&tableau::BOGACKI_SHAMPINE_54, &$problem),
            adaptive(&tableau::VERNER_65, &$problem),
            adaptive(&tableau::VERNER_76, &$problem),
            adaptive(&tableau::VERNER_87, &$problem),
            adaptive(&tableau::DORMAND_PRINCE_853, &$problem),
            adaptive(&tableau::VERNER_98, &$problem),
        ]
    };
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo test --benches` must not write times that were measured beside other tests.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
    let arenstorf = {
        use problems::arenstorf::{END, T1, Y0, field};
        Problem { name: "Arenstorf's orbit", field, y0: Y0, t1: T1, end: END }
    };
    let pleiades = {
        use problems::pleiades::{END, T1, Y0, field};
        Problem { name: "The Pleiades", field, y0: Y0, t1: T1, end: END }
    };
    let measured: [(&str, &str, Vec<Curve>); 2] = [
        (arenstorf.name, "arenstorf", curves!(arenstorf).into()),
        (pleiades.name, "pleiades", curves!(pleiades).into()),
    ];
    for (name, file, curves) in &measured {
        std::fs::write(results.join(format!("{file}.svg")), plot::draw(name, curves)?)?;
    }
    std::fs::write(results.join("work_precision.md"), page::write(&measured))?;
    println!("written to {}", results.display());
    Ok(())
}
