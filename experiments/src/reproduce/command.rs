//! The command that a run was begun with, to be typed again.

/// The command line as it was typed, without `--resume` and `--fresh`: where `--resume` is added to it, the run is gone on with.
pub fn typed() -> String {
    let words = std::env::args().filter(|word| word != "--resume" && word != "--fresh");
    words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it for one.
///
/// ```
/// use costate_experiments::reproduce::command::quoted;
/// assert_eq!(quoted("--steps=3"), "--steps=3");
/// assert_eq!(quoted("my data"), "'my data'");
/// assert_eq!(quoted("it's"), r"'it'\''s'");
/// ```
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
