//! The page made from a record.

use crate::synthetic;
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::report::{Picture, Words, page};

/// Elements that have no end.
const VOID: [&str; 5] = ["meta", "br", "hr", "input", "link"];

/// Reads tags and checks that each is closed, in order. What is in scripts and styles is not markup.
fn assert_balanced(page: &str) {
    let (mut open, mut rest): (Vec<&str>, &str) = (Vec::new(), page);
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest
            .find(|c| {
                quoted ^= c == '"';
                c == '>' && !quoted
            })
            .expect("a tag ends");
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        assert!(!tag.contains('<'), "<{tag}>");
        rest = after;
        if tag.starts_with('!') || tag.ends_with('/') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
            continue;
        }
        let name = tag.split_whitespace().next().unwrap();
        if VOID.contains(&name) {
            continue;
        }
        open.push(name);
        if matches!(name, "script" | "style") {
            rest = &rest[rest.find("</").expect("a script ends")..];
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn assert_stands_alone(page: &str) {
    let without_namespaces = page.replace("http://www.w3.org/2000/svg", "");
    let requests =
        ["http://", "https://", "<link", "<img", "src=", "href=", "url(", "@import", "fetch("];
    for request in requests {
        assert!(!without_namespaces.contains(request), "{request}");
    }
}

fn words() -> Words {
    Words {
        title: "A synthetic experiment".to_owned(),
        introduction: "Nothing here was measured: it shows what a report looks like.".to_owned(),
        pictures: vec![Picture {
            title: "A picture of its own".to_owned(),
            svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 880 120\"><circle cx=\"440\" cy=\"60\" r=\"50\" \
                  fill=\"none\" stroke=\"#1E7B5C\" stroke-width=\"3\"/></svg>"
                .to_owned(),
            caption: "A slot that the experiment fills.".to_owned(),
        }],
    }
}

#[test]
fn a_report_stands_alone_and_is_whole() {
    let page = page(&synthetic::record(), &words());
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/synthetic.html"), &page).unwrap();
    assert_stands_alone(&page);
    assert_balanced(&page);
    assert!(page.contains("prefers-color-scheme: dark"));
    for mark in ["@TITLE@", "@COLOURS@", "@STYLE@", "@SCRIPT@", "@BODY@", "NaN"] {
        assert!(!page.contains(mark), "{mark}");
    }
    // Each way has its box, its colours, and the rule by which the box hides it.
    for way in [
        "pooled",
        "per-tensor",
        "seminorm",
        "as-shipped",
        "quadrature",
        "interpolating",
        "discrete",
    ] {
        assert!(page.contains(&format!("id=\"show-{way}\"")), "{way}");
        assert_eq!(page.matches(&format!("--way-{way}:#")).count(), 2, "{way}");
        assert!(page.contains(&format!("#show-{way}:not(:checked)")), "{way}");
    }
}

#[test]
fn every_attempt_is_drawn_and_says_what_it_is() {
    let record = synthetic::record();
    let page = page(&record, &words());
    let attempts = || record.passes.iter().flat_map(|p| &p.attempts);
    let rejected = attempts().filter(|t| !t.accepted).count();
    assert_eq!(page.matches("told step accepted").count(), attempts().count() - rejected);
    assert_eq!(page.matches("told step rejected").count(), rejected);
    assert_eq!(page.matches(": rejected because of ").count(), rejected);
    // The bars add up to the rejections.
    let bars = page.split(" rejections because of ").count() - 1;
    assert!(bars > 0);
    let counted: usize = page
        .split("<title>")
        .filter(|text| text.contains(" rejections because of "))
        .map(|text| {
            let count = text.split(": ").nth(1).unwrap().split(' ').next().unwrap();
            count.parse::<usize>().unwrap()
        })
        .sum();
    assert_eq!(counted, rejected);
}

#[test]
fn texts_are_texts() {
    let evil = "<script>alert(\"1\")</script> & 'more' @BODY@ @SCRIPT@";
    let mut record = synthetic::record();
    record.experiment = evil.to_owned();
    record.commit = evil.to_owned();
    for run in &mut record.runs {
        run.task = evil.to_owned();
        run.metric_name = evil.to_owned();
    }
    record.summary.reductions.iter_mut().for_each(|r| r.task = evil.to_owned());
    record.courses.iter_mut().for_each(|c| c.task = evil.to_owned());
    record.errors.iter_mut().for_each(|e| e.task = evil.to_owned());
    for pass in &mut record.passes {
        pass.task = evil.to_owned();
        pass.attempts.iter_mut().for_each(|t| t.channel = Some(evil.to_owned()));
    }
    let mut words = words();
    for text in [&mut words.title, &mut words.introduction] {
        *text = evil.to_owned();
    }
    words.pictures[0].title = evil.to_owned();
    words.pictures[0].caption = evil.to_owned();
    let page = page(&record, &words);
    assert_balanced(&page);
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(!page.contains("alert(\""));
    assert_eq!(page.matches("<body>").count(), 1);
}

#[test]
fn an_empty_record_and_one_of_nonsense_have_a_report() {
    let empty = Record::new("nothing", Size::Paper, 0);
    let blank = page(&empty, &Words::default());
    assert_balanced(&blank);
    assert_stands_alone(&blank);
    assert!(!blank.contains("NaN"));
    let mut nonsense = synthetic::record();
    for x in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        nonsense.runs.iter_mut().for_each(|r| (r.metric, r.rtol, r.seconds) = (x, x, x));
        nonsense.courses.iter_mut().flat_map(|c| &mut c.points).for_each(|p| {
            (p.loss, p.nfe_backward) = (x, x);
        });
        nonsense.passes.iter_mut().flat_map(|p| &mut p.attempts).for_each(|t| {
            (t.t, t.h, t.channel) = (x, x, None);
        });
        nonsense.errors.iter_mut().for_each(|e| (e.nfe_backward, e.gradient_error) = (x, x));
        let page = page(&nonsense, &words());
        assert_balanced(&page);
        assert!(!page.contains("NaN") && !page.contains("inf "), "{x}");
    }
}
