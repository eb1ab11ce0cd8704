//! A checkpoint as one file: arrays in the safetensors format, and the rest as one more tensor of bytes, in CBOR.

use super::contents::Contents;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// The version of what the file holds.
const FORMAT: &str = "1";
/// The version of the program: others may compute other numbers.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

const FORMAT_KEY: &str = "costate-checkpoint";
const PROGRAM_KEY: &str = "costate";
const CHECKSUM_KEY: &str = "crc32";
const STATE: &str = "state";

/// Why bytes are no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Another version, as it calls itself.
    Version(String),
    /// Anything else, in words.
    Damage(String),
}

/// Over everything that is not the header, by names, so that no array can stand for another.
fn checksum<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut sorted: Vec<_> = parts.collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    let mut hasher = crc32fast::Hasher::new();
    for (name, bytes) in sorted {
        hasher.update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    format!("{:08x}", hasher.finalize())
}

/// The file.
///
/// # Errors
/// In words; none that the types allow, but the formats' signatures have some.
pub fn to_bytes(contents: &Contents) -> Result<Vec<u8>, String> {
    let mut state = Vec::new();
    ciborium::into_writer(contents, &mut state).map_err(|error| error.to_string())?;
    let arrays = contents.arrays();
    // Little-endian, as the format wants it; on the machines that are so these are no copies.
    let little: Vec<Vec<u32>> = if cfg!(target_endian = "big") {
        arrays.iter().map(|(_, a)| a.iter().map(|x| x.to_bits().to_le()).collect()).collect()
    } else {
        Vec::new()
    };
    let bytes = |i: usize| match little.get(i) {
        Some(swapped) => bytemuck::cast_slice(swapped),
        None => bytemuck::cast_slice(arrays[i].1),
    };
    let mut parts: Vec<(&str, Dtype, &[u8])> = vec![(STATE, Dtype::U8, &state)];
    parts.extend(
        arrays.iter().enumerate().map(|(i, (name, _))| (name.as_str(), Dtype::F32, bytes(i))),
    );
    let said = [
        (FORMAT_KEY, FORMAT.to_owned()),
        (PROGRAM_KEY, PROGRAM.to_owned()),
        (CHECKSUM_KEY, checksum(parts.iter().map(|&(name, _, bytes)| (name, bytes)))),
    ];
    let said = said.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let views = parts.into_iter().map(|(name, dtype, bytes)| {
        let size = if dtype == Dtype::F32 { size_of::<f32>() } else { 1 };
        Ok((name, TensorView::new(dtype, vec![bytes.len() / size], bytes)?))
    });
    let views: Result<Vec<_>, safetensors::SafeTensorError> = views.collect();
    let file = views.and_then(|views| safetensors::serialize(views, Some(said)));
    file.map_err(|error| error.to_string())
}

/// What is in the file.
///
/// ```
/// use costate_experiments::reproduce::checkpoint::{Flaw, from_bytes};
/// assert!(matches!(from_bytes(b"something else"), Err(Flaw::Damage(_))));
/// ```
///
/// # Errors
/// A [`Flaw`] where it is cut off, where a byte has changed, where it is another file, or of another version.
pub fn from_bytes(bytes: &[u8]) -> Result<Contents, Flaw> {
    let damage = |reason: &str| Flaw::Damage(reason.to_owned());
    let broken = |error: safetensors::SafeTensorError| {
        Flaw::Damage(format!("it is cut off or not in the safetensors format ({error})"))
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
    let file = SafeTensors::deserialize(bytes).map_err(broken)?;
    let none = damage("it holds arrays, but no run");
    let said = header.metadata().as_ref().ok_or_else(|| none.clone())?;
    let [format, program, expected] =
        [FORMAT_KEY, PROGRAM_KEY, CHECKSUM_KEY].map(|key| said.get(key));
    let (Some(format), Some(program), Some(expected)) = (format, program, expected) else {
        return Err(none);
    };
    if format != FORMAT || program != PROGRAM {
        return Err(Flaw::Version(program.clone()));
    }
    let names = file.names();
    let tensor = |name: &str| file.tensor(name).map_err(|_| damage(&format!("it lacks `{name}`")));
    let parts: Result<Vec<_>, Flaw> =
        names.iter().map(|&name| Ok((name, tensor(name)?.data()))).collect();
    if checksum(parts?.into_iter()) != *expected {
        return Err(damage("its checksum is another: bytes in it have changed"));
    }
    let mut contents: Contents = ciborium::from_reader(tensor(STATE)?.data())
        .map_err(|error| Flaw::Damage(format!("its state cannot be read ({error})")))?;
    contents.fill(|name| {
        let (numbers, _) = tensor(&name)?.data().as_chunks();
        Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    })?;
    Ok(contents)
}
