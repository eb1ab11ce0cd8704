//! Every law on the same four problems, by the same pair and the same loop.

use std::fmt::Write;

use costate_controller::{
    Attempt, Controller, Filter, I, Law, Logged, Pi, Pid, Roughness, Start, StepControl,
    norms::{Rms, Tolerance, linear::combine},
};

/// An initial value problem in the plane.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) name: &'static str,
    pub(crate) field: fn(f64, &[f64; 2], &mut [f64; 2]),
    pub(crate) y0: [f64; 2],
    pub(crate) end: f64,
    pub(crate) tolerance: f64,
}

/// Accuracy holds the steps down.
pub(crate) const PREDATORS: Problem = Problem {
    name: "predators and prey",
    field: |_, y, dy| *dy = [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3.0 * y[1]],
    y0: [1.0, 1.0],
    end: 20.0,
    tolerance: 1e-6,
};

/// Stability holds the steps down: the solution is as smooth as a cosine, the eigenvalue is -100.
pub(crate) const RELAXATION: Problem = Problem {
    name: "relaxation",
    field: |t, y, dy| *dy = [-100.0 * (y[0] - t.cos()), y[0]],
    y0: [1.0, 0.0],
    end: 6.0,
    tolerance: 1e-4,
};

/// Kinks hold the steps down: a forcing with a corner every 0.07 units of time, as of data joined by straight lines. Whether a
/// step meets one is chance, and its error with it.
pub(crate) const ROUGH: Problem = Problem {
    name: "rough forcing",
    field: |t, y, dy| *dy = [y[1], (45.0 * t).sin().abs() - y[0]],
    y0: [1.0, 0.0],
    end: 20.0,
    tolerance: 1e-4,
};

/// Stability and accuracy by turns: slow arcs, fast jumps.
pub(crate) const VAN_DER_POL: Problem = Problem {
    name: "van der Pol",
    field: |_, y, dy| *dy = [y[1], 20.0 * (1.0 - y[0] * y[0]) * y[1] - y[0]],
    y0: [2.0, 0.0],
    end: 60.0,
    tolerance: 1e-5,
};

pub(crate) const PROBLEMS: [Problem; 4] = [PREDATORS, ROUGH, RELAXATION, VAN_DER_POL];

/// What a law made of a problem.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) accepted: usize,
    pub(crate) rejected: usize,
    pub(crate) roughness: Roughness,
}

/// A name, and the law at work.
pub(crate) type Entry = (&'static str, fn(&Problem) -> Run);

pub(crate) const LAWS: [Entry; 10] = [
    ("`I::CLASSIC`", |p| run(I::CLASSIC, p)),
    ("the same with a safety of 0.8", |p| run(I { safety: 0.8, ..I::CLASSIC }, p)),
    ("`I::TORCHDIFFEQ`", |p| run(I::TORCHDIFFEQ, p)),
    ("`Pi::HAIRER_DOPRI5`", |p| run(Pi::HAIRER_DOPRI5, p)),
    ("`Pi::ORDINARY_DIFF_EQ`", |p| run(Pi::ORDINARY_DIFF_EQ, p)),
    ("`Pid::PI42`", |p| run(Pid::PI42, p)),
    ("`Pid::diffrax(0.3, 0.3, 0.0)`", |p| run(Pid::diffrax(0.3, 0.3, 0.0), p)),
    ("`Filter::H211B`", |p| run(Filter::H211B, p)),
    ("`Filter::H211PI`", |p| run(Filter::H211PI, p)),
    ("`Filter::H312B`", |p| run(Filter::H312B, p)),
];

pub(crate) fn run<L: Law>(law: L, problem: &Problem) -> Run {
    let tolerance = Tolerance { rtol: problem.tolerance, atol: problem.tolerance };
    let mut control = Logged::new(Controller::new(Rms, law, tolerance));
    integrate(&mut control, problem);
    Run {
        accepted: control.accepted().count(),
        rejected: control.rejected().count(),
        // The first ten steps tell of the first step size.
        roughness: Roughness::of(control.accepted().skip(10).map(|attempt| attempt.h)),
        attempts: control.attempts().to_vec(),
    }
}

/// Bogacki and Shampine's 3(2) pair (Applied Mathematics Letters 2, 1989), from 0 to the first step beyond the end; the time
/// and state there. A last step cut to land on the end would tell of the end and not of the law.
pub(crate) fn integrate(
    control: &mut impl StepControl<[f64; 2]>,
    problem: &Problem,
) -> (f64, [f64; 2]) {
    let Problem { mut field, y0, end, .. } = *problem;
    let (mut t, mut y) = (0.0, y0);
    let [mut k1, mut k2, mut k3, mut k4, mut stage, mut error] = [[0.0; 2]; 6];
    field(t, &y, &mut k1);
    control.check(&y).expect("the presets make sense");
    // The error of the embedded method, of order 2, falls with h^3.
    control.begin(3);
    let start = Start { t0: t, span: end, y0: &y, f0: &k1 };
    let (mut h, _) = control.first_step(start, &mut field, [&mut stage, &mut error]);
    while t < end {
        combine(&mut stage, &y, [(h / 2.0, &k1)].into_iter());
        field(t + h / 2.0, &stage, &mut k2);
        combine(&mut stage, &y, [(0.75 * h, &k2)].into_iter());
        field(t + 0.75 * h, &stage, &mut k3);
        let b = [(h * 2.0 / 9.0, &k1), (h / 3.0, &k2), (h * 4.0 / 9.0, &k3)];
        combine(&mut stage, &y, b.into_iter());
        field(t + h, &stage, &mut k4);
        let e = [(h * -5.0 / 72.0, &k1), (h / 12.0, &k2), (h / 9.0, &k3), (h * -0.125, &k4)];
        combine(&mut error, &[0.0; 2], e.into_iter());
        let verdict = control.judge(h, &y, &stage, &mut error);
        if verdict.accepted {
            (t, y, k1) = (t + h, stage, k4);
        }
        h = verdict.next;
    }
    (t, y)
}

/// One row a law; for each problem the accepted and rejected attempts, and the root mean square of `ln h_n/h_(n-1)`.
pub(crate) fn table() -> String {
    let mut table = String::from("| law |");
    for problem in &PROBLEMS {
        write!(table, " {} | RMS |", problem.name).unwrap();
    }
    table.push_str("\n|---|");
    table.push_str(&"---:|".repeat(2 * PROBLEMS.len()));
    table.push('\n');
    for (name, run) in &LAWS {
        write!(table, "| {name} |").unwrap();
        for problem in &PROBLEMS {
            let Run { accepted, rejected, roughness, .. } = run(problem);
            write!(table, " {accepted} + {rejected} | {:.3} |", roughness.rms).unwrap();
        }
        table.push('\n');
    }
    table
}
