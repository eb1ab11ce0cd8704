//! The gradient of a fit, by every strategy and with every kind of field, beside the discrete adjoint written out by hand.
//!
//! `cargo bench -p costate-adjoint --bench discrete` measures each with criterion and then, because machines are noisy, in turns
//! with the one by hand: read the ratios of the table that it prints; the times are the machine's.

mod by_hand;
mod fields;
mod problem;
mod turns;
mod ways;

use criterion::{Criterion, criterion_group, criterion_main};
use ways::Ways;

fn gradients(criterion: &mut Criterion) {
    let mut ways = Ways::new(criterion, "lotka_volterra_fit_1e-6");
    ways.of_this_library();
    ways.finish();
}

criterion_group!(benches, gradients);
criterion_main!(benches);
