use costate_neural::{Control, ControlError, Controls};
use nalgebra::DMatrix;

fn refused(times: &[f64], values: &DMatrix<f64>) -> ControlError {
    let all = [Control::linear, Control::rectilinear, Control::natural_cubic, Control::hermite]
        .map(|scheme| scheme(times, values).unwrap_err());
    assert!(all.iter().all(|error| format!("{error:?}") == format!("{:?}", all[0])), "{all:?}");
    all.into_iter().next().unwrap()
}

#[test]
fn series_that_are_none_are_named() {
    let of = |samples: usize| DMatrix::from_element(2, samples, 1.0);
    assert_eq!(refused(&[], &of(0)), ControlError::TooFew { found: 0 });
    assert_eq!(refused(&[1.0], &of(1)), ControlError::TooFew { found: 1 });
    assert_eq!(refused(&[1.0, 2.0], &of(3)), ControlError::Lengths { times: 2, values: 3 });
    assert_eq!(refused(&[1.0, 2.0], &DMatrix::zeros(0, 2)), ControlError::NoChannels);
    let unsorted = |value| ControlError::TimesUnsorted { index: 2, value, previous: 1.0 };
    assert_eq!(refused(&[0.0, 1.0, 1.0], &of(3)), unsorted(1.0));
    assert_eq!(refused(&[0.0, 1.0, 0.5], &of(3)), unsorted(0.5));
    assert!(refused(&[-0.0, 0.0], &of(2)).to_string().contains("time 1 is 0"));
    for value in [f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(refused(&[0.0, value], &of(2)), ControlError::TimeNotFinite { index: 1, value });
        let mut values = of(3);
        values[(1, 2)] = value;
        let error = ControlError::Infinite { channel: 1, index: 2, value };
        assert_eq!(refused(&[0.0, 1.0, 2.0], &values), error);
    }
    let nan = refused(&[f64::NAN, 1.0], &of(2));
    assert!(matches!(nan, ControlError::TimeNotFinite { index: 0, value } if value.is_nan()));
}

/// Finite times and values whose path is not.
#[test]
fn paths_that_overflow_are_named() {
    let step = DMatrix::from_row_slice(1, 2, &[0.0, 1e10]);
    for scheme in [Control::linear, Control::natural_cubic, Control::hermite] {
        let error = scheme(&[0.0, 1e-300], &step).unwrap_err();
        assert_eq!(error, ControlError::Overflow { channel: 0, index: 0 });
    }
    let (first, last) = (f64::MIN, f64::MAX);
    assert_eq!(refused(&[first, last], &step), ControlError::TooLong { first, last });
    let steep = DMatrix::from_row_slice(1, 2, &[first, last]);
    let error = Control::rectilinear(&[0.0, 1.0], &steep).unwrap_err();
    assert_eq!(error, ControlError::Overflow { channel: 1, index: 1 });
}

#[test]
fn batches_that_are_none_are_named() {
    let control = |channels: usize| {
        Control::linear(&[0.0, 1.0], &DMatrix::from_element(channels, 2, 1.0)).unwrap()
    };
    assert_eq!(Controls::new([]).unwrap_err(), ControlError::EmptyBatch);
    let uneven = Controls::new([control(2), control(2), control(3)]).unwrap_err();
    assert_eq!(uneven, ControlError::Channels { index: 2, expected: 2, found: 3 });
    assert!(Controls::new([control(2), control(1).with_time()]).is_ok());
    let room = control(2).value(0.0, &mut [0.0; 3]).unwrap_err();
    assert_eq!(room, ControlError::Room { channels: 2, found: 3 });
    assert_eq!(
        control(2).slope(0.0, &mut [0.0; 1]).unwrap_err(),
        ControlError::Room { channels: 2, found: 1 }
    );
}
