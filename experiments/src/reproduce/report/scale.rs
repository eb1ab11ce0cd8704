//! From numbers to places on an axis.

use super::text::{ten_to, tick};

/// An axis' range, and whether equal lengths are equal differences or equal factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// From one number to another, in equal differences. Two equal numbers, or such as are not finite, are moved apart.
    pub fn linear(low: f64, high: f64) -> Self {
        let (low, high) = ordered(low, high);
        let high = if high > low { high } else { low + low.abs().max(1.0) };
        Scale { low, high, logarithmic: false }
    }

    /// All positive values, in equal factors, with a little room at both ends.
    pub fn log_over(values: impl IntoIterator<Item = f64>) -> Self {
        let positive = |x: &f64| x.is_finite() && *x > 0.0;
        let (low, high) = range(values.into_iter().filter(positive)).unwrap_or((0.1, 10.0));
        let room = (high / low).powf(0.06).clamp(1.1, 1e3);
        Scale { low: low / room, high: high * room, logarithmic: true }
    }

    /// All finite values and zero, in equal differences.
    pub fn from_zero(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = range(values.into_iter().filter(|x| x.is_finite())).unwrap_or((0.0, 1.0));
        let room = 0.06 * (high.max(0.0) - low.min(0.0));
        let low = if low < 0.0 { low - room } else { 0.0 };
        Scale::linear(low, if high > 0.0 { high + room } else { 0.0 })
    }

    /// All finite values, in equal differences, with a little room at both ends.
    pub fn over(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = range(values.into_iter().filter(|x| x.is_finite())).unwrap_or((0.0, 1.0));
        let room = 0.05 * (high - low);
        Scale::linear(low - room, high + room)
    }

    /// Where a value is, 0 at the low end and 1 at the high one; none where it cannot be shown.
    pub fn place(&self, x: f64) -> Option<f64> {
        let Scale { low, high, logarithmic } = *self;
        let part =
            if logarithmic { (x / low).ln() / (high / low).ln() } else { (x - low) / (high - low) };
        // A hair beyond the ends is rounding.
        (-1e-6..=1.0 + 1e-6).contains(&part).then_some(part)
    }

    /// The same, with what lies beyond an end drawn at that end; none for NaN alone.
    pub fn clamped(&self, x: f64) -> Option<f64> {
        self.place(x.clamp(self.low, self.high))
    }

    /// Values to mark, with their names.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        // Within a factor of four there may be no round number of a decade; differences are near to even there.
        let wide = self.logarithmic && self.high / self.low > 4.0;
        let values = if wide { self.factors() } else { self.differences() };
        // Over many decades all are powers of ten, and are written as such.
        let write = if wide && self.high / self.low > 1e4 { ten_to } else { tick };
        values.into_iter().map(|x| (x, write(x))).collect()
    }

    fn differences(&self) -> Vec<f64> {
        let span = self.high - self.low;
        let rough = span / 5.0;
        let base = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|m| m * base)
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(10.0 * base);
        let (first, last) = ((self.low / step).ceil(), (self.high / step).floor());
        let count = ((last - first).clamp(0.0, 20.0)) as usize;
        (0..=count).map(|i| (first + i as f64) * step).filter(|x| *x <= self.high).collect()
    }

    fn factors(&self) -> Vec<f64> {
        let decades = (self.high / self.low).log10();
        let leading: &[f64] = match decades {
            d if d <= 1.0 => &[1.0, 2.0, 3.0, 5.0, 7.0],
            d if d <= 2.0 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let every = ((decades / 8.0).ceil() as usize).max(1);
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        (first..=last)
            .filter(|power| power.rem_euclid(every as i32) == 0)
            .flat_map(|power| leading.iter().map(move |m| m * 10f64.powi(power)))
            .filter(|x| (self.low..=self.high).contains(x))
            .collect()
    }
}

fn ordered(a: f64, b: f64) -> (f64, f64) {
    let fallback = |x: f64| if x.is_finite() { x } else { 0.0 };
    let (a, b) = (fallback(a), fallback(b));
    (a.min(b), a.max(b))
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, x| {
        let (low, high) = range.unwrap_or((x, x));
        Some((low.min(x), high.max(x)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_a_scale_is_made_of_is_on_it(values in prop::collection::vec(1e-12..1e12, 1..20)) {
            for scale in [Scale::log_over(values.clone()), Scale::from_zero(values.clone()), Scale::over(values.clone())] {
                for &x in &values {
                    prop_assert!(scale.place(x).is_some());
                }
                let ticks = scale.ticks();
                prop_assert!((1..=16).contains(&ticks.len()), "{ticks:?}");
                prop_assert!(ticks.iter().all(|(x, _)| scale.place(*x).is_some()));
                prop_assert!(ticks.windows(2).all(|w| w[0].0 < w[1].0));
            }
        }
    }

    #[test]
    fn nothing_and_nonsense_have_a_scale_too() {
        for values in [vec![], vec![f64::NAN, f64::INFINITY], vec![0.0, 0.0], vec![-3.0]] {
            for scale in [
                Scale::log_over(values.clone()),
                Scale::from_zero(values.clone()),
                Scale::over(values.clone()),
            ] {
                assert!(!scale.ticks().is_empty(), "{values:?}");
                assert!(scale.place(f64::NAN).is_none() && scale.clamped(f64::NAN).is_none());
            }
        }
        assert_eq!(Scale::linear(f64::NAN, f64::NAN), Scale::linear(0.0, 1.0));
    }
}
