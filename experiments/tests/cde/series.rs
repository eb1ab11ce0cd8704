use crate::reader::file;
use costate_experiments::reproduce::cde::error::SeriesError;
use costate_experiments::reproduce::cde::series::{Labelled, names};
use std::path::PathBuf;

/// Twenty series of two classes to train on, and two to test on.
fn pair(name: &str, test: &str) -> PathBuf {
    let train: String =
        (0..20).map(|i| format!("{i},2,3:{}\n", ["left", "right"][i % 2])).collect();
    file(&format!("{name}_TRAIN.ts"), &format!("@data\n{train}"));
    let path = file(&format!("{name}_TEST.ts"), &format!("@data\n{test}"));
    path.parent().unwrap().to_owned()
}

#[test]
fn a_tenth_of_each_class_is_put_aside_and_the_test_is_what_the_file_says() {
    let folder = pair("Both", "1,2:right\n3,4:left\n");
    let read = Labelled::read(&folder, "Both", 5).unwrap();
    assert_eq!(read.classes, ["left", "right"]);
    assert_eq!(read.channels(), 1);
    let classes = |part: &[_]| -> Vec<usize> {
        part.iter().map(|s: &costate_experiments::reproduce::cde::series::Series| s.class).collect()
    };
    assert_eq!(read.parts.train.len(), 18);
    assert_eq!(classes(&read.parts.validation).iter().sum::<usize>(), 1);
    assert_eq!(read.parts.validation.len(), 2);
    assert_eq!(classes(&read.parts.test), [1, 0]);
    assert!(names(&folder).unwrap().contains(&"Both".to_owned()));
    // Each training series is in one part, whatever the seed.
    let firsts = |read: &Labelled| {
        let all = read.parts.train.iter().chain(&read.parts.validation);
        let mut firsts: Vec<f64> = all.map(|s| s.values[(0, 0)]).collect();
        firsts.sort_by(f64::total_cmp);
        firsts
    };
    let other = Labelled::read(&folder, "Both", 6).unwrap();
    assert_eq!(firsts(&read), (0..20).map(f64::from).collect::<Vec<_>>());
    assert_eq!(firsts(&read), firsts(&other));
}

#[test]
fn halves_that_do_not_go_together_are_refused() {
    let folder = pair("Stranger", "1,2:left\n1,2:up\n");
    let error = Labelled::read(&folder, "Stranger", 0).unwrap_err().to_string();
    for word in ["Stranger_TEST.ts", "line 3", "\"up\""] {
        assert!(error.contains(word), "{error}");
    }
    let folder = pair("Wider", "1,2:3,4:left\n");
    let error = Labelled::read(&folder, "Wider", 0).unwrap_err().to_string();
    assert!(error.contains("Wider_TEST.ts, line 2: 2 channels"), "{error}");
    let folder = pair("Half", "1,2:left\n");
    std::fs::remove_file(folder.join("Half_TEST.ts")).unwrap();
    let error = Labelled::read(&folder, "Half", 0).unwrap_err().to_string();
    assert!(
        error.contains("Half_TEST.ts") && error.contains("timeseriesclassification.com"),
        "{error}"
    );
    file("Single_TRAIN.ts", "@data\n1,2:a\n3,4:b\n");
    file("Single_TEST.ts", "@data\n1,2:a\n");
    let error = Labelled::read(&folder, "Single", 0).unwrap_err();
    assert!(matches!(error, SeriesError::TooFew { .. }), "{error}");
}

#[test]
fn a_folder_without_series_says_what_belongs_there() {
    let empty = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-series");
    std::fs::create_dir_all(&empty).unwrap();
    let error = names(&empty).unwrap_err().to_string();
    assert!(error.contains("JapaneseVowels_TRAIN.ts"), "{error}");
    let error = names(&empty.join("nowhere")).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("--data"), "{error}");
}
