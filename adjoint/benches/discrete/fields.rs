//! One right-hand side as three differentiable fields: with products by hand, by dual numbers, and traced.

use crate::problem::{Params, State};
use costate_adjoint::autodiff::{Real, dual};
use costate_adjoint::{DifferentiableField, Equation, Vjp};

#[inline(always)]
fn right_hand_side<R: Real>([x, y]: [R; 2], [a, b, c, d]: [R; 4]) -> [R; 2] {
    [a * x - b * x * y, d * x * y - c * y]
}

/// With products by hand; and, to be traced, the equation alone.
pub(crate) struct LotkaVolterra;

impl DifferentiableField for LotkaVolterra {
    type State = State;
    type Params = Params;

    #[inline]
    fn eval(&mut self, _t: f64, y: &State, p: &Params, dy: &mut State) {
        *dy = right_hand_side(*y, *p);
    }

    #[inline]
    fn vjp(&mut self, _t: f64, y: &State, p: &Params, a: &State, out: Vjp<'_, Self>) {
        let ([x, y], [u, v], [pa, pb, pc, pd]) = (*y, *a, *p);
        if let Some(value) = out.value {
            *value = right_hand_side([x, y], *p);
        }
        if let Some(to_y) = out.y {
            *to_y = [(pa - pb * y) * u + pd * y * v, (pd * x - pc) * v - pb * x * u];
        }
        if let Some(to_p) = out.p {
            *to_p = [x * u, -x * y * u, -y * v, x * y * v];
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}

impl Equation for LotkaVolterra {
    #[inline(always)]
    fn eval<R: Real>(&self, _t: R, y: &[R], p: &[R], dy: &mut [R]) {
        [dy[0], dy[1]] = right_hand_side([y[0], y[1]], [p[0], p[1], p[2], p[3]]);
    }
}

/// With products by dual numbers, of sizes that the compiler knows.
pub(crate) struct WithDuals;

impl DifferentiableField for WithDuals {
    type State = State;
    type Params = Params;

    #[inline]
    fn eval(&mut self, _t: f64, y: &State, p: &Params, dy: &mut State) {
        *dy = right_hand_side(*y, *p);
    }

    #[inline]
    fn vjp(&mut self, _t: f64, y: &State, p: &Params, a: &State, out: Vjp<'_, Self>) {
        let inputs = [y[0], y[1], p[0], p[1], p[2], p[3]];
        let (f, [x, y, a, b, c, d]) =
            dual::vjp(|[x, y, a, b, c, d]| right_hand_side([x, y], [a, b, c, d]), inputs, *a);
        if let Some(value) = out.value {
            *value = f;
        }
        if let Some(to_y) = out.y {
            *to_y = [x, y];
        }
        if let Some(to_p) = out.p {
            *to_p = [a, b, c, d];
        }
        if let Some(to_t) = out.t {
            *to_t = 0.0;
        }
    }
}
