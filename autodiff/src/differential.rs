//! Derivatives that are made of vector-Jacobian and Jacobian-vector products.

use crate::transpose::derived;
use crate::{Axis, DerivativeError, Graph, Real, Shape, Var};
use std::sync::Arc;

impl Graph {
    /// The gradient of a function whose only output is a number: the same inputs, outputs `(f(x), df/dx)` with one gradient
    /// an input.
    ///
    /// ```
    /// use costate_autodiff::{Real, trace};
    /// let energy = trace(2, |x| vec![x[0].square() * x[1]])?;
    /// assert_eq!(energy.grad()?.evaluate(&[3.0, 2.0])?, [18.0, 12.0, 9.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// More or fewer outputs than one, or one that is no scalar.
    pub fn grad(&self) -> Result<Graph, DerivativeError> {
        self.check_scalar()?;
        Ok(derived(self.input_layout().clone(), |x| {
            let (value, gradient) = self.pulled_back(x, &[Var::constant(1.0)]);
            value.into_iter().chain(gradient).collect()
        }))
    }

    /// The Jacobian: the same inputs, outputs `(f(x), J)`, where `J` has a row for each number that comes out and a column
    /// for each that goes in, in the order of the flat lists.
    ///
    /// Column by column with Jacobian-vector products, or row by row with vector-Jacobian products where there are fewer
    /// rows. Its size is that of the function times the smaller of the two: for long lists ask for products instead.
    ///
    /// ```
    /// use costate_autodiff::{Real, trace};
    /// let graph = trace(2, |x| vec![x[0] * x[1], x[1].square()])?;
    /// // f, then J column by column: (x1, 0), (x0, 2 x1)
    /// assert_eq!(graph.jacobian().evaluate(&[3.0, 2.0])?, [6.0, 4.0, 2.0, 0.0, 3.0, 4.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn jacobian(&self) -> Graph {
        derived(self.input_layout().clone(), |x| {
            let (rows, columns) = (self.outputs(), self.inputs());
            let shape = Shape::new(rows, columns);
            let jacobian = if shape.is_empty() {
                Var::array(shape, &[])
            } else if columns <= rows {
                let column = |tangents: Vec<Var>| flattened(Axis::Rows, &tangents);
                let columns: Vec<Var> =
                    self.unit_inputs().map(|v| column(self.pushed_forward(x, &v).1)).collect();
                Var::concat(Axis::Columns, &columns)
            } else {
                let row = |cotangents: Vec<Var>| flattened(Axis::Columns, &cotangents);
                let rows: Vec<Var> =
                    self.unit_outputs().map(|w| row(self.pulled_back(x, &w).1)).collect();
                Var::concat(Axis::Rows, &rows)
            };
            let values = self.inlined(x);
            self.output_nodes().iter().map(|&o| values[o]).chain([jacobian]).collect()
        })
    }

    /// Hessian times vector, for a function whose only output is a number: inputs `(x, v)`, outputs `(f, df/dx, H v)`.
    ///
    /// Forward over reverse: the gradient, varied in the direction `v`.
    ///
    /// ```
    /// use costate_autodiff::{Real, trace};
    /// let energy = trace(2, |x| vec![x[0].square() * x[1]])?;
    /// let product = energy.hvp()?.evaluate(&[3.0, 2.0, 1.0, 0.0])?;
    /// assert_eq!(product, [18.0, 12.0, 9.0, 4.0, 6.0]); // H e0 = (2 x1, 2 x0)
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`grad`](Graph::grad).
    pub fn hvp(&self) -> Result<Graph, DerivativeError> {
        let gradient = self.grad()?;
        let outputs = gradient.output_nodes().len();
        let both = gradient.jvp();
        // Values (f, df/dx), then their tangents (df . v, H v): all but the tangent of f.
        let wanted: Vec<usize> = (0..2 * outputs).filter(|&o| o != outputs).collect();
        Ok(both.select_outputs(&wanted).unwrap_or(both))
    }

    /// The exact divergence of a field: the same inputs, and behind the outputs one more, a row with the trace of
    /// `d output / d input` for each column.
    ///
    /// The columns of both are a batch: each column of the output is taken to depend on the same column of the input only.
    /// The trace takes a Jacobian-vector product for each row, so for many rows see [`hutchinson`](Graph::hutchinson).
    ///
    /// ```
    /// use costate_autodiff::{Layout, Real, Shape, trace};
    /// // y' = (y0 y1, y1^2) for two points at once: divergence y1 + 2 y1
    /// let field = trace(&Layout::unnamed([Shape::new(2, 2)])?, |y| {
    ///     vec![y[0] * y[0].rows(1..2)]
    /// })?;
    /// let divergence = field.divergence(0, 0)?.select_outputs(&[1])?;
    /// assert_eq!(divergence.evaluate(&[1.0, 2.0, 1.0, 5.0])?, [6.0, 15.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No such input or output, or shapes that differ.
    pub fn divergence(&self, input: usize, output: usize) -> Result<Graph, DerivativeError> {
        let shape = self.check_field(input, output)?;
        Ok(derived(self.input_layout().clone(), |x| {
            let mut trace = Var::constant(0.0).broadcast(Shape::row(shape.columns));
            // Without columns there is nothing to sum up, however many rows.
            for i in 0..if shape.is_empty() { 0 } else { shape.rows } {
                let mut tangents = vec![None; x.len()];
                let unit = unit(Shape::column(shape.rows), i);
                tangents[input] = Some(unit.broadcast(shape));
                trace += self.pushed_forward(x, &tangents).1[output].rows(i..i + 1);
            }
            let values = self.inlined(x);
            self.output_nodes().iter().map(|&o| values[o]).chain([trace]).collect()
        }))
    }

    /// Hutchinson's estimate of the divergence of a field: inputs `(x, e)` with a probe `e` of the field's shape, and behind
    /// the outputs one more, the row `sum over rows of e * (J e)`.
    ///
    /// For probes of independent entries with mean 0 and variance 1 its expectation is the trace of `J` (Hutchinson 1989;
    /// in flows: Grathwohl et al., FFJORD, arXiv:1810.01367, equation 7). With a probe that is fixed for a solve it is the
    /// exact divergence of nothing, but a deterministic function: what a solver needs.
    ///
    /// # Errors
    /// As [`divergence`](Graph::divergence).
    pub fn hutchinson(&self, input: usize, output: usize) -> Result<Graph, DerivativeError> {
        let shape = self.check_field(input, output)?;
        let inputs = self.input_layout().extended([("probe".to_owned(), shape)]);
        Ok(derived(inputs, |xe| {
            let (x, probe) = xe.split_at(xe.len() - 1);
            let mut tangents = vec![None; x.len()];
            tangents[input] = Some(probe[0]);
            let (values, pushed) = self.pushed_forward(x, &tangents);
            values.into_iter().chain([(probe[0] * pushed[output]).sum_rows()]).collect()
        }))
    }

    fn check_scalar(&self) -> Result<(), DerivativeError> {
        match self.output_shapes().as_slice() {
            [shape] if shape.is_scalar() => Ok(()),
            [] => Err(DerivativeError::NotScalar { outputs: "none".into() }),
            shapes => Err(DerivativeError::NotScalar {
                outputs: shapes.iter().map(Shape::to_string).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    fn check_field(&self, input: usize, output: usize) -> Result<Shape, DerivativeError> {
        let of_input = self.input_layout().entries().get(input).map(|entry| entry.shape);
        let of_output = self.output_shapes().get(output).copied();
        match (of_input, of_output) {
            (Some(a), Some(b)) if a == b => Ok(a),
            shapes => Err(DerivativeError::NotAField { input, output, shapes: shapes.into() }),
        }
    }

    /// For each number that goes in, the tangents that vary it alone.
    fn unit_inputs(&self) -> impl Iterator<Item = Vec<Option<Var>>> {
        let entries = self.input_layout().entries();
        entries.iter().enumerate().flat_map(move |(i, entry)| {
            (0..entry.shape.len()).map(move |k| {
                let mut tangents = vec![None; entries.len()];
                tangents[i] = Some(unit(entry.shape, k));
                tangents
            })
        })
    }

    /// For each number that comes out, the cotangents that weigh it alone.
    fn unit_outputs(&self) -> impl Iterator<Item = Vec<Var>> {
        let shapes: Arc<[Shape]> = self.output_shapes().into();
        (0..shapes.len()).flat_map(move |o| {
            let shapes = shapes.clone();
            (0..shapes[o].len()).map(move |k| {
                let mut cotangents = vec![Var::constant(0.0); shapes.len()];
                cotangents[o] = unit(shapes[o], k);
                cotangents
            })
        })
    }
}

/// A one among zeros.
fn unit(shape: Shape, place: usize) -> Var {
    let mut entries = vec![0.0; shape.len()];
    entries[place] = 1.0;
    Var::array(shape, &entries)
}

/// All entries in one column or one row.
fn flattened(axis: Axis, parts: &[Var]) -> Var {
    let flat = |part: &Var| part.reshape(axis.resized(Shape::SCALAR, part.shape().len()));
    Var::concat(axis, &parts.iter().map(flat).collect::<Vec<_>>())
}
