//! The page made from a record.

use crate::synthetic;
use costate_adjoint::solver::{Plan, Solver};
use costate_experiments::reproduce::flows::planar::{Planar, REACH};
use costate_experiments::reproduce::pendulum::simulator::{Motion, slope};
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::report::curves::{Colour, Curve, curves};
use costate_experiments::reproduce::report::plane::{Content, Panel, grid, images, panels};
use costate_experiments::reproduce::report::{Picture, Words, markdown, page};
use costate_experiments::reproduce::way::{Norm, Way};

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
        links: Vec::new(),
        pictures: pictures(),
    }
}

/// Pictures of both experiments' data.
fn pictures() -> Vec<Picture> {
    let field = |_t: f64, y: &Motion, dy: &mut Motion| slope(y, [0.0, 1.0], dy);
    let times: Vec<f64> = (0..=160).map(|i| f64::from(i) / 100.0).collect();
    let plan = Plan::new(0.0, 1.6).save_at(&times);
    let motion = Solver::dormand_prince(1e-6, 1e-6)
        .solve(field, &[2.0, -1.0, 0.5, 2.0], plan)
        .unwrap()
        .saved;
    let over_time = |name: &str, number, dashed, of: fn(&Motion) -> f64| Curve {
        name: name.to_owned(),
        colour: Colour::Number(number),
        dashed,
        points: times.iter().copied().zip(motion.iter().map(of)).collect(),
    };
    let phases = Curve {
        name: "seminorm".to_owned(),
        colour: Colour::Way(Way::under(Norm::Seminorm)),
        dashed: false,
        points: motion.iter().map(|y| (y[0], y[2])).collect(),
    };
    let planes: Vec<Panel> = Planar::ALL
        .into_iter()
        .map(|planar| {
            let content = match planar.density([0.0; 2]) {
                None => Content::Points(planar.sample(1, 1500)),
                Some(_) => Content::Density(grid(REACH, 80, |x| planar.density(x).unwrap_or(0.0))),
            };
            Panel { name: planar.name().to_owned(), content }
        })
        .collect();
    let rings: Vec<[f64; 64]> = (0..24)
        .map(|n| {
            std::array::from_fn(|i| {
                let radius = ((i / 8) as f64 - 3.5).hypot((i % 8) as f64 - 3.5);
                1.0 - 0.7 * (radius - 0.15 * f64::from(n)).abs()
            })
        })
        .collect();
    let angles = [over_time("q1", 2, false, |y| y[0]), over_time("q2", 1, true, |y| y[1])];
    [
        ("A trajectory", curves("Angles over time", "time, s", "angle, rad", &angles)),
        ("A phase portrait", curves("Phases", "q1, rad", "q1', rad/s", &[phases])),
        ("Distributions in the plane", panels("Four distributions", REACH, &planes)),
        ("Images", images("Rings", 8, &rings)),
    ]
    .map(|(title, svg)| Picture {
        title: title.to_owned(),
        svg,
        caption: "A slot that the experiment fills.".to_owned(),
    })
    .into()
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
fn tables_as_markdown_are_whole() {
    let mut record = synthetic::record();
    record.runs[0].task = "a|b".to_owned();
    let text = markdown::tables(&record);
    let tables: Vec<&str> = text.split("\n## ").collect();
    assert_eq!(tables.len(), 3, "{text}");
    for table in tables {
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
        let cells = |row: &str| row.replace("\\|", "").matches('|').count();
        assert!(rows.len() > 3, "{table}");
        assert!(rows.iter().all(|row| cells(row) == cells(rows[0])), "{table}");
    }
    assert!(text.contains("a\\|b"));
    for way in ["pooled", "seminorm", "discrete"] {
        assert!(text.contains(&format!("| {way} |")), "{text}");
    }
    let empty = markdown::tables(&Record::new("nothing", Size::Quick, 0));
    assert!(!empty.contains("NaN") && empty.contains("the paper's table"));
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

#[test]
fn shades_cover_what_they_show() {
    // The board's dark half, on cells that its squares are whole numbers of.
    let board = |x| Planar::Checkerboard.density(x).unwrap_or(0.0);
    let cells = grid(REACH, 40, board);
    assert_eq!(cells.iter().flatten().filter(|d| **d > 0.0).count(), 800);
    // Rows come from the top: the upper right corner is dark, the upper left is not.
    assert!(cells[0][39] > 0.0 && cells[0][0] == 0.0);
    let panel = Panel { name: "<board>".to_owned(), content: Content::Density(cells) };
    let drawn = panels("a & b", REACH, &[panel]);
    assert_balanced(&drawn);
    // Two runs in each row.
    assert_eq!(drawn.matches("fill-opacity=\"1.00\"").count(), 80);
    let nothing = Content::Density(vec![vec![f64::NAN, f64::INFINITY, -1.0]]);
    let drawn = panels("", REACH, &[Panel { name: String::new(), content: nothing }]);
    assert!(!drawn.contains("NaN"));
    assert_balanced(&panels("", REACH, &[]));
    assert_balanced(&curves("", "", "", &[]));
    assert_balanced(&images::<64>("", 8, &[[f64::NAN; 64]]));
}
