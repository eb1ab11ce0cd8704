//! The command line of the reproductions.

use clap::{CommandFactory, Parser};
use costate_experiments::reproduce::options::{OptionsError, Plan, Planned, Reproduce, Resuming};
use costate_experiments::reproduce::record::Size;
use costate_experiments::reproduce::way::Norm;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "reproduce")]
struct Command {
    #[command(flatten)]
    reproduce: Reproduce,
}

fn planned(line: &str) -> Result<Plan, OptionsError> {
    let words = ["reproduce"].into_iter().chain(line.split_whitespace());
    let command = Command::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    command.reproduce.planned().map(|planned| match planned {
        Planned::One(plan) => plan,
        Planned::All(..) => panic!("one experiment is planned"),
    })
}

fn refused(line: &str) -> String {
    let words = ["reproduce"].into_iter().chain(line.split_whitespace());
    Command::try_parse_from(words).unwrap_err().to_string()
}

#[test]
fn what_is_not_said_is_the_papers_at_paper_size() {
    let plan = planned("pendulum --size paper").unwrap();
    assert_eq!((plan.experiment, plan.size), ("pendulum", Size::Paper));
    assert_eq!((plan.epochs_or(5), plan.repeats, plan.tolerances), (50, 5, vec![(1e-4, 1e-4)]));
    assert_eq!(plan.norms, [Norm::Pooled, Norm::Seminorm]);
    assert_eq!((plan.seed, plan.steps, plan.data, plan.json), (0, None, None, None));
    assert_eq!(plan.out, PathBuf::from("target/pendulum"));
    assert_eq!(plan.resuming, Resuming::default());
    let quick = planned("cnf").unwrap();
    assert_eq!((quick.size, quick.epochs_or(5), quick.repeats), (Size::Quick, 5, 1));
    assert_eq!((quick.tolerances, quick.out), (vec![(1e-5, 1e-5)], PathBuf::from("target/cnf")));
    let cde = planned("cde").unwrap();
    assert_eq!((cde.size, cde.epochs, cde.repeats), (Size::Quick, None, 1));
    assert_eq!(cde.out, PathBuf::from("target/cde"));
}

#[test]
fn all_are_planned_as_each_alone_in_folders_of_their_own() {
    let words = "reproduce all --norm seminorm as-shipped --seed 4 --out there --json all.json";
    let command = Command::try_parse_from(words.split(' ')).unwrap();
    let Planned::All(plans, together) = command.reproduce.planned().unwrap() else {
        panic!("all are planned")
    };
    assert_eq!((together.out, together.json), ("there".into(), Some("all.json".into())));
    for plan in &plans {
        let alone = match plan.experiment {
            "pendulum" => planned("pendulum --norm seminorm as-shipped --seed 4").unwrap(),
            // The pendulum's norm is not meant for it.
            other => planned(&format!("{other} --norm seminorm --seed 4")).unwrap(),
        };
        let out = PathBuf::from("there").join(plan.experiment);
        let json = Some(out.join("record.json"));
        assert_eq!(*plan, Plan { out, json, ..alone });
    }
    assert!(plans.iter().any(|plan| plan.norms.contains(&Norm::AsShipped)));
}

#[test]
fn what_is_said_is_meant() {
    let plan = planned(
        "cnf --size quick --norm quadrature pooled --steps 20 --epochs 3 --rtol 1e-3 --atol 1e-6 --seed 9 --repeats 2 \
         --data there --json here/record.json --out elsewhere --resume --checkpoint-every 5",
    )
    .unwrap();
    assert_eq!(
        plan,
        Plan {
            experiment: "cnf",
            size: Size::Quick,
            norms: vec![Norm::Pooled, Norm::Quadrature],
            steps: Some(20),
            epochs: Some(3),
            tolerances: vec![(1e-3, 1e-6)],
            seed: 9,
            repeats: 2,
            data: Some("there".into()),
            json: Some("here/record.json".into()),
            out: "elsewhere".into(),
            resuming: Resuming { resume: true, fresh: false, checkpoint_every: 5 },
        }
    );
}

/// The absolute tolerance is a thousandth of the relative one, whichever is given.
#[test]
fn a_cde_has_the_papers_three_pairs_of_tolerances_or_one() {
    let tolerances = |line: &str| planned(line).unwrap().tolerances;
    assert_eq!(tolerances("cde"), [(1e-3, 1e-6), (1e-4, 1e-7), (1e-5, 1e-8)]);
    for (line, rtol, atol) in [
        ("cde --rtol 1e-2", 1e-2, 1e-5),
        ("cde --atol 1e-5", 1e-2, 1e-5),
        ("cde --rtol 1e-2 --atol 1e-2", 1e-2, 1e-2),
    ] {
        let found = tolerances(line);
        assert_eq!(found.len(), 1);
        // A product and a quotient round once.
        assert!((found[0].0 / rtol - 1.0).abs() <= f64::EPSILON, "{line}");
        assert!((found[0].1 / atol - 1.0).abs() <= f64::EPSILON, "{line}");
    }
    assert_eq!(tolerances("cnf --atol 1e-7"), [(1e-5, 1e-7)]);
    let plan = planned("cde --repeats 2").unwrap();
    assert_eq!(plan.trainings()[1..3], [((1e-3, 1e-6), 1), ((1e-4, 1e-7), 0)]);
}

#[test]
fn norms_are_named_one_by_one_or_all() {
    assert_eq!(planned("pendulum --norm all").unwrap().norms, Norm::ALL);
    let listed = planned("pendulum --norm seminorm,pooled --norm seminorm per-tensor").unwrap();
    assert_eq!(listed.norms, [Norm::Pooled, Norm::PerTensor, Norm::Seminorm]);
    let without = planned("cnf --norm all").unwrap().norms;
    assert_eq!(without.len(), Norm::ALL.len() - 1);
    assert!(!without.contains(&Norm::AsShipped));
    let error = planned("cnf --norm as-shipped").unwrap_err();
    assert_eq!(error, OptionsError::NotShipped { experiment: "cnf" });
    assert!(error.to_string().contains("--norm all"));
    let typo = refused("pendulum --norm seminrom");
    assert!(typo.contains("seminorm") && typo.contains("as-shipped"), "{typo}");
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    for (line, words) in [
        ("pendulum --rtol 0", "from 1e-12 to 0.1"),
        ("pendulum --rtol NaN", "from 1e-12 to 0.1"),
        ("pendulum --rtol 0.2", "from 1e-12 to 0.1"),
        ("pendulum --atol inf", "from 1e-15 to 1"),
        ("pendulum --atol=-1e-6", "from 1e-15 to 1"),
        ("cnf --atol little", "such as 1e-4"),
        ("cnf --steps 0", "0 is not in"),
        ("cnf --epochs 0", "0 is not in"),
        ("cnf --repeats 1001", "1001 is not in"),
        ("cnf --size huge", "paper"),
        ("cnf --seed=-1", "--seed"),
        ("cnf --norm", "--norm"),
        ("cnf --resume --fresh", "cannot be used with"),
        ("cnf --checkpoint-every=-1", "--checkpoint-every"),
        ("cde --norm", "--norm"),
        ("sde", "'sde'"),
        ("", "pendulum"),
    ] {
        let error = refused(line);
        assert!(error.contains(words), "{line}: {error}");
    }
}

#[test]
fn options_are_consistent_and_all_explained() {
    let mut command = Command::command();
    command.clone().debug_assert();
    for name in ["pendulum", "cnf", "cde"] {
        let help = command
            .find_subcommand_mut(name)
            .expect("there is such an experiment")
            .render_long_help()
            .to_string();
        for option in [
            "--size",
            "--norm",
            "--steps",
            "--epochs",
            "--rtol",
            "--atol",
            "--seed",
            "--repeats",
            "--data",
            "--json",
            "--out",
            "--resume",
            "--fresh",
            "--checkpoint-every",
        ] {
            assert!(help.contains(option), "{option}");
        }
        assert_eq!(help.matches("[default: ").count(), 12, "{help}");
    }
}
