use costate_experiments::reproduce::cde::chirps::{Sizes, chirps};
use costate_experiments::reproduce::cde::learning::{Classification, Widths};
use costate_experiments::reproduce::cde::pictures::pictures;
use costate_experiments::reproduce::cde::prediction::said;
use costate_experiments::reproduce::comparison::{Extent, compare, shown};
use costate_experiments::reproduce::console::summary;
use costate_experiments::reproduce::options::{Plan, Resuming};
use costate_experiments::reproduce::record::{Record, Size};
use costate_experiments::reproduce::report::{Words, page};
use costate_experiments::reproduce::session::Session;
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::training::{Schedule, Settings};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{Activation, tensors};
use std::path::PathBuf;

/// Thirty chirps, trained at two tolerances, evaluated, compared, drawn.
#[test]
fn chirps_are_learnt_at_two_tolerances_and_told_apart_in_the_report() {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cde");
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    let data = chirps(1, Sizes { series: [30, 10, 20], samples: 9, channels: 2 });
    let task = Classification::new(
        &data,
        Widths { hidden: 6, layers: &[8], activation: Activation::Softplus },
        10,
    )
    .unwrap();
    let plan = Plan {
        experiment: "cde",
        size: Size::Quick,
        norms: vec![Norm::Pooled, Norm::Seminorm],
        steps: None,
        epochs: Some(6),
        tolerances: vec![(1e-3, 1e-6), (1e-4, 1e-7)],
        seed: 1,
        repeats: 1,
        data: None,
        json: None,
        out: out.clone(),
        resuming: Resuming::default(),
    };
    let settings = Settings {
        epochs: 6,
        steps: None,
        rate: 1e-2,
        decay: 0.01,
        schedule: Schedule::Constant,
        validation: 1,
        seed: 1,
    };
    let extent =
        Extent { batches: 9, rtols: vec![1e-3], reference: true, measured: 5, ablation: 1 };
    let mut record = Record::new("cde", Size::Quick, 1);
    let mut session = Session::in_memory(&plan);
    let learnt = compare(&task, &plan, &settings, &extent, &mut record, &mut session).unwrap();

    assert_eq!((record.runs.len(), learnt.len(), record.passes.len()), (4, 4, 4));
    let tolerances: Vec<(f64, f64)> = record.runs.iter().map(|r| (r.rtol, r.atol)).collect();
    assert_eq!(tolerances, [(1e-3, 1e-6), (1e-3, 1e-6), (1e-4, 1e-7), (1e-4, 1e-7)]);
    assert_eq!(record.summary.reductions.len(), 2);
    for (run, learnt) in record.runs.iter().zip(&learnt) {
        assert!(run.gradient_error.is_some_and(|e| e < 0.1), "{run:?}");
        assert!(run.metric_name.contains("more is better"));
        // The metric is the accuracy, counted another way.
        let said = said(&task, &learnt.parameters, (run.rtol, run.atol)).unwrap();
        let truth = task.part(Part::Test).iter().map(|row| row.1);
        let right = said.iter().zip(truth).filter(|(said, class)| **said == *class).count();
        // Another control of steps: a series or two whose scores are all but equal may be told otherwise.
        assert!((run.metric - right as f64 / 20.0).abs() < 0.11, "{} {right}", run.metric);
    }
    for course in &record.courses {
        let losses: Vec<f64> = course.points.iter().map(|p| p.loss).collect();
        let n = losses.len();
        let (first, last) = (losses[..4].iter().sum::<f64>(), losses[n - 4..].iter().sum::<f64>());
        assert!(last < first, "{losses:?}");
    }
    for ablation in &record.ablations {
        assert!(ablation.gradient_error < 0.2, "{ablation:?}");
    }
    let layout = task.parameters().unwrap();
    let saved = tensors::load::<f32>(out.join("chirps-seminorm-rtol1e-4-0.safetensors"), &layout);
    assert_eq!(saved.unwrap(), learnt[3].parameters);

    let chosen = shown(&learnt).unwrap();
    assert_eq!((chosen.norm, chosen.rtol), (Norm::Seminorm, 1e-3));
    let pictures = pictures(&task, chosen).unwrap();
    assert!(pictures.len() >= 3, "{}", pictures.len());
    let page = page(&record, &Words { pictures, ..Words::default() });
    for heading in [
        "Training: chirps, rtol 1e\u{2212}3",
        "Training: chirps, rtol 1e\u{2212}4",
        "A backward pass, step by step: chirps, rtol 1e\u{2212}4",
        "What is taken for what: chirps",
        "The hidden state on its way: chirps",
    ] {
        assert!(page.contains(heading), "{heading}");
    }
    assert!(!page.contains("NaN"));
    let text = summary(&record);
    assert!(
        text.contains("chirps (rtol 1e-3, atol 1e-6)")
            && text.contains("chirps (rtol 1e-4, atol 1e-7)")
    );
    assert!(text.contains("2 cases, median"), "{text}");
    std::fs::remove_dir_all(&out).unwrap();
}
