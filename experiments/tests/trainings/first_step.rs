use crate::end_to_end::pendulum;
use costate_adjoint::Problem;
use costate_adjoint::norms::{L2, Seminorm};
use costate_experiments::reproduce::first_step::split_pass;
use costate_experiments::reproduce::gradients::under;
use costate_experiments::reproduce::norms::Channels;
use costate_experiments::reproduce::prepared::{Fields, Rows};
use costate_experiments::reproduce::task::{Batch, Part, Task};
use costate_experiments::reproduce::way::Norm;
use costate_neural::Model;

/// With one norm for both it is the pass of the library, written once more.
#[test]
fn equal_norms_make_the_pass_of_the_library() {
    let task = pendulum();
    let p: Vec<f64> = task.model().initial(2).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let rows = Rows { part: Part::Test, rows: &[0, 3, 5], draw: 0 };
    let (field, Batch { start, loss, .. }) = fields.ready(rows).unwrap();
    let (t0, t1) = task.interval();
    let problem = Problem::new(t0, t1, &start, &p);
    for (norm, channels) in [(Norm::Pooled, Channels::Pooled), (Norm::Seminorm, Channels::Seminorm)]
    {
        for tolerance in [1e-3, 1e-8] {
            let tolerances = (tolerance, tolerance);
            let found = under(norm, field, task.observations(), tolerances)
                .gradient(field, &problem, &*loss, None)
                .unwrap();
            let both = [channels.clone(), channels.clone()];
            let (cost, gradient) = split_pass(field, &problem, &*loss, both, tolerances).unwrap();
            let (forward, backward) = (found.report.forward, found.report.backward);
            assert_eq!(cost.nfe_forward, forward.calls as u64);
            assert_eq!(cost.nfe_backward, backward.calls as u64);
            assert_eq!(
                [cost.accepted, cost.rejected],
                [backward.accepted as u64, backward.rejected as u64]
            );
            let difference: Vec<f64> = gradient.iter().zip(&found.p).map(|(a, b)| a - b).collect();
            // The same operations but for the order of sums of a few hundred terms.
            assert!(L2.measure(&difference) <= 1e-12 * L2.measure(&found.p));
        }
    }
}
