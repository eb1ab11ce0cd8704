use crate::end_to_end::pendulum;
use costate_adjoint::norms::{L2, Seminorm};
use costate_experiments::reproduce::first_step::split_pass;
use costate_experiments::reproduce::gradients::under;
use costate_experiments::reproduce::norms::Channels;
use costate_experiments::reproduce::prepared::{Fields, Rows};
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::way::Norm;
use costate_neural::Model;

/// With one norm for both it is the pass of the library, written once more.
#[test]
fn equal_norms_make_the_pass_of_the_library() {
    let task = pendulum();
    let p: Vec<f64> = task.model().initial(2).unwrap();
    let mut fields = Fields::<_, f64>::new(&task);
    let rows = Rows { part: Part::Test, rows: &[0, 3, 5], draw: 0 };
    let mut ready = fields.ready(rows, &p).unwrap();
    let (field, problem, loss) = ready.parts();
    for (norm, channels) in [(Norm::Pooled, Channels::Pooled), (Norm::Seminorm, Channels::Seminorm)]
    {
        for tolerance in [1e-3, 1e-8] {
            let tolerances = (tolerance, tolerance);
            let found = under(norm, field, task.observations(), tolerances)
                .gradient(field, &problem, loss, None)
                .unwrap();
            let both = [channels.clone(), channels.clone()];
            let (cost, to_start, gradient) =
                split_pass(field, &problem, loss, both, tolerances).unwrap();
            let (forward, backward) = (found.report.forward, found.report.backward);
            assert_eq!(cost.nfe_forward, forward.calls as u64);
            assert_eq!(cost.nfe_backward, backward.calls as u64);
            assert_eq!(
                [cost.accepted, cost.rejected],
                [backward.accepted as u64, backward.rejected as u64]
            );
            let difference: Vec<f64> = gradient.iter().zip(&found.p).map(|(a, b)| a - b).collect();
            let off = (to_start - &found.y0).norm();
            assert!(off <= 1e-12 * found.y0.norm(), "{off}");
            // The same operations but for the order of sums of a few hundred terms.
            assert!(L2.measure(&difference) <= 1e-12 * L2.measure(&found.p));
        }
    }
}
