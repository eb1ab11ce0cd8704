//! Which source a run was made from.

use std::process::Command;

/// The commit of the source tree, by asking git in the folder where the program runs; with `+changes` where tracked files
/// differ from it, and `unknown` where git has no answer.
pub fn commit() -> String {
    let ask = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    match ask(&["rev-parse", "HEAD"]) {
        Some(commit) if !commit.is_empty() => {
            let changed = ask(&["status", "--porcelain", "--untracked-files=no"]);
            let clean = changed.is_some_and(|changes| changes.is_empty());
            if clean { commit } else { commit + "+changes" }
        }
        _ => "unknown".to_owned(),
    }
}
