//! A field that fails on demand: what the laws of bad input are tried on.

use costate_adjoint::norms::ShapeError;
use costate_adjoint::{DifferentiableField, Vjp};

/// Which product of a [`Faulty`] field goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// The field itself.
    Field,
    /// The field's value, as the VJP returns it.
    Value,
    /// The VJP in the state.
    Y,
    /// The VJP in the parameters.
    P,
    /// The VJP in time.
    T,
}

/// `y_i' = p_0 y_i + p_1 t`, with `wrong` added to the first entry of one product where `from <= t <= to`.
#[derive(Debug, Clone, Copy)]
pub struct Faulty {
    /// Which product.
    pub product: Product,
    /// What is added to it: NaN, infinity, or an error of some size.
    pub wrong: f64,
    /// The earliest time at which it goes wrong.
    pub from: f64,
    /// The last time at which it goes wrong.
    pub to: f64,
}

impl Faulty {
    /// At all times.
    pub fn always(product: Product, wrong: f64) -> Self {
        Faulty { product, wrong, from: f64::NEG_INFINITY, to: f64::INFINITY }
    }

    /// Nothing is wrong.
    pub fn sound() -> Self {
        Faulty::always(Product::Field, 0.0)
    }

    /// Only before this time: what a forward solve from there never sees.
    pub fn before(self, to: f64) -> Self {
        Faulty { to, ..self }
    }

    fn add(&self, product: Product, t: f64, x: &mut f64) {
        if self.product == product && (self.from..=self.to).contains(&t) {
            *x += self.wrong;
        }
    }
}

impl DifferentiableField for Faulty {
    type State = Vec<f64>;
    type Params = Vec<f64>;

    fn check(&self, _: &Vec<f64>, p: &Vec<f64>) -> Result<(), ShapeError> {
        let (what, expected, found) = ("the faulty field's parameters", 2, p.len());
        if found == expected { Ok(()) } else { Err(ShapeError { what, expected, found }) }
    }

    fn eval(&mut self, t: f64, y: &Vec<f64>, p: &Vec<f64>, dy: &mut Vec<f64>) {
        for (dy, y) in dy.iter_mut().zip(y) {
            *dy = p[0] * y + p[1] * t;
        }
        dy.iter_mut().take(1).for_each(|dy| self.add(Product::Field, t, dy));
    }

    fn vjp(&mut self, t: f64, y: &Vec<f64>, p: &Vec<f64>, a: &Vec<f64>, out: Vjp<'_, Self>) {
        if let Some(value) = out.value {
            self.eval(t, y, p, value);
            self.add(Product::Value, t, &mut value[0]);
        }
        if let Some(to_y) = out.y {
            to_y.iter_mut().zip(a).for_each(|(to_y, a)| *to_y = p[0] * a);
            self.add(Product::Y, t, &mut to_y[0]);
        }
        if let Some(to_p) = out.p {
            to_p[0] = y.iter().zip(a).map(|(y, a)| y * a).sum();
            to_p[1] = t * a.iter().sum::<f64>();
            self.add(Product::P, t, &mut to_p[0]);
        }
        if let Some(to_t) = out.t {
            *to_t = p[1] * a.iter().sum::<f64>();
            self.add(Product::T, t, to_t);
        }
    }
}
