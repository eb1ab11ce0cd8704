//! A record that no experiment made, with everything in it that a record can have.

use costate_experiments::reproduce::record::{
    Ablation, Cost, Course, CoursePoint, EqualError, ErrorPoint, Pass, Record, Run, Size, Tried,
};
use costate_experiments::reproduce::way::{Norm, Strategy, Way};

/// Ways with how many evaluations each takes, how often a step is rejected, and how good it is.
fn ways() -> Vec<(Way, f64, usize, f64)> {
    vec![
        (Way::under(Norm::Pooled), 1.0, 4, 1.0),
        (Way::under(Norm::PerTensor), 1.3, 3, 0.8),
        (Way::under(Norm::Seminorm), 0.6, 9, 1.4),
        (Way::under(Norm::AsShipped), 0.9, 5, 1.1),
        (Way::under(Norm::Quadrature), 0.55, 9, 1.2),
        (Way { strategy: Strategy::Interpolating, norm: Some(Norm::Seminorm) }, 0.5, 8, 0.9),
        (Way::DISCRETE, 0.45, 0, 0.4),
    ]
}

fn run(task: &str, way: Way, rtol: f64, repeat: u64, size: f64) -> Run {
    let nfe = (size * 4000.0 * rtol.powf(-0.1)) as u64 + 7 * repeat;
    Run {
        task: task.to_owned(),
        way,
        rtol,
        atol: rtol / 100.0,
        repeat,
        cost: Cost {
            nfe_forward: 3200,
            nfe_backward: nfe,
            f_calls: 3200 + nfe,
            vjp_y_calls: nfe,
            vjp_p_calls: nfe,
            jvp_calls: 0,
            accepted: nfe / 7,
            rejected: nfe / 70,
        },
        seconds: 12.0 + size + repeat as f64,
        metric: 0.0123 + 0.001 * repeat as f64,
        metric_name: "mean squared error".to_owned(),
        gradient_error: (repeat == 0).then_some(3e-4 * size),
        conditioning: Some(3.0 * size),
        evaluation_seconds: Some(0.5 * size),
        peak_bytes: Some(40 << 20),
        stopped: None,
    }
}

fn pass(task: &str, way: Way, size: f64, every: usize) -> Pass {
    let channels = ["costate", "parameter gradient", "state"];
    let (mut t, mut attempts) = (1.0, Vec::new());
    let mut h: f64 = 0.01 / size;
    while t > 1e-9 {
        let n = attempts.len();
        let step = h.min(t);
        let accepted = every == 0 || n % every != every - 1;
        let ratio = if accepted { 0.6 } else { 2.5 };
        let channel = Some(channels[(n / every.max(1)) % 3].to_owned());
        attempts.push(Tried { t, h: -step, ratio, accepted, channel });
        t -= if accepted { step } else { 0.0 };
        h = if accepted { (1.35 * h).min(0.06 / size) } else { 0.6 * h };
    }
    Pass { task: task.to_owned(), way, rtol: 1e-4, atol: 1e-6, attempts }
}

/// The record.
pub(crate) fn record() -> Record {
    let mut record = Record::new("a synthetic experiment", Size::Quick, 3);
    let tasks = ["double pendulum", "two moons"];
    for (task, rtols) in tasks.into_iter().zip([vec![1e-3, 1e-4], vec![1e-4]]) {
        for &rtol in &rtols {
            for (way, size, ..) in ways() {
                for repeat in 0..3 {
                    record.push(run(task, way, rtol, repeat, size));
                }
            }
        }
    }
    for (way, size, every, error) in ways() {
        for repeat in 0..2 {
            let points = (0..=40).map(|i| {
                let step = 25 * i;
                let wave = (0.7 * i as f64 + size * 9.0 + repeat as f64).sin();
                let loss = 2.0 * (-(step as f64) / 260.0).exp() + 0.02 * size + 0.003 * wave;
                CoursePoint {
                    step,
                    loss,
                    validation: (i % 5 == 0).then_some(1.15 * loss + 0.01),
                    nfe_forward: 44.0,
                    nfe_backward: size * (60.0 + 0.05 * step as f64 + 4.0 * wave),
                }
            });
            record.courses.push(Course {
                task: tasks[0].to_owned(),
                way,
                rtol: 1e-4,
                repeat,
                points: points.collect(),
            });
        }
        if way.strategy != Strategy::Discrete {
            record.passes.push(pass(tasks[0], way, size, every));
        }
        for power in 2..=7 {
            let rtol = 10f64.powi(-power);
            record.errors.push(ErrorPoint {
                task: tasks[0].to_owned(),
                way,
                rtol,
                nfe_backward: size * 30.0 * rtol.powf(-0.2),
                gradient_error: error * 5.0 * rtol,
            });
        }
    }
    let equal = |literal: bool, (way, work, _, error): (Way, f64, usize, f64)| EqualError {
        task: tasks[0].to_owned(),
        way,
        literal,
        backward_over_forward: way.solves_backwards().then_some(1.0),
        rtol: 1e-4,
        mark: 2e-4,
        found_rtol: 1e-4 / error,
        gradient_error: 2e-4,
        work: work * 700.0,
        seconds: work * 0.02,
    };
    let literal = ways().into_iter().take(3).map(|way| equal(true, way));
    let own = ways().into_iter().skip(4).map(|way| equal(false, way));
    record.compare(literal.chain(own).collect());
    for (change, size) in [("as in the experiment", 1), ("loss summed, not averaged", 3)] {
        for (measure, part) in [("pooled", 4), ("seminorm", 3)] {
            record.ablations.push(Ablation {
                task: tasks[0].to_owned(),
                change: change.to_owned(),
                measure: measure.to_owned(),
                rtol: 1e-4,
                atol: 1e-4,
                nfe_backward: 100 * size * part,
                gradient_error: 1e-3 / size as f64,
            });
        }
    }
    record
}
