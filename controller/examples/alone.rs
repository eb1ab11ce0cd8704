//! An adaptive integrator from nothing but a controller and its norms, and one period of a pendulum by it.
//!
//! `cargo run -p costate-controller --example alone`

use costate_controller::{
    Controller, Logged, Start, StepControl,
    norms::{Rms, linear::combine},
};

/// Angle and angular velocity.
type State = [f64; 2];

/// θ″ = −sin θ, as a system of first order.
fn pendulum(_t: f64, y: &State, dy: &mut State) {
    *dy = [y[1], -y[0].sin()];
}

/// Integrates from `t` to `end`, and returns the state there.
///
/// The method is Bogacki and Shampine's pair: one of order 3, which is kept, and one of order 2 made of the same stages, whose
/// difference to the first tells how large the error is (Applied Mathematics Letters 2, 1989).
fn integrate(
    control: &mut impl StepControl<State>,
    mut field: impl FnMut(f64, &State, &mut State),
    mut t: f64,
    end: f64,
    mut y: State,
) -> Result<State, String> {
    let [mut k1, mut k2, mut k3, mut k4] = [[0.0; 2]; 4];
    let [mut y1, mut error] = [[0.0; 2]; 2];
    field(t, &y, &mut k1);

    // Settings that make no sense are found before the first step.
    control.check(&y).map_err(|error| error.to_string())?;
    // The error of the method of order 2 falls with h^3.
    control.begin(3);
    let start = Start { t0: t, span: end - t, y0: &y, f0: &k1 };
    let (mut h, _) = control.first_step(start, &mut field, [&mut y1, &mut error]);

    while t != end {
        // The last step is cut to land on the end: where t + h would be equal to the end but for rounding, too.
        let last = h.abs() >= (end - t).abs();
        if last {
            h = end - t;
        }
        // A step too small to move t will not help, however often it is tried.
        if t + h == t {
            return Err(format!("no step is short enough at t = {t}"));
        }

        // Three more stages; the first is the field at the beginning of the step.
        combine(&mut y1, &y, [(h / 2.0, &k1)].into_iter());
        field(t + h / 2.0, &y1, &mut k2);
        combine(&mut y1, &y, [(h * 0.75, &k2)].into_iter());
        field(t + h * 0.75, &y1, &mut k3);
        // The candidate, and the field there.
        let b = [(h * 2.0 / 9.0, &k1), (h / 3.0, &k2), (h * 4.0 / 9.0, &k3)];
        combine(&mut y1, &y, b.into_iter());
        field(t + h, &y1, &mut k4);
        // The difference of the two methods.
        let e = [(h * -5.0 / 72.0, &k1), (h / 12.0, &k2), (h / 9.0, &k3), (h * -0.125, &k4)];
        combine(&mut error, &[0.0; 2], e.into_iter());

        // Is it good enough, and how long should the next step be?
        let verdict = control.judge(h, &y, &y1, &mut error);
        if verdict.accepted {
            t = if last { end } else { t + h };
            // The last stage of this step is the first of the next.
            (y, k1) = (y1, k4);
        }
        h = verdict.next;
    }
    Ok(y)
}

/// The period from rest at an angle: 2π over the arithmetic-geometric mean of 1 and cos(θ/2), after Gauss.
fn period(angle: f64) -> f64 {
    let (mut a, mut b) = (1.0, (angle / 2.0).cos());
    // The number of correct digits doubles each time.
    for _ in 0..6 {
        (a, b) = ((a + b) / 2.0, f64::sqrt(a * b));
    }
    std::f64::consts::TAU / a
}

fn main() -> Result<(), String> {
    // Released from rest, above the horizontal.
    let y0 = [2.0, 0.0];
    let period = period(y0[0]);
    let tolerance = 1e-8;

    let mut control = Logged::new(Controller::hairer_dopri5(Rms, tolerance, tolerance));
    let y = integrate(&mut control, pendulum, 0.0, period, y0)?;

    let accepted = control.accepted().count();
    let rejected = control.rejected().count();
    let sizes = control.accepted().map(|attempt| attempt.h);
    let (least, most) = sizes.fold((f64::MAX, 0.0_f64), |(l, m), h| (l.min(h), m.max(h)));
    println!(
        "period {period:.6}: {accepted} steps of {least:.4} to {most:.4}, {rejected} rejected"
    );
    println!("back at angle {:.9}, velocity {:.1e}", y[0], y[1]);

    // A pendulum comes back. Each step adds an error of about the tolerance in each coordinate; where the pendulum is above
    // the horizontal a disturbance grows, by a factor of a few over a swing.
    let missed = (y[0] - y0[0]).hypot(y[1]);
    let allowed = 10.0 * accepted as f64 * tolerance;
    assert!(missed < allowed, "missed by {missed:e}, {allowed:e} is allowed");
    Ok(())
}
