//! The Symplectic ODE-Net of two angles under control (Zhong, Dey, Chakraborty, "Symplectic ODE-Net: learning Hamiltonian dynamics
//! with control", ICLR 2020, arXiv:1909.12077, section 3.3: angles by their cosines and sines, velocities for momenta).
//!
//! ```text
//! state  (C, S, v, u),  C = cos q, S = sin q, v = q', u the controls; two of each
//! M(C, S)^-1 = L L^T + I / 10          L = [l0 0; l2 l1] from a net
//! H = p^T M^-1 p / 2 + V(C, S)         p = M v, V a net
//! p' = S dH/dC - C dH/dS + G(C, S) u   G = [g0 g1; g2 g3] from a net; d/dq = -S d/dC + C d/dS
//! q'' = M^-1 p' + (dM^-1/dt) p         dM^-1/dt along (C, S)' = (-S v, C v)
//! slope  (-S v, C v, q'', 0)
//! ```

use crate::derivative::{pulled_back, pushed_forward};
use crate::{Activation, Inputs, Mlp, Model, NeuralError};
use costate_adjoint::autodiff::{Axis, Layout, Real, Shape, Var};
use rand_chacha::ChaCha8Rng;

/// What keeps the inverse mass matrix definite: added to its diagonal.
const FLOOR: f64 = 0.1;

/// A Symplectic ODE-Net: mechanics of two angles with nets for the inverse mass matrix, the potential and the control matrix.
///
/// The state is one array, `8 x batch`, with the rows (cos q1, cos q2, sin q1, sin q2, q1', q2', u1, u2); angles in radians, and
/// controls that stay constant along a solve. The equations are at the head of this file. The slope differentiates two of the nets,
/// so its products are second derivatives.
///
/// ```
/// use costate_neural::{Activation, Model, SymplecticOdeNet};
/// use costate_adjoint::laws;
/// use nalgebra::DMatrix;
/// let model = SymplecticOdeNet::new([&[8, 8], &[6], &[6]], Activation::Softplus)?;
/// let mut field = model.field::<DMatrix<f64>>(3)?;
/// laws::check_field(&mut field, 0.0, &DMatrix::from_element(8, 3, 0.3), &model.initial(7)?, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymplecticOdeNet {
    inverse_mass: Mlp,
    potential: Mlp,
    control: Mlp,
}

impl SymplecticOdeNet {
    /// Nets with these hidden widths for the inverse mass matrix (its factor's diagonal, then what is below), the potential and the
    /// control matrix (row by row).
    ///
    /// # Errors
    /// A width of 0.
    pub fn new(hidden: [&[usize]; 3], activation: Activation) -> Result<Self, NeuralError> {
        let net = |hidden: &[usize], outputs: usize, name: &str| {
            let widths = [&[4], hidden, &[outputs]].concat();
            Ok::<_, NeuralError>(Mlp::new(widths, activation)?.named(name))
        };
        Ok(SymplecticOdeNet {
            inverse_mass: net(hidden[0], 3, "inverse_mass")?,
            potential: net(hidden[1], 1, "potential")?,
            control: net(hidden[2], 4, "control")?,
        })
    }

    /// The sizes of Kidger, Chen, Lyons, "Hey, that's not an ODE" (ICML 2021, arXiv:2009.09457): softplus throughout, 509,108
    /// parameters.
    ///
    /// # Errors
    /// None: no width is 0.
    pub fn published() -> Result<Self, NeuralError> {
        SymplecticOdeNet::new([&[400; 3], &[300; 2], &[300; 2]], Activation::Softplus)
    }

    fn nets(&self) -> [&Mlp; 3] {
        [&self.inverse_mass, &self.potential, &self.control]
    }
}

/// A symmetric matrix for each column of a batch: the rows of entries (00, 01, 11).
#[derive(Clone, Copy)]
struct Symmetric(Var);

impl Symmetric {
    fn entries(self) -> [Var; 3] {
        rows(self.0)
    }

    /// The product with two rows.
    fn times(self, [x, y]: [Var; 2]) -> [Var; 2] {
        let [a, b, c] = self.entries();
        [a * x + b * y, b * x + c * y]
    }

    /// The inverse's product with two rows.
    fn solve(self, [x, y]: [Var; 2]) -> [Var; 2] {
        let [a, b, c] = self.entries();
        let determinant = a * c - b * b;
        [(c * x - b * y) / determinant, (a * y - b * x) / determinant]
    }
}

/// The rows of an array, one by one.
fn rows<const N: usize>(x: Var) -> [Var; N] {
    core::array::from_fn(|i| x.rows(i..i + 1))
}

impl Model for SymplecticOdeNet {
    fn state(&self, batch: usize) -> Result<Layout, NeuralError> {
        Ok(Layout::new([("cos q, sin q, q', u", Shape::new(8, batch))])?)
    }

    fn parameters(&self) -> Result<Layout, NeuralError> {
        self.nets()
            .into_iter()
            .try_fold(Layout::default(), |all, net| Ok(all.and(&net.parameters()?)?))
    }

    fn slope(&self, at: Inputs<'_>) -> Result<Vec<Var>, NeuralError> {
        let y = at.y[0];
        let batch = y.shape().columns;
        let angles = y.rows(0..4);
        let [c, s, v, u] = [0, 2, 4, 6].map(|i| rows::<2>(y.rows(i..i + 2)));
        let each = |f: &dyn Fn(usize) -> Var| [f(0), f(1)];
        let moving = [each(&|i| -(s[i] * v[i])), each(&|i| c[i] * v[i])].concat();

        let (of_mass, others) = at.p.split_at(2 * self.inverse_mass.layers());
        let (of_potential, of_control) = others.split_at(2 * self.potential.layers());
        let arguments = |p: &[Var]| [&[at.t, angles], p].concat();

        let mass_inputs = arguments(of_mass);
        // M^-1 as a graph of its own, for its two derivatives.
        let inverse_mass = self.inverse_mass.graph_of(batch, |l| {
            let [l0, l1, l2] = rows(l);
            let floor = Var::constant(FLOOR);
            let entries = [l0 * l0 + floor, l0 * l2, l1 * l1 + l2 * l2 + floor];
            Var::concat(Axis::Rows, &entries)
        })?;
        let inverse = Symmetric(inverse_mass.apply(&mass_inputs)?[0]);
        let p = inverse.solve(v);

        // dH/d(C, S) at fixed p: the kinetic part weighs the entries of M^-1 by (p0^2 / 2, p0 p1, p1^2 / 2). That dH/dp = M^-1 p is v
        // needs no computing.
        let half = Var::constant(0.5);
        let weights =
            Var::concat(Axis::Rows, &[half * p[0] * p[0], p[0] * p[1], half * p[1] * p[1]]);
        let kinetic = pulled_back(&inverse_mass, 1, &mass_inputs, weights)?;
        let ones = Var::constant(1.0).broadcast(Shape::row(batch));
        let potential =
            pulled_back(&self.potential.graph(batch)?, 1, &arguments(of_potential), ones)?;
        let [dc0, dc1, ds0, ds1] = rows(kinetic + potential);
        let (dc, ds) = ([dc0, dc1], [ds0, ds1]);

        let g: [Var; 4] = rows(self.control.apply(at.t, angles, of_control)?);
        let force = each(&|i| g[2 * i] * u[0] + g[2 * i + 1] * u[1]);
        let dp = each(&|i| s[i] * dc[i] - c[i] * ds[i] + force[i]);

        let moved =
            pushed_forward(&inverse_mass, 1, &mass_inputs, Var::concat(Axis::Rows, &moving))?;
        let (driven, turned) = (inverse.times(dp), Symmetric(moved).times(p));
        let dv = each(&|i| driven[i] + turned[i]);
        let still = Var::constant(0.0).broadcast(Shape::new(2, batch));
        let slope = [&moving[..], &dv, &[still]].concat();
        Ok(vec![Var::concat(Axis::Rows, &slope)])
    }

    fn draw(&self, random: &mut ChaCha8Rng, out: &mut Vec<f64>) -> Result<(), NeuralError> {
        self.nets().into_iter().try_for_each(|net| net.draw(random, out))
    }
}
