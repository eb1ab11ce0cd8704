//! The paper's generative experiment: continuous normalising flows.

use crate::reproduce::error::ReproduceError;
use crate::reproduce::options::Plan;
use crate::reproduce::record::Record;
use crate::reproduce::report::Words;

/// Runs it.
///
/// # Errors
/// What could not be done, and what to do.
pub fn run(plan: &Plan) -> Result<(Record, Words), ReproduceError> {
    let record = Record::new("cnf", plan.size, plan.seed);
    Ok((record, Words::default()))
}
