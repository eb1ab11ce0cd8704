//! Numbers that JSON cannot say.

use serde::{Deserialize, Deserializer};

/// A number, or NaN for the `null` that serde_json writes for NaN and the infinities.
pub(super) fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}
