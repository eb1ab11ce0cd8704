//! The command line of the reproductions: what may be asked, and what is meant where nothing is said.

use super::record::Size;
use super::way::Norm;
use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Reproduces an experiment of "Hey, that's not an ODE" (Kidger, Chen, Lyons, ICML 2021): trains the same model with
/// gradients under several norms, and compares what the backward solves cost and how good model and gradient are.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Reproduce {
    /// Which.
    #[command(subcommand)]
    pub experiment: Experiment,
}

/// The experiments.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum Experiment {
    /// A Hamiltonian net that learns a double pendulum with a torque on each joint (the paper's physical control)
    Pendulum(Options),
    /// Continuous normalising flows of points in the plane, wines and digits (the paper's generative modelling)
    Cnf(Options),
    /// Neural controlled differential equations that tell series apart (the paper's time series)
    Cde(Options),
    /// All of them, one after the other, each as by itself, and tables over all
    All(Options),
}

/// What all have in common. Where an option is not given, [`Plan`] has what is meant.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Options {
    /// How much to compute: small nets and few data in minutes, or the paper's in hours
    #[arg(long, value_enum, default_value_t = Size::Quick)]
    pub size: Size,

    /// The norms to compare, one or more
    #[arg(long, value_name = "NAME", value_enum, num_args = 1.., value_delimiter = ',')]
    #[arg(default_values_t = [NormChoice::One(Norm::Pooled), NormChoice::One(Norm::Seminorm)])]
    pub norm: Vec<NormChoice>,

    /// Stop each training after so many steps of the optimiser [default: after the epochs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub steps: Option<u64>,

    /// How often to go through the training data [default: 50 at paper size, the paper's; at quick size 5, cde 20, or 80 with
    /// --data]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub epochs: Option<u64>,

    /// Relative tolerance, forwards and backwards [default: pendulum 1e-4, the paper's; cnf 1e-5, FFJORD's; cde 1e-3, 1e-4 and 1e-5
    /// in turn, the paper's, or a thousand times --atol, 0.1 at most]
    #[arg(long, value_name = "TOLERANCE", value_parser = relative)]
    pub rtol: Option<f64>,

    /// Absolute tolerance, in the units of the state [default: pendulum 1e-4, the paper's; cnf 1e-5, FFJORD's; cde a thousandth of the
    /// relative one, as in the paper]
    #[arg(long, value_name = "TOLERANCE", value_parser = absolute)]
    pub atol: Option<f64>,

    /// What all random numbers come from: the same number, the same run on every machine
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

    /// How many trainings for each norm, from different initial nets [default: 5 at paper size, the paper's; 1 at quick size]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub repeats: Option<u64>,

    /// Folder with digits.csv.gz for the flow of digits, or with pairs of NAME_TRAIN.ts and NAME_TEST.ts for cde, which takes all of them
    /// [default: cnf goes without digits; pendulum and cde make their own data]. For all, one with both
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Also write the record of the run to this file, as JSON [default: not written; all leaves one in the folder of each experiment]
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,

    /// Folder for the report, report.html; made if it is not there [default: target/pendulum, target/cnf, target/cde or
    /// target/all]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// What to do with a run that was broken off.
    #[command(flatten)]
    pub resuming: Resuming,
}

/// What is done with a run that was broken off.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Resuming {
    /// Go on with the run that was broken off in the folder of --out, to the same numbers as if it had not been. All options that
    /// decide numbers have to be those it was begun with; --json may be another
    #[arg(long)]
    pub resume: bool,

    /// Begin anew, whatever lies in the folder of --out. Without it, and without --resume, an unfinished run of a minute or more is
    /// not overwritten
    #[arg(long, conflicts_with = "resume")]
    pub fresh: bool,

    /// How often a checkpoint is written to the folder of --out while a model is trained; 0 for after each step. One is written
    /// too after each training and evaluation, and on Ctrl-C or SIGTERM; a second Ctrl-C ends the run without one
    #[arg(long, value_name = "SECONDS", default_value_t = Resuming::EVERY)]
    pub checkpoint_every: u64,
}

impl Resuming {
    /// Half a minute of work is the most that a power cut costs; what is written in that time is nothing to a disk.
    const EVERY: u64 = 30;
}

impl Default for Resuming {
    fn default() -> Self {
        Resuming { resume: false, fresh: false, checkpoint_every: Resuming::EVERY }
    }
}

/// One norm, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormChoice {
    /// This one.
    One(Norm),
    /// All that the experiment has.
    All,
}

impl ValueEnum for NormChoice {
    fn value_variants<'a>() -> &'a [Self] {
        const CHOICES: [NormChoice; 6] = [
            NormChoice::One(Norm::Pooled),
            NormChoice::One(Norm::PerTensor),
            NormChoice::One(Norm::Seminorm),
            NormChoice::One(Norm::AsShipped),
            NormChoice::One(Norm::Quadrature),
            NormChoice::All,
        ];
        &CHOICES
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            NormChoice::All => ("all", "every one of these that the experiment has"),
            NormChoice::One(norm) => (
                norm.name(),
                match norm {
                    Norm::Pooled => "largest RMS of state, costate and all parameter channels",
                    Norm::PerTensor => "the same with an RMS for each parameter tensor",
                    Norm::Seminorm => "the paper's: state and costate alone",
                    Norm::AsShipped => "what the paper's code had for the pendulum; of no other",
                    Norm::Quadrature => "the parameter gradient out of the ODE altogether",
                },
            ),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// What cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// A norm that the experiment does not have.
    #[error(
        "--norm as-shipped is the pendulum's: only there did the paper's code ship another norm than the paper's. Leave it out, or \
         say --norm all for every norm that {experiment} has"
    )]
    NotShipped {
        /// Which experiment was meant.
        experiment: &'static str,
    },
}

/// A run with nothing left open.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// `pendulum`, `cnf` or `cde`.
    pub experiment: &'static str,
    /// How much to compute.
    pub size: Size,
    /// Each once, in the order of tables.
    pub norms: Vec<Norm>,
    /// The most steps of the optimiser, if there is such a limit.
    pub steps: Option<u64>,
    /// Times through the training data, where that was said.
    pub epochs: Option<u64>,
    /// Pairs of a relative and an absolute tolerance; at each all norms are compared.
    pub tolerances: Vec<(f64, f64)>,
    /// What the random numbers come from.
    pub seed: u64,
    /// Trainings for each norm.
    pub repeats: u64,
    /// Where the data are, if they were named.
    pub data: Option<PathBuf>,
    /// Where the record goes, if anywhere.
    pub json: Option<PathBuf>,
    /// Where the report goes.
    pub out: PathBuf,
    /// What is done with a run that was broken off.
    pub resuming: Resuming,
}

/// All experiments, in the order in which they are run.
const EXPERIMENTS: [&str; 3] = ["pendulum", "cnf", "cde"];

/// What is to be run.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// One experiment.
    One(Plan),
    /// Each of these, in a folder of its own, and what is of all together.
    All(Vec<Plan>, Together),
}

/// Where files go that are of all experiments together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The folder that has those of each experiment in it.
    pub out: PathBuf,
    /// The record of all, if it is asked for.
    pub json: Option<PathBuf>,
}

impl Reproduce {
    /// What is meant.
    ///
    /// # Errors
    /// [`OptionsError`] for options that do not go together.
    pub fn planned(&self) -> Result<Planned, OptionsError> {
        let options = match &self.experiment {
            Experiment::Pendulum(options) => return Ok(Planned::One(plan("pendulum", options)?)),
            Experiment::Cnf(options) => return Ok(Planned::One(plan("cnf", options)?)),
            Experiment::Cde(options) => return Ok(Planned::One(plan("cde", options)?)),
            Experiment::All(options) => options,
        };
        let out = options.out.clone().unwrap_or_else(|| PathBuf::from("target/all"));
        let each = EXPERIMENTS.into_iter().map(|experiment| {
            let folder = out.join(experiment);
            let json = Some(folder.join("record.json"));
            let mut own = Options { out: Some(folder), json, ..options.clone() };
            if experiment != "pendulum" {
                // It is meant for the one that has it.
                own.norm.retain(|norm| *norm != NormChoice::One(Norm::AsShipped));
            }
            plan(experiment, &own)
        });
        let mut plans: Vec<Plan> = each.collect::<Result<_, _>>()?;
        plans.retain(|plan| !plan.norms.is_empty());
        Ok(Planned::All(plans, Together { out, json: options.json.clone() }))
    }
}

/// The run of one experiment.
fn plan(experiment: &'static str, options: &Options) -> Result<Plan, OptionsError> {
    let pendulum = experiment == "pendulum";
    let paper = options.size == Size::Paper;
    let named = |norm| options.norm.contains(&NormChoice::One(norm));
    if !pendulum && named(Norm::AsShipped) {
        return Err(OptionsError::NotShipped { experiment });
    }
    let all = options.norm.contains(&NormChoice::All);
    let meant = |norm: &Norm| named(*norm) || all && (pendulum || *norm != Norm::AsShipped);
    Ok(Plan {
        experiment,
        size: options.size,
        norms: Norm::ALL.into_iter().filter(meant).collect(),
        steps: options.steps,
        epochs: options.epochs,
        tolerances: tolerances(experiment, options.rtol, options.atol),
        seed: options.seed,
        repeats: options.repeats.unwrap_or(if paper { 5 } else { 1 }),
        data: options.data.clone(),
        json: options.json.clone(),
        out: options.out.clone().unwrap_or_else(|| PathBuf::from("target").join(experiment)),
        resuming: options.resuming.clone(),
    })
}

impl Plan {
    /// Times through the training data: what was said, else the paper's at its size, else so many.
    pub fn epochs_or(&self, quick: u64) -> u64 {
        self.epochs.unwrap_or(if self.size == Size::Paper { 50 } else { quick })
    }

    /// All trainings under one norm, in order: their tolerances, and which repeat each is.
    pub fn trainings(&self) -> Vec<((f64, f64), u64)> {
        let repeats = |&pair: &(f64, f64)| (0..self.repeats).map(move |repeat| (pair, repeat));
        self.tolerances.iter().flat_map(repeats).collect()
    }
}

/// The tolerances that are meant.
fn tolerances(experiment: &str, rtol: Option<f64>, atol: Option<f64>) -> Vec<(f64, f64)> {
    match (experiment, rtol, atol) {
        (_, Some(rtol), Some(atol)) => vec![(rtol, atol)],
        // In the paper the absolute one is a thousandth of the relative one, here alone.
        ("cde", None, None) => vec![(1e-3, 1e-6), (1e-4, 1e-7), (1e-5, 1e-8)],
        ("cde", Some(rtol), None) => vec![(rtol, rtol / 1e3)],
        // No looser than --rtol may be.
        ("cde", None, Some(atol)) => vec![((1e3 * atol).min(0.1), atol)],
        _ => {
            let usual = if experiment == "pendulum" { 1e-4 } else { 1e-5 };
            vec![(rtol.unwrap_or(usual), atol.unwrap_or(usual))]
        }
    }
}

fn relative(text: &str) -> Result<f64, String> {
    // Looser than a tenth an error estimate means nothing; tighter than 1e-12 it is rounding.
    within(text, 1e-12, 0.1)
}

fn absolute(text: &str) -> Result<f64, String> {
    within(text, 1e-15, 1.0)
}

fn within(text: &str, low: f64, high: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        Ok(_) => Err(format!("give a number from {low:e} to {high}")),
        Err(_) => Err("give a number such as 1e-4".to_owned()),
    }
}
