use crate::tiny::{TOLERANCES, key, pendulum, plan, settings};
use costate_experiments::reproduce::comparison::Extent;
use costate_experiments::reproduce::options::Plan;
use costate_experiments::reproduce::prepared::Prepared;
use costate_experiments::reproduce::progress::Progress;
use costate_experiments::reproduce::session::Session;
use costate_experiments::reproduce::way::Norm;
use costate_experiments::reproduce::work::Work;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What was written, for everybody to read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_log_says_step_loss_cost_and_time_left() {
    let (task, settings, heard) = (pendulum(), settings(1), Heard::default());
    let mut session = Session::in_memory(&plan(PathBuf::new()));
    session.progress = Progress::to_lines(Duration::ZERO, Box::new(heard.clone()));
    session.progress.expect(settings.total(&task));
    let mut prepared = Prepared::new(&task, Norm::Seminorm, TOLERANCES);
    session.train(&key(&task), &mut prepared, &settings).unwrap();
    let said = heard.text();
    let half = said.lines().find(|line| line.contains("step 2 of 4")).unwrap();
    for word in ["double pendulum, seminorm", "loss", "backward evaluations", "50 %", "left"] {
        assert!(half.contains(word), "{word}: {half}");
    }
    assert_eq!(session.progress.position(), (4, 4));
    // Seldom enough, it says nothing.
    let heard = Heard::default();
    let mut seldom = Progress::to_lines(Duration::from_secs(3600), Box::new(heard.clone()));
    seldom.expect(5);
    seldom.begin(5, "work");
    (0..5).for_each(|i| seldom.at(i, 5, "work"));
    assert_eq!(heard.text(), "");
}

#[test]
fn phases_fill_the_whole() {
    let mut progress = Progress::to_lines(Duration::MAX, Box::new(io::sink()));
    progress.expect(40);
    progress.skip(10);
    assert_eq!(progress.position(), (10, 40));
    progress.begin(20, "first");
    progress.at(1, 4, "first");
    assert_eq!(progress.position(), (15, 40));
    progress.begin(10, "second");
    assert_eq!(progress.position(), (30, 40));
    // A part that is not there, and a phase without parts.
    progress.at(7, 3, "second");
    assert_eq!(progress.position(), (40, 40));
    progress.at(0, 0, "second");
    assert_eq!(progress.position(), (30, 40));
}

#[test]
fn work_counts_each_training_and_what_comes_after_once() {
    let task = pendulum();
    let plan = Plan { repeats: 3, ..plan(PathBuf::new()) };
    let mut extent = Extent {
        batches: usize::MAX,
        rtols: vec![1e-3],
        reference: false,
        measured: usize::MAX,
        ablation: 1,
    };
    let work = Work::of(&task, &plan, &settings(2), &extent);
    // Eight steps and one pass over two test batches, under two norms, three times.
    let batches = 27_u64.div_ceil(16);
    assert_eq!((work.training, work.evaluation), (8, batches));
    assert_eq!(work.total(&plan), 6 * (8 + batches));
    extent.reference = true;
    let more = Work::of(&task, &plan, &settings(2), &extent);
    assert!(more.total(&plan) > work.total(&plan));
    // Of a quarter of the rows, less of it.
    extent.measured = 4;
    let less = Work::of(&task, &plan, &settings(2), &extent);
    assert!(less.total(&plan) < more.total(&plan) && less.reference < more.reference);
}

/// What an earlier run has done says nothing of how fast this one is, and what is done says how long the rest takes.
#[test]
fn the_time_left_is_that_of_the_run_so_far() {
    let mut progress = Progress::to_lines(Duration::from_secs(3600), Box::new(std::io::sink()));
    progress.expect(40);
    let before = Instant::now();
    progress.skip(20);
    let after = Instant::now();
    progress.begin(10, "a phase");
    assert_eq!(progress.left(), None);
    std::thread::sleep(Duration::from_millis(5));
    progress.at(5, 10, "a phase");
    // Five are done of twenty. The clock was read between the readings here.
    let least = after.elapsed();
    let left = progress.left().unwrap();
    let most = before.elapsed();
    let rounding = Duration::from_nanos(10);
    assert!(3 * least <= left + rounding && left <= 3 * most + rounding, "{left:?}");
}
