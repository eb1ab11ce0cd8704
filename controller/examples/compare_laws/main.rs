//! The laws side by side: measures them, and writes the table and the picture of the page `comparison`.
//!
//! `cargo run --release -p costate-controller --example compare_laws`

mod measure;
mod plot;

use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = measure::table();
    println!("{table}");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::create_dir_all(&docs)?;
    fs::write(docs.join("laws.md"), table)?;
    fs::write(docs.join("step_sizes.svg"), plot::step_sizes()?)?;
    Ok(())
}
