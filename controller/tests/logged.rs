//! A log keeps what happened and changes nothing.

use costate_controller::{
    Attempt, Controller, Fixed, Logged, Pi, Roughness, Start, StepControl,
    norms::{Null, Rms, Tolerance},
    strategies,
};
use proptest::prelude::*;

proptest! {
    /// The same decisions, to the bit, and a log that adds up.
    #[test]
    fn a_log_changes_nothing(
        control in strategies::controller(strategies::proportional()), h in strategies::step(), t0 in -1e3..1e3_f64,
        ratios in prop::collection::vec(prop_oneof![9 => strategies::ratio(), 1 => Just(f64::NAN)], 1..60), limit in 1..80_usize,
    ) {
        let mut bare = control.clone();
        let mut logged = Logged::new(control).with_limit(limit).with_start(t0);
        let (mut t, mut h, mut expected) = (t0, h, Vec::new());
        for &ratio in &ratios {
            let verdict = bare.decide(h, ratio);
            let found = StepControl::<f64>::decide(&mut logged, h, ratio);
            prop_assert_eq!(format!("{verdict:?}"), format!("{found:?}"));
            expected.push((t, h, ratio.to_bits(), verdict.accepted));
            if verdict.accepted {
                t += h;
            }
            h = verdict.next;
        }
        let kept: Vec<_> = logged.attempts().iter().map(|a| (a.t, a.h, a.ratio.to_bits(), a.accepted)).collect();
        let full = expected.len().min(limit);
        prop_assert_eq!(&kept[..], &expected[..full]);
        prop_assert_eq!(logged.dropped(), expected.len() - full);
        prop_assert_eq!(logged.accepted().count() + logged.rejected().count(), full);
        prop_assert!(logged.accepted().all(|a| a.accepted) && logged.rejected().all(|a| !a.accepted));
        prop_assert_eq!(&logged.control, &bare);
    }

    /// A new solve has a log of its own, in the memory of the last.
    #[test]
    fn a_new_solve_begins_anew(count in 1..50_usize, t0 in -1e3..1e3_f64) {
        let mut logged = Logged::new(Fixed { step: 0.5 }).with_limit(50);
        let memory = logged.attempts().as_ptr();
        for _ in 0..2 {
            logged.t0 = t0;
            StepControl::<f64>::begin(&mut logged, 5);
            prop_assert_eq!((logged.attempts().len(), logged.dropped()), (0, 0));
            for _ in 0..count {
                logged.judge(0.5, &1.0, &1.0, &mut 0.0);
            }
            prop_assert_eq!(logged.attempts().len(), count);
            prop_assert_eq!(logged.attempts()[0], Attempt { t: t0, h: 0.5, ratio: 0.0, accepted: true });
            prop_assert_eq!(logged.attempts().as_ptr(), memory);
        }
    }

    /// Roughness has no unit and no direction, and a sequence of growth g has |ln g|.
    #[test]
    fn roughness_of_a_geometric_sequence(h in strategies::step(), g in 0.2..5.0_f64, n in 2..30_i32) {
        let Roughness { largest, rms } = Roughness::of((0..n).map(|i| h * g.powi(i)));
        // A power of 29 factors is off by 29 roundings or so, and so is its neighbour; then a quotient and a logarithm.
        let bound = 64.0 * f64::EPSILON;
        prop_assert!((largest - g.ln().abs()).abs() < bound && (rms - g.ln().abs()).abs() < bound);
    }
}

#[test]
fn it_asks_the_control_inside() {
    let inside =
        Controller::new((Rms, Null), Pi::HAIRER_DOPRI5, Tolerance { rtol: 0.0, atol: 1.0 });
    let logged = Logged::new(inside.clone());
    let y = (2.0, 3.0);
    assert_eq!(logged.check(&y), Ok(()));
    assert!(Logged::new(inside.clone().with_max_step(-1.0)).check(&y).is_err());
    assert!(StepControl::<(f64, f64)>::reads(&logged, 0));
    assert!(!StepControl::<(f64, f64)>::reads(&logged, 1));
    let start = || Start { t0: 0.0, span: 9.0, y0: &y, f0: &y };
    let mut field = |_: f64, y: &(f64, f64), dy: &mut (f64, f64)| *dy = *y;
    let (mut a, mut b) = ((0.0, 0.0), (0.0, 0.0));
    let found = logged.first_step(start(), &mut field, [&mut a, &mut b]);
    assert_eq!(found, inside.first_step(start(), &mut field, [&mut a, &mut b]));
}

#[test]
fn no_steps_are_not_rough() {
    let none = Roughness { largest: 0.0, rms: 0.0 };
    assert_eq!(Roughness::of([]), none);
    assert_eq!(Roughness::of([0.1]), none);
    assert_eq!(Logged::new(Fixed { step: 0.1 }).roughness(), none);
}
