//! What the documentation shows is what the code computes.

// The example's own modules: the pictures are drawn by them.
#[path = "../examples/draw_stability/method.rs"]
mod method;
#[path = "../examples/draw_stability/picture.rs"]
mod picture;

use std::path::Path;
use std::{fs, iter};

fn drawn(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/stability").join(name);
    let picture = fs::read_to_string(&path);
    picture.unwrap_or_else(|error| {
        panic!("{}: {error}: run the example draw_stability", path.display())
    })
}

/// Points are rounded to a tenth of a point of the page, so this holds on every machine.
#[test]
fn pictures_are_up_to_date() -> Result<(), picture::Failure> {
    let methods = method::all();
    for method in &methods {
        let name = format!("{}.svg", method.file_name());
        assert!(picture::region(method)? == drawn(&name), "{name}: run the example draw_stability");
    }
    assert!(picture::comparison(&methods)? == drawn("comparison.svg"), "comparison.svg");
    Ok(())
}

#[test]
fn the_table_of_bounds_is_computed() {
    let computed = method::work_table(&method::all());
    assert_eq!(computed, drawn("table.md"), "run the example draw_stability");
}

/// Pictures stand in the middle of a page: an empty line would end the HTML there, and a name given
/// twice would clash.
#[test]
fn pictures_fit_into_a_page() {
    let methods = method::all();
    let names = methods.iter().map(|method| format!("{}.svg", method.file_name()));
    for name in names.chain(iter::once("comparison.svg".into())) {
        let picture = drawn(&name);
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"), "{name}");
        assert!(picture.lines().all(|line| !line.trim().is_empty()), "{name}");
        assert!(!picture.contains(" id=") && !picture.contains(" class="), "{name}");
    }
}

/// The rows of the README's table are those that the example prints, but for the last column.
#[test]
fn the_table_of_methods_is_computed() {
    let readme = include_str!("../README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| [`")).collect();
    let methods = method::all();
    assert_eq!(rows.len(), methods.len());
    for (row, method) in rows.iter().zip(&methods) {
        let computed = method.table_row();
        assert!(row.starts_with(&computed), "\n{row}\n{computed}");
    }
}

#[test]
fn every_method_is_in_the_gallery() {
    let gallery = include_str!("../src/stability_regions.rs");
    for method in method::all() {
        let (file, link) =
            (format!("/{}.svg", method.file_name()), format!("crate::{})", method.constant));
        assert!(gallery.contains(&file) && gallery.contains(&link), "{}", method.constant);
    }
}
