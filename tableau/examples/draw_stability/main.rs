//! Draws the stability region of every method into `docs/stability`, from where the documentation takes
//! it, and prints the table of methods that stands in the README.
//!
//! ```text
//! cargo run -p costate-tableau --example draw_stability
//! ```

mod method;
mod picture;

use std::fs;
use std::path::Path;

fn main() -> Result<(), picture::Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/stability");
    fs::create_dir_all(&folder)?;
    let methods = method::all();
    for method in &methods {
        fs::write(folder.join(format!("{}.svg", method.file_name())), picture::region(method)?)?;
        println!("{}", method.table_row());
    }
    fs::write(folder.join("comparison.svg"), picture::comparison(&methods)?)?;
    fs::write(folder.join("table.md"), method::work_table(&methods))?;
    Ok(())
}
