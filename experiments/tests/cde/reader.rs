use costate_experiments::reproduce::cde::reader::read;
use proptest::prelude::*;
use std::path::PathBuf;

/// A file of this text, in a folder that Cargo gives to tests.
pub(crate) fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("series");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn comments_headers_and_missing_samples_are_understood() {
    let text = "# about\n\n@problemName Three\n@classLabel true a b\n@DATA\n1, 2.5,-3e1:?,NaN,4:a\n\n# in between\n5,6:7,8: b \n";
    let cases = read(&file("fine.ts", text)).unwrap();
    assert_eq!(cases.iter().map(|c| c.line).collect::<Vec<_>>(), [6, 9]);
    assert_eq!(cases.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(cases[0].values.shape(), (2, 3));
    assert_eq!(cases[0].values.row(0).iter().copied().collect::<Vec<_>>(), [1.0, 2.5, -30.0]);
    assert!(cases[0].values[(1, 0)].is_nan() && cases[0].values[(1, 1)].is_nan());
    assert_eq!(cases[0].values[(1, 2)], 4.0);
    assert_eq!(cases[1].values.as_slice(), [5.0, 7.0, 6.0, 8.0]);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (name, text, words) in [
        (
            "number",
            "@data\n1,2:3,4:a\n1,2:3,four:a\n",
            &["line 3", "channel 2", "sample 2", "\"four\""][..],
        ),
        ("blank", "@data\n1,,2:a\n", &["line 2", "channel 1", "sample 2", "\"\""]),
        ("infinite", "@data\n1,inf:a\n", &["line 2", "\"inf\"", "finite"]),
        ("channels", "@data\n1,2:3,4:a\n1,2:a\n", &["line 3", "1 channels", "have 2"]),
        ("length", "@data\n1,2:3,4,5:a\n", &["line 2", "channel 2", "3 samples", "has 2"]),
        ("short", "@data\n1:2:a\n", &["line 2", "one sample"]),
        ("label", "@data\n1,2\n", &["line 2", "no class"]),
        ("nameless", "@data\n1,2:\n", &["line 2", "no class"]),
        ("headless", "1,2:a\n", &["line 1", "before @data"]),
        ("dataless", "@problemName x\n", &["no line @data"]),
        ("nothing", "", &["no line @data"]),
        ("empty", "@data\n# no more\n", &["no series"]),
        ("times", "# x\n@timeStamps true\n@data\n(0,1):a\n", &["line 2", "times of their own"]),
        ("classless", "@classLabel false\n@data\n1,2\n", &["line 1", "without a class"]),
        ("numbers", "@targetLabel true\n@data\n1,2:0.5\n", &["line 1", "a number"]),
    ] {
        let error = read(&file(&format!("{name}.ts"), text)).unwrap_err().to_string();
        for word in words.iter().chain(&[format!("{name}.ts").as_str()]) {
            assert!(error.contains(word), "{name}: {word:?} is not in {error:?}");
        }
    }
}

#[test]
fn a_file_that_is_no_text_is_an_error_after_the_last_line_that_is() {
    let path = file("bytes.ts", "");
    std::fs::write(&path, b"@data\n1,2:a\n\xff\xfe\n").unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("after line 2"), "{error}");
}

fn a_table() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let number =
        prop_oneof![9 => any::<i32>().prop_map(|i| f64::from(i) / 7.0), 1 => Just(f64::NAN)];
    (1..5_usize, 2..9_usize).prop_flat_map(move |(channels, samples)| {
        prop::collection::vec(prop::collection::vec(number.clone(), samples), channels)
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(table in a_table(), label in "[A-Za-z0-9 _-]{0,8}[A-Za-z0-9]") {
        let channel = |x: &Vec<f64>| x.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        let line = table.iter().map(channel).collect::<Vec<_>>().join(":");
        let cases = read(&file("written.ts", &format!("@data\n{line}:{label}\n"))).unwrap();
        prop_assert_eq!(&cases[0].label, label.trim());
        for (row, channel) in cases[0].values.row_iter().zip(&table) {
            // Bits, as a missing sample is not equal to itself. Rust writes as many digits as it needs to read the same again.
            let same = row.iter().zip(channel).all(|(a, b)| a == b || a.is_nan() && b.is_nan());
            prop_assert!(same);
        }
    }

    #[test]
    fn no_text_is_a_panic(text in "[@#,:?0-9a-z\\n .-]{0,80}") {
        let _ = read(&file("anything.ts", &text));
    }
}
