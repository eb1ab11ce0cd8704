//! The options that decide a run's numbers.

use crate::reproduce::cde::series;
use crate::reproduce::flows::digits;
use crate::reproduce::options::Plan;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Options by their names, with what was chosen. Where files go is not among them, and of data it is their content that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    experiment: String,
    options: Vec<(String, String)>,
}

/// What stands for an option that was not given.
const NOT_GIVEN: &str = "not given";

impl Choices {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        let norms: Vec<&str> = plan.norms.iter().map(|norm| norm.name()).collect();
        let files = plan.data.as_deref().and_then(|folder| files(plan.experiment, folder));
        let data = files.map(|files| {
            let prints: Vec<String> = files.iter().map(|file| fingerprint(file)).collect();
            prints.join(", ")
        });
        let list = |of: fn(&(f64, f64)) -> f64| {
            let each = plan.tolerances.iter().map(|pair| format!("{:e}", of(pair)));
            each.collect::<Vec<_>>().join(",")
        };
        let options = [
            ("size", Some(plan.size.name().to_owned())),
            ("norm", Some(norms.join(","))),
            ("epochs", plan.epochs.map(|epochs| epochs.to_string())),
            ("steps", plan.steps.map(|steps| steps.to_string())),
            ("rtol", Some(list(|pair| pair.0))),
            ("atol", Some(list(|pair| pair.1))),
            ("seed", Some(plan.seed.to_string())),
            ("repeats", Some(plan.repeats.to_string())),
            ("data", data),
        ];
        let told = |value: Option<String>| value.unwrap_or_else(|| NOT_GIVEN.to_owned());
        Choices {
            experiment: plan.experiment.to_owned(),
            options: options.map(|(name, value)| (name.to_owned(), told(value))).to_vec(),
        }
    }

    /// Where these and others differ, in words; nothing where they do not.
    pub fn differences(&self, now: &Choices) -> Option<String> {
        if self.experiment != now.experiment {
            return Some(format!(
                "the experiment was {} and is {} now",
                self.experiment, now.experiment
            ));
        }
        let value = |of: &Choices, name: &str| {
            let found = of.options.iter().find(|(known, _)| known == name);
            found.map_or(NOT_GIVEN.to_owned(), |(_, value)| value.clone())
        };
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in self.options.iter().chain(&now.options) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let differing = names.into_iter().filter_map(|name| {
            let (then, now) = (value(self, name), value(now, name));
            (then != now).then(|| format!("--{name} was {then} and is {now} now"))
        });
        let differing: Vec<String> = differing.collect();
        (!differing.is_empty()).then(|| differing.join("; "))
    }
}

/// The files of data that an experiment reads in a folder; none where it reads no data.
fn files(experiment: &str, folder: &Path) -> Option<Vec<PathBuf>> {
    match experiment {
        "cnf" => Some(vec![folder.join(digits::FILE)]),
        "cde" => {
            // A folder that cannot be read, the experiment speaks of.
            let names = series::names(folder).unwrap_or_default();
            let pair = |name: String| series::ENDS.map(|end| folder.join(format!("{name}{end}")));
            Some(names.into_iter().flat_map(pair).collect())
        }
        _ => None,
    }
}

/// What tells a file from others: its length and the checksum of its bytes. What is wrong with a file that cannot be read, the
/// experiment says itself.
fn fingerprint(path: &Path) -> String {
    match std::fs::read(path) {
        Ok(bytes) => format!("{} bytes with checksum {:08x}", bytes.len(), crc32fast::hash(&bytes)),
        Err(_) => "a file that cannot be read".to_owned(),
    }
}
