use crate::by_hand::{distance, net};
use crate::inputs::matrix;
use costate_adjoint::autodiff::{Dual, Real, dual};
use costate_adjoint::{DifferentiableField, laws};
use costate_neural::{Activation, Model, SymplecticOdeNet};
use nalgebra::DMatrix;
use proptest::prelude::*;

const ACTIVATIONS: [Activation; 2] = [Activation::Softplus, Activation::Identity];

/// The nets in plain loops, as functions of the angles themselves.
struct Mechanics<'p> {
    widths: [Vec<usize>; 3],
    p: &'p [f64],
}

impl Mechanics<'_> {
    /// The outputs of the three nets.
    fn nets<R: Real>(&self, q: [R; 2]) -> [Vec<R>; 3] {
        let x = [q[0].cos(), q[1].cos(), q[0].sin(), q[1].sin()];
        let p: Vec<R> = self.p.iter().map(|&p| R::constant(p)).collect();
        let rest = &mut &p[..];
        [0, 1, 2].map(|k| net(&self.widths[k], ACTIVATIONS, &x, rest))
    }

    /// M^-1.
    fn inverse_mass<R: Real>(&self, q: [R; 2]) -> [[R; 2]; 2] {
        let [l, ..] = self.nets(q);
        let factor = [[l[0], R::constant(0.0)], [l[2], l[1]]];
        let entry = |i: usize, j: usize| {
            let floor = R::constant(if i == j { 0.1 } else { 0.0 });
            factor[i][0] * factor[j][0] + factor[i][1] * factor[j][1] + floor
        };
        [[entry(0, 0), entry(0, 1)], [entry(1, 0), entry(1, 1)]]
    }

    /// H(q, p).
    fn energy<R: Real>(&self, q: [R; 2], p: [R; 2]) -> R {
        let [_, potential, _] = self.nets(q);
        let m = self.inverse_mass(q);
        let kinetic =
            p[0] * (m[0][0] * p[0] + m[0][1] * p[1]) + p[1] * (m[1][0] * p[0] + m[1][1] * p[1]);
        kinetic / R::constant(2.0) + potential[0]
    }

    /// Hamilton's equations with a force, in the angles: q'' = d/dt of (M^-1 p).
    fn acceleration(&self, q: [f64; 2], v: [f64; 2], u: [f64; 2]) -> [f64; 2] {
        let m = self.inverse_mass(q);
        let determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
        let p = [
            (m[1][1] * v[0] - m[0][1] * v[1]) / determinant,
            (m[0][0] * v[1] - m[1][0] * v[0]) / determinant,
        ];
        let (_, [h0, h1, w0, w1]) = dual::gradient(
            |[q0, q1, p0, p1]| self.energy([q0, q1], [p0, p1]),
            [q[0], q[1], p[0], p[1]],
        );
        assert!(distance(&[w0, w1], &v) < 1e-11, "q' = dH/dp");
        let [_, _, g] = self.nets(q);
        let dp = [-h0 + g[0] * u[0] + g[1] * u[1], -h1 + g[2] * u[0] + g[3] * u[1]];
        let moving = [0, 1].map(|i| Dual { value: q[i], tangent: [v[i]] });
        let dm = self.inverse_mass(moving).map(|row| row.map(|entry| entry.tangent[0]));
        [0, 1].map(|i| (0..2).map(|j| m[i][j] * dp[j] + dm[i][j] * p[j]).sum())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn is_the_mechanics_of_its_energy(
        (hidden, batch) in (prop::collection::vec(1..6_usize, 3), 1..4_usize),
        seed in any::<u64>(),
    ) {
        let layers = [vec![hidden[0]; 2], vec![hidden[1]], vec![hidden[2]]];
        let model = SymplecticOdeNet::new([&layers[0], &layers[1], &layers[2]], Activation::Softplus).unwrap();
        let p = model.initial::<f64>(seed).unwrap();
        let widths = [3, 1, 4].map(|outputs| vec![outputs]);
        let widths = [0, 1, 2].map(|k| [vec![4], layers[k].clone(), widths[k].clone()].concat());
        let mechanics = Mechanics { widths, p: &p };

        let angles = 3.0 * matrix(2, batch, seed);
        let mut y = matrix(8, batch, seed ^ 1);
        for j in 0..batch {
            for i in 0..2 {
                let (sin, cos) = angles[(i, j)].sin_cos();
                (y[(i, j)], y[(i + 2, j)]) = (cos, sin);
            }
        }
        let mut field = model.field::<DMatrix<f64>>(batch).unwrap();
        let mut dy = y.clone();
        field.eval(0.0, &y, &p, &mut dy);
        for j in 0..batch {
            let [q, v, u] = [(&angles, 0), (&y, 4), (&y, 6)].map(|(from, i)| [from[(i, j)], from[(i + 1, j)]]);
            let [a0, a1] = mechanics.acceleration(q, v, u);
            let expected = [
                -q[0].sin() * v[0], -q[1].sin() * v[1], q[0].cos() * v[0], q[1].cos() * v[1], a0, a1, 0.0, 0.0,
            ];
            // The mass matrix has a condition of up to about 10 / 0.1, twice.
            prop_assert!(distance(dy.column(j).as_slice(), &expected) < 1e-11);
        }
        laws::check_field(&mut field, 0.0, &y, &p, seed).unwrap();
    }
}

#[test]
fn the_published_one_has_its_parameters() {
    let model = SymplecticOdeNet::published().unwrap();
    assert_eq!(model.parameters().unwrap().len(), 509_108);
    assert_eq!(model.initial::<f32>(0).unwrap().len(), 509_108);
}
