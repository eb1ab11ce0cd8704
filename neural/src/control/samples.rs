//! A series as it was observed: checked, and with what is missing filled in.

use super::ControlError;
use nalgebra::DMatrix;

/// Values over times, NaN where one is missing.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) times: &'a [f64],
    pub(super) values: &'a DMatrix<f64>,
}

impl<'a> Samples<'a> {
    pub(super) fn new(times: &'a [f64], values: &'a DMatrix<f64>) -> Result<Self, ControlError> {
        if times.len() != values.ncols() {
            return Err(ControlError::Lengths { times: times.len(), values: values.ncols() });
        }
        if values.nrows() == 0 {
            return Err(ControlError::NoChannels);
        }
        if times.len() < 2 {
            return Err(ControlError::TooFew { found: times.len() });
        }
        for (index, &value) in times.iter().enumerate() {
            if !value.is_finite() {
                return Err(ControlError::TimeNotFinite { index, value });
            }
            if index > 0 && value <= times[index - 1] {
                let previous = times[index - 1];
                return Err(ControlError::TimesUnsorted { index, value, previous });
            }
        }
        let (first, last) = (times[0], times[times.len() - 1]);
        if !(last - first).is_finite() {
            return Err(ControlError::TooLong { first, last });
        }
        for (index, column) in values.column_iter().enumerate() {
            if let Some(channel) = column.iter().position(|x| x.is_infinite()) {
                return Err(ControlError::Infinite { channel, index, value: column[channel] });
            }
        }
        Ok(Samples { times, values })
    }

    /// What there is of a channel, as (index of the time, value), and always something at both ends: where that is missing, the
    /// nearest value that is there; in a channel without any, zeros.
    pub(super) fn observed(&self, channel: usize) -> Vec<(usize, f64)> {
        let row = self.values.row(channel);
        let mut observed: Vec<(usize, f64)> =
            row.iter().copied().enumerate().filter(|(_, x)| !x.is_nan()).collect();
        let last = self.times.len() - 1;
        let value = |end: Option<&(usize, f64)>| end.map_or(0.0, |&(_, x)| x);
        if observed.first().is_none_or(|&(i, _)| i > 0) {
            observed.insert(0, (0, value(observed.first())));
        }
        if observed.last().is_none_or(|&(i, _)| i < last) {
            observed.push((last, value(observed.last())));
        }
        observed
    }

    /// The values with what is missing carried forward from the last value before it, or backward to the beginning.
    pub(super) fn carried_forward(&self) -> DMatrix<f64> {
        let mut filled = self.values.clone();
        for channel in 0..filled.nrows() {
            let (_, mut last) = self.observed(channel)[0];
            for x in filled.row_mut(channel).iter_mut() {
                if x.is_nan() {
                    *x = last;
                }
                last = *x;
            }
        }
        filled
    }
}
