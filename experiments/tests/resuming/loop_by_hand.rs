use crate::tiny::{TOLERANCES, pendulum, plane, settings};
use costate_experiments::reproduce::prepared::{Prepared, Rows, batches};
use costate_experiments::reproduce::task::{Part, Task};
use costate_experiments::reproduce::training::{Settings, train};
use costate_experiments::reproduce::way::Norm;
use costate_neural::{AdamW, Model};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Two loops, one in the other, as one would write them if nobody ever broke them off.
fn by_hand<K: Task>(task: &K, settings: &Settings) -> Vec<f32>
where
    K::State<f32>: 'static,
{
    let mut prepared = Prepared::new(task, Norm::Seminorm, TOLERANCES);
    let mut p: Vec<f32> = task.model().initial(settings.seed).unwrap();
    let mut adam = AdamW::new(settings.rate, p.len()).unwrap().with_decay(settings.decay);
    let mut plateau = settings.schedule.plateau().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
    let mut order: Vec<usize> = (0..task.rows(Part::Train)).collect();
    let mut step = 0;
    for _ in 0..settings.epochs {
        order.shuffle(&mut random);
        for rows in order.chunks(task.batch_size()) {
            if settings.steps == Some(step) {
                return p;
            }
            let rows = Rows { part: Part::Train, rows, draw: settings.seed ^ (step << 20) };
            let gradient = prepared.gradient(rows, &p, None).unwrap().unwrap();
            adam.step(&mut p, &gradient.p).unwrap();
            step += 1;
        }
        let first = batches(task, Part::Validation, 1).remove(0);
        let rows = Rows { part: Part::Validation, rows: &first, draw: u64::MAX };
        let loss = prepared.loss(rows, &p).unwrap();
        adam.rate = plateau.next(adam.rate, loss).unwrap();
    }
    p
}

fn alike<K: Task>(task: &K)
where
    K::State<f32>: 'static,
{
    for steps in [None, Some(1), Some(5), Some(8)] {
        let settings = Settings { steps, ..settings(4) };
        let mut prepared = Prepared::new(task, Norm::Seminorm, TOLERANCES);
        let trained = train(&mut prepared, &settings, &mut |_| {}).unwrap();
        assert!(trained.parameters == by_hand(task, &settings), "{steps:?}");
    }
}

#[test]
fn a_training_step_by_step_is_the_loop_by_hand() {
    alike(&pendulum());
    alike(&plane());
}
