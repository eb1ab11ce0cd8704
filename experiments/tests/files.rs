//! The files that a run writes, and what happens when it cannot.

use clap::{CommandFactory, Parser};
use costate_experiments::lynx_hare::options::Options;
use costate_experiments::lynx_hare::run::{RunError, run};
use serde_json::Value;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn options(arguments: &[&str]) -> Options {
    Options::try_parse_from([&["experiments"], arguments].concat()).unwrap()
}

#[test]
fn json_holds_every_figure() {
    let json = folder("json").join("figures.json");
    let figures = run(&options(&["--no-report", "--json", json.to_str().unwrap()])).unwrap();
    let value: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(value["seed"], Value::Null);
    assert_eq!(value["rtol"], 1e-8);
    assert_eq!(value["verdict"], "best-known");
    // The reader may round the last place: it reads fast, not exactly.
    let read = value["loss_after"].as_f64().unwrap();
    assert!((read - figures.loss_after).abs() <= 2.0 * f64::EPSILON * read);
    assert!(value["loss_before"].as_f64() > value["loss_after"].as_f64());
    assert_eq!(value["iterations"].as_array().unwrap().len(), figures.iterations.len());
    let names: Vec<&str> =
        value["unknowns"].as_array().unwrap().iter().map(|u| u["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a", "b", "c", "d", "x(1900)", "y(1900)"]);
    let rows = value["comparison"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 24);
    for row in rows {
        for field in ["rtol", "evaluations", "accepted", "rejected", "gradient_error", "drift"] {
            assert!(row[field].is_number(), "{field} in {row}");
        }
        assert!(row["norm"].is_string() && row.get("failure").is_none());
    }
    let trails = value["comparison"]["trails"].as_array().unwrap();
    assert!(trails.iter().all(|t| t["attempts"][0]["h"].as_f64() > Some(0.0)));
}

#[test]
fn the_report_stands_alone() {
    let out = folder("report").join("made/on/the/way");
    let figures = run(&options(&["--seed", "3", "--out", out.to_str().unwrap()])).unwrap();
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    for request in ["://", "<script", "<link", "<img", "src=", "url(", "@import", "href="] {
        assert!(!page.contains(request), "{request}");
    }
    assert_eq!(page.matches("<svg").count(), 4);
    assert_eq!(page.matches("</svg>").count(), 4);
    assert!(page.contains("prefers-color-scheme: dark"));
    assert!(page.contains(&format!("{:.4}", figures.loss_after)) && page.contains("seed 3"));
    assert!(!page.contains("@BODY@") && !page.contains("@STYLE@") && !page.contains("@COLOURS@"));
    // Every drawn colour has a value in the dark.
    let drawn = page.split("=\"#").skip(1).map(|rest| &rest[..6]);
    let themed = |colour: &str| page.contains(&format!("\"#{colour}\"]{{"));
    for colour in drawn {
        assert!(themed(colour), "#{colour}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_a_remedy() {
    let file = folder("unwritable").join("file");
    std::fs::write(&file, "in the way").unwrap();
    let error = run(&options(&["--out", file.join("below").to_str().unwrap()])).unwrap_err();
    assert!(matches!(error, RunError::Write { .. }));
    let message = error.to_string();
    assert!(message.contains("--out") && message.contains("below"), "{message}");
}

#[test]
fn a_json_file_that_cannot_be_written_is_named_with_a_remedy() {
    let path = folder("no-json").join("missing/figures.json");
    let error = run(&options(&["--no-report", "--json", path.to_str().unwrap()])).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("--json") && message.contains("missing"), "{message}");
}

#[test]
fn options_are_consistent_and_all_explained() {
    let mut command = Options::command();
    command.clone().debug_assert();
    let help = command.render_long_help().to_string();
    for option in ["--seed", "--rtol", "--out", "--no-report", "--json"] {
        assert!(help.contains(option));
    }
    // One for each of the five options, and --help and --version have none.
    assert_eq!(help.matches("[default: ").count(), 5);
    let defaults = options(&[]);
    assert_eq!((defaults.seed, defaults.rtol, defaults.no_report), (None, 1e-8, false));
    assert!(defaults.out.starts_with("target"));
}

#[test]
fn tolerances_out_of_range_are_refused() {
    for bad in ["0", "-1e-8", "1e-3", "1e-13", "NaN", "inf", "small"] {
        let arguments = ["experiments".to_owned(), format!("--rtol={bad}")];
        let error = Options::try_parse_from(arguments).unwrap_err();
        assert!(error.to_string().contains("1e-"), "{bad}: {error}");
    }
}
