use costate_experiments::reproduce::cde::chirps::{KINDS, Sizes, chirps};
use costate_experiments::reproduce::record::Size;

const SMALL: Sizes = Sizes { series: [40, 20, 10], samples: 30, channels: 3 };

#[test]
fn the_same_seed_makes_the_same_chirps() {
    assert_eq!(chirps(7, SMALL), chirps(7, SMALL));
    let (one, other) = (chirps(7, SMALL), chirps(8, SMALL));
    let pairs = one.parts.train.iter().zip(&other.parts.train);
    assert!(pairs.clone().all(|(a, b)| a.class == b.class && a.values != b.values));
    // A series has a stream of its own: more of them, or another part, changes none.
    let more = chirps(7, Sizes { series: [50, 20, 10], ..SMALL });
    assert_eq!(more.parts.train[..40], one.parts.train);
    assert_eq!(more.parts.train[40..], one.parts.validation[..10]);
}

#[test]
fn kinds_come_equally_often_and_parts_have_their_sizes() {
    let made = chirps(0, SMALL);
    assert_eq!((made.channels(), made.classes.len()), (3, KINDS.len()));
    for (part, size) in
        [(&made.parts.train, 40), (&made.parts.validation, 20), (&made.parts.test, 10)]
    {
        assert_eq!(part.len(), size);
        for class in 0..KINDS.len() {
            assert_eq!(part.iter().filter(|s| s.class == class).count(), size / KINDS.len());
        }
        assert!(
            part.iter()
                .all(|s| s.values.shape() == (3, 30) && s.values.iter().all(|x| x.is_finite()))
        );
    }
    let paper = Sizes::of(Size::Paper);
    assert_eq!((paper.samples, paper.channels), (161, 20));
}

/// Kinds that differ in the way alone have the same courses of frequency: only the order of channels tells them apart.
#[test]
fn each_course_runs_both_ways() {
    for pair in KINDS.chunks(2) {
        assert_eq!(pair[0].frequency, pair[1].frequency);
        assert_eq!(pair[0].lag, -pair[1].lag);
    }
    for (i, pair) in KINDS.chunks(2).enumerate() {
        assert!(KINDS.chunks(2).skip(i + 1).all(|other| other[0].frequency != pair[0].frequency));
    }
}
