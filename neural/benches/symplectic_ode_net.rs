//! What one evaluation and one set of products of the published Symplectic ODE-Net cost, in `f32` at a batch of 256, and how much of
//! that are matrix products: `cargo bench -p costate-neural`.

mod stopwatch;

use costate_adjoint::autodiff::{Layout, Program, Real, Shape, trace};
use costate_adjoint::{DifferentiableField, Vjp};
use costate_neural::{Model, SymplecticOdeNet, Wanted};
use nalgebra::DMatrix;
use stopwatch::{report, shortest};

const BATCH: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = SymplecticOdeNet::published()?;
    let p: Vec<f32> = model.initial(0)?;
    let mut field = model.field::<DMatrix<f32>>(BATCH)?;
    let y = DMatrix::from_fn(8, BATCH, |i, j| ((i * BATCH + j) as f32).sin());
    let (mut dy, mut to_y, mut to_p) = (y.clone(), y.clone(), p.clone());

    let time = shortest(|| field.eval(0.0, &y, &p, &mut dy));
    report("f", time, field.value_program().flops());
    let time = shortest(|| {
        let out = Vjp { value: Some(&mut dy), y: Some(&mut to_y), ..Vjp::default() };
        field.vjp(0.0, &y, &p, &y, out);
    });
    let wanted = Wanted { value: true, y: true, ..Wanted::default() };
    report("f and the product in y", time, field.products_program(wanted).flops());
    let time = shortest(|| {
        let out =
            Vjp { value: Some(&mut dy), y: Some(&mut to_y), p: Some(&mut to_p), ..Vjp::default() };
        field.vjp(0.0, &y, &p, &y, out);
    });
    let wanted = Wanted { p: true, ..wanted };
    report("f and the products in y and p", time, field.products_program(wanted).flops());

    let time =
        shortest(|| field.vjp(0.0, &y, &p, &y, Vjp { p: Some(&mut to_p), ..Vjp::default() }));
    let wanted = Wanted { p: true, ..Wanted::default() };
    report("the product in p alone", time, field.products_program(wanted).flops());

    // The parts: one product of a hidden layer, and the entry-by-entry functions after it.
    let (w, x) = (Shape::new(400, 400), Shape::new(400, BATCH));
    let entries = |shape: Shape| vec![0.1_f32; shape.len()];
    let (weights, values, mut out) = (entries(w), entries(x), entries(x));
    let inputs = Layout::unnamed([w, x])?;
    for (what, transposed) in [("a product W x", false), ("a product W^T x", true)] {
        let mut product =
            Program::compile(&trace(&inputs, |v| vec![v[0].product(v[1], transposed, false)])?);
        let time =
            shortest(|| product.run(&[&weights, &values], &mut [&mut out]).expect("lengths agree"));
        report(what, time, product.flops());
    }
    let mut outer = Program::compile(&trace(&Layout::unnamed([x, x])?, |v| {
        vec![v[0].product(v[1], false, true)]
    })?);
    let mut out_of_w = entries(w);
    let time =
        shortest(|| outer.run(&[&values, &values], &mut [&mut out_of_w]).expect("lengths agree"));
    report("a product x x^T", time, outer.flops());
    for (what, function) in [("softplus", 0), ("sigmoid", 1)] {
        let graph = trace(&Layout::unnamed([x])?, |v| {
            vec![if function == 0 { v[0].softplus() } else { v[0].sigmoid() }]
        })?;
        let mut function = Program::compile(&graph);
        let time = shortest(|| function.run(&[&values], &mut [&mut out]).expect("lengths agree"));
        report(&format!("{what} of 400 x 256"), time, function.flops());
    }
    Ok(())
}
