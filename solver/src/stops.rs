//! The times that steps end at.

use crate::{End, Plan};

/// A time that a step ends at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stop {
    pub(crate) t: f64,
    pub(crate) is_jump: bool,
}

/// Goes through the stops of a plan in the direction of its solve. A solve of many short stretches would spend more time on
/// searching for the next one than on a step.
#[derive(Debug, Clone)]
pub(crate) struct Stops<'a> {
    jumps: &'a [f64],
    saves: &'a [f64],
    end: Option<f64>,
    direction: f64,
}

impl<'a> Stops<'a> {
    pub(crate) fn new(plan: &Plan<'a>) -> Self {
        Stops {
            jumps: plan.jumps,
            saves: if plan.stop_at_saves { plan.save } else { &[] },
            end: (plan.end == End::Land).then_some(plan.t1),
            direction: plan.direction(),
        }
    }

    /// Where the next step after `t` must not go beyond, if there is anything left; `t` is never before the one asked about last.
    #[inline(never)]
    pub(crate) fn after(&mut self, t: f64) -> Option<Stop> {
        let direction = self.direction;
        let first_after = |times: &mut &[f64]| {
            while let Some((&first, rest)) = times.split_first() {
                if (first - t) * direction > 0.0 {
                    return Some(first);
                }
                *times = rest;
            }
            None
        };
        let mut nearest = self.end.filter(|end| (end - t) * direction > 0.0);
        let jump = first_after(&mut self.jumps);
        for stop in [first_after(&mut self.saves), jump].into_iter().flatten() {
            if nearest.is_none_or(|t| (stop - t) * direction < 0.0) {
                nearest = Some(stop);
            }
        }
        nearest.map(|t| Stop { t, is_jump: jump == Some(t) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_first_and_a_jump_at_a_save_time_is_a_jump() {
        let (saves, jumps) = ([1.0, 0.0, 0.0], [0.0, -1.0, -2.0]);
        let plan = Plan::new(2.0, -2.0).save_at(&saves).jumps_at(&jumps);
        let of = |plan: &Plan<'_>| {
            let (mut stops, mut t, mut found) = (Stops::new(plan), plan.t0, Vec::new());
            while let Some(stop) = stops.after(t) {
                t = stop.t;
                found.push((t, stop.is_jump));
            }
            found
        };
        assert_eq!(of(&plan), [(0.0, true), (-1.0, true), (-2.0, true)]);
        let all = [(1.0, false), (0.0, true), (-1.0, true), (-2.0, true)];
        assert_eq!(of(&plan.stop_at_saves()), all);
        assert_eq!(of(&Plan::new(0.0, 1.0)), [(1.0, false)]);
        assert_eq!(of(&Plan::new(0.0, 1.0).end(End::Overstep)), []);
    }
}
