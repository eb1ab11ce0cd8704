//! The right-hand side of a differential equation.

/// A vector field: writes `dy = f(t, y)`.
///
/// Every closure `FnMut(f64, &V, &mut V)` is one. The state and its derivative have the same shape. A value that is not
/// finite is allowed at a trial point: the step is rejected and tried shorter. At the very start it is an error.
///
/// ```
/// use costate_solver::Field;
/// let mut decay = |_t: f64, y: &[f64; 1], dy: &mut [f64; 1]| dy[0] = -y[0];
/// let mut dy = [0.0];
/// Field::eval(&mut decay, 0.0, &[2.0], &mut dy);
/// assert_eq!(dy, [-2.0]);
/// ```
pub trait Field<V> {
    /// Writes the derivative at time `t` and state `y` into `dy`, which holds arbitrary values before.
    fn eval(&mut self, t: f64, y: &V, dy: &mut V);
}

impl<V, F: FnMut(f64, &V, &mut V)> Field<V> for F {
    #[inline]
    fn eval(&mut self, t: f64, y: &V, dy: &mut V) {
        self(t, y, dy);
    }
}
