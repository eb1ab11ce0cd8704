//! A gradient does not depend on the units of what it is made of, and neither does the law that checks a field.

use costate_adjoint::autodiff::Real;
use costate_adjoint::norms::{PerElement, Tolerance};
use costate_adjoint::{
    AtEnd, Backsolve, CostateTolerance, DifferentiableField, Equation, Problem, Traced, Vjp, laws,
};
use proptest::prelude::*;

/// Lotka and Volterra's equations with populations counted in `unit`s: y / unit obeys the equations in units of 1.
#[derive(Clone, Copy)]
struct InUnits(f64);

impl Equation for InUnits {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        let meet = y[0] * y[1] / R::constant(self.0);
        dy[0] = p[0] * y[0] - p[1] * meet;
        dy[1] = p[3] * meet - p[2] * y[1];
    }
}

/// dL/dp of L = x(6) / unit, from `y0` units.
fn in_units(unit: f64, y0: [f64; 2], r: f64) -> [f64; 4] {
    let (y0, p) = (y0.map(|y| y * unit), [1.5, 1.0, 3.0, 1.0]);
    let mut field = Traced::new(InUnits(unit), &y0, &p).unwrap();
    let loss = AtEnd(move |y: &[f64; 2], a: &mut [f64; 2]| {
        *a = [1.0 / unit, 0.0];
        y[0] / unit
    });
    let problem = Problem::new(0.0, 6.0, &y0, &p);
    Backsolve::new(r, r * unit).gradient(&mut field, &problem, &loss).unwrap().p
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// The absolute tolerance is in the unit of the state, from a millionth to a million: the gradient has its accuracy at
    /// each, also at rest, where only the absolute tolerances of the costate choose the steps backwards. Both gradients are
    /// within 20 tolerances of a gross gradient of at most 1000 here (growth by e^(1.5 x 6) is bounded by the orbit's size).
    #[test]
    fn a_gradient_in_any_unit(exponent in -6..=6_i32, r in 1e-8..1e-6_f64, at_rest: bool) {
        let y0 = if at_rest { [3.0, 1.5] } else { [1.0, 1.0] };
        let (one, other) = (in_units(1.0, y0, r), in_units(10.0_f64.powi(exponent), y0, r));
        for (a, b) in one.iter().zip(other) {
            prop_assert!((a - b).abs() <= 40.0 * r * 1000.0, "{one:?} and {other:?}");
        }
    }
}

/// Tolerances for each coordinate that are all the same are the tolerances for all, to the bit.
#[test]
fn equal_tolerances_for_each_coordinate_are_one_for_all() {
    let (y0, p) = ([1.0, 1.0], [1.5, 1.0, 3.0, 1.0]);
    let mut field = Traced::new(InUnits(1.0), &y0, &p).unwrap();
    let problem = Problem::new(0.0, 3.0, &y0, &p);
    let loss = AtEnd(|y: &[f64; 2], a: &mut [f64; 2]| {
        *a = *y;
        (y[0] * y[0] + y[1] * y[1]) / 2.0
    });
    let one = Backsolve::new(1e-6, 1e-8).gradient(&mut field, &problem, &loss).unwrap();
    let each = |rtol: f64, atol: f64| PerElement { rtol: [rtol; 2], atol: [atol; 2] };
    let (rtol, atol) = (1e-6 / 8.0, 1e-8 / 8.0);
    let params = Tolerance { rtol, atol };
    let backward = CostateTolerance::new(each(rtol, atol), params);
    let mut method = Backsolve::new(1e-6, 1e-8).with_tolerances(each(1e-6, 1e-8), backward);
    assert_eq!(one, method.gradient(&mut field, &problem, &loss).unwrap());
    // And they are read coordinate by coordinate: a looser one for the predators takes fewer steps.
    let loose = PerElement { rtol: [1e-6, 1e-3], atol: [1e-8, 1e-3] };
    let mut method =
        Backsolve::new(1e-6, 1e-8).with_tolerances(loose, CostateTolerance::new(loose, params));
    let fewer = method.gradient(&mut field, &problem, &loss).unwrap();
    assert!(fewer.report.backward.calls < one.report.backward.calls);
}

/// `y' = -1e-9 p y` with its products times factors.
struct Slow {
    in_y: f64,
    in_p: f64,
}

impl DifferentiableField for Slow {
    type State = [f64; 1];
    type Params = [f64; 1];
    fn eval(&mut self, _t: f64, y: &[f64; 1], p: &[f64; 1], dy: &mut [f64; 1]) {
        dy[0] = -1e-9 * p[0] * y[0];
    }
    fn vjp(&mut self, t: f64, y: &[f64; 1], p: &[f64; 1], a: &[f64; 1], out: Vjp<'_, Self>) {
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
        }
        if let Some(to_y) = out.y {
            to_y[0] = -1e-9 * p[0] * a[0] * self.in_y;
        }
        if let Some(to_p) = out.p {
            to_p[0] = -1e-9 * y[0] * a[0] * self.in_p;
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}

/// `y' = -p0 y / (p1 + y)`, Michaelis and Menten's: steep where `y` is small.
struct MichaelisMenten;

impl Equation for MichaelisMenten {
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        dy[0] = -p[0] * y[0] / (p[1] + y[0]);
    }
}

/// The law of fields sees wrong products of small fields, and finds no fault with right ones of small states.
#[test]
fn the_law_of_fields_knows_no_unit() {
    let check =
        |in_y: f64, in_p: f64| laws::check_field(&mut Slow { in_y, in_p }, 0.0, &[1.0], &[0.5], 3);
    assert!(check(1.0, 1.0).is_ok());
    assert!(check(-1.0, 1.0).is_err());
    assert!(check(1.0, 7.0).is_err());
    let (y, p) = ([1e-6], [2.0, 1e-6]);
    let mut field = Traced::new(MichaelisMenten, &y, &p).unwrap();
    laws::check_field(&mut field, 0.0, &y, &p, 3).unwrap();
    // Other lengths than the field was made for are an error and no panic.
    let mut field = Traced::new(MichaelisMenten, &vec![1.0], &vec![2.0, 1.0]).unwrap();
    assert!(laws::check_field(&mut field, 0.0, &vec![1.0], &Vec::new(), 3).is_err());
}
