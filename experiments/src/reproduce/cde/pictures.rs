//! What was learnt of series, to be looked at: single ones and what is said of them, all that is confused, and a hidden state on its
//! way.

use super::learning::Classification;
use super::prediction::{Way, said, way};
use crate::reproduce::comparison::Learnt;
use crate::reproduce::error::ReproduceError;
use crate::reproduce::report::Picture;
use crate::reproduce::report::along::{Row, along};
use crate::reproduce::report::confusion::confusion;
use crate::reproduce::report::curves::{Colour, Curve, curves};
use crate::reproduce::report::text::{power, short};
use crate::reproduce::task::{Part, Task};

/// How many channels of a series are drawn, and how many classes: as many as there are colours, or fewer.
const CHANNELS: usize = 4;
const CLASSES: usize = 6;
/// A class that is never as probable as this is not drawn.
const NOTABLE: f64 = 0.05;

/// Test series with what a model says of them, its confusions, and a hidden state with the steps of the solver.
///
/// # Errors
/// A solve that failed.
pub fn pictures(task: &Classification, learnt: &Learnt) -> Result<Vec<Picture>, ReproduceError> {
    let (p, name, tolerances) = (&learnt.parameters, task.name(), (learnt.rtol, learnt.atol));
    let of = format!("{name}, under {} at rtol {}", learnt.norm.name(), power(learnt.rtol));
    let (rows, said) = (task.part(Part::Test), said(task, p, tolerances)?);
    let mut counts = vec![vec![0; task.classes().len()]; task.classes().len()];
    for ((_, class), &said) in rows.iter().zip(&said) {
        counts[*class][said] += 1;
    }
    let right: usize = (0..counts.len()).map(|class| counts[class][class]).sum();
    let mut pictures = vec![Picture {
        title: format!("What is taken for what: {name}"),
        svg: confusion(&format!("{name}: true classes and what was said"), task.classes(), &counts),
        caption: format!(
            "All test series by their true class (rows) and by what the model says (columns, with the numbers of the rows), {of}: \
             {right} of {} are told right. A row is shaded by its shares.",
            rows.len()
        ),
    }];
    let chosen = chosen(rows.iter().map(|row| row.1).zip(said.iter().copied()));
    for (i, &row) in chosen.iter().enumerate() {
        let way = way(task, p, row, tolerances)?;
        pictures.push(series(task, row, said[row], &way, &of));
        if i == 0 {
            pictures.push(hidden(task, row, &way, &of));
        }
    }
    Ok(pictures)
}

/// Two series of different classes that are told right, and one that is not, as far as there are such.
fn chosen(pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Vec<usize> {
    let mut rights = pairs.clone().enumerate().filter(|(_, (class, said))| class == said);
    let first = rights.next();
    let second =
        first.and_then(|(_, (of_first, _))| rights.find(|(_, (class, _))| *class != of_first));
    let wrong = pairs.enumerate().find(|(_, (class, said))| class != said);
    [first, second, wrong].into_iter().flatten().map(|(row, _)| row).collect()
}

/// A series, and the probabilities of classes along it.
fn series(task: &Classification, row: usize, said: usize, way: &Way, of: &str) -> Picture {
    let (control, class) = &task.part(Part::Test)[row];
    let (true_name, said_name) = (&task.classes()[*class], &task.classes()[said]);
    let mut values = vec![0.0; control.channels()];
    let mut samples = Vec::new();
    for &knot in &way.knots {
        // The room is that of the channels.
        if control.value(knot, &mut values).is_ok() {
            samples.push(values.clone());
        }
    }
    let along = |value: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
        way.knots.iter().enumerate().map(|(i, &knot)| (knot, value(i))).collect()
    };
    // The first channel is the time.
    let channels = (1..control.channels()).take(CHANNELS).map(|channel| Curve {
        name: format!("channel {channel}"),
        colour: Colour::Number(channel - 1),
        dashed: false,
        points: along(&|i| samples.get(i).map_or(f64::NAN, |x| x[channel])),
    });
    let most = |k: usize| way.probabilities.iter().map(|p| p[k]).fold(0.0, f64::max);
    let mut notable: Vec<usize> =
        (0..task.classes().len()).filter(|&k| k == *class || most(k) >= NOTABLE).collect();
    notable.sort_by(|&a, &b| (b == *class).cmp(&(a == *class)).then(most(b).total_cmp(&most(a))));
    notable.truncate(CLASSES);
    let probabilities = notable.iter().enumerate().map(|(i, &k)| Curve {
        name: short(&task.classes()[k], 16),
        colour: if k == *class { Colour::Ink } else { Colour::Number(i.saturating_sub(1)) },
        dashed: false,
        points: along(&|i| way.probabilities[i][k]),
    });
    let (time, name) = ("time, samples", task.name());
    let verdict = match said == *class {
        true => "which is right".to_owned(),
        false => format!("which is wrong: it is {true_name}"),
    };
    Picture {
        title: format!("A test series of {name}: {true_name}"),
        svg: curves(
            &format!("{name}: a series of the class {true_name}"),
            time,
            "in deviations",
            &channels.collect::<Vec<_>>(),
        ) + &curves(
            &format!("{name}: probabilities of the classes along the series"),
            time,
            "probability",
            &probabilities.collect::<Vec<_>>(),
        ),
        caption: format!(
            "Above the first channels of test series {row}, counted from 0; below the probabilities that the model, {of}, would give \
             its classes by its hidden state there, the true class in the colour of text. At the end it says {said_name}, {verdict}."
        ),
    }
}

/// The size of the hidden state along a series, with knots and steps.
fn hidden(task: &Classification, row: usize, way: &Way, of: &str) -> Picture {
    let name = task.name();
    let strokes = |name: &str, colour, times: &[f64]| Row {
        name: format!("{} {name}", times.len()),
        colour,
        times: times.to_vec(),
    };
    let rows = [
        strokes("samples", Colour::Ink, &way.knots),
        strokes("accepted", Colour::Number(4), &way.accepted),
        strokes("rejected", Colour::Number(0), &way.rejected),
    ];
    Picture {
        title: format!("The hidden state on its way: {name}"),
        svg: along(
            &format!("{name}: the size of the hidden state along a series, with samples and steps"),
            "time, samples",
            "RMS of the hidden state",
            &way.size,
            &rows,
        ),
        caption: format!(
            "The hidden state along test series {row}, solved by itself, {of}. The strokes above it are the samples, where the slope of \
             the path jumps and each step has to end; the ends of accepted steps; and the ends that rejected steps would have had."
        ),
    }
}
