//! Parameters in files that other libraries read.

use costate_adjoint::autodiff::{Entry, Layout, Shape};
use costate_adjoint::norms::Float;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use std::path::{Path, PathBuf};

/// Why named arrays could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// A list of another length than the layout.
    #[error("the arrays have {expected} numbers together and the list has {found}")]
    Length {
        /// Numbers of the layout.
        expected: usize,
        /// Numbers passed.
        found: usize,
    },
    /// An array without a name.
    #[error("array {index} has no name: in a file every tensor has one")]
    Unnamed {
        /// Which array, counted from 0.
        index: usize,
    },
    /// A tensor that is not there.
    #[error("there is no tensor `{name}` in the file; there are: {known}")]
    Missing {
        /// The name looked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// A tensor of another shape.
    #[error(
        "tensor `{name}` has the shape {found:?} in the file and the model's is {expected}: is it of another model?"
    )]
    Shape {
        /// Its name.
        name: String,
        /// The model's rows and columns.
        expected: Shape,
        /// The file's shape.
        found: Vec<usize>,
    },
    /// A tensor of other numbers.
    #[error("tensor `{name}` holds {found:?}: only F32 and F64 are read")]
    Type {
        /// Its name.
        name: String,
        /// What it holds.
        found: Dtype,
    },
    /// NaN or infinity, or a number too large for the scalar that it is read into.
    #[error("tensor `{name}` has {value} at entry {index}, row by row: parameters are finite")]
    NotFinite {
        /// Its name.
        name: String,
        /// Which entry, in the order of the file.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// Bytes in another format.
    #[error("not in the safetensors format: {0}")]
    Format(#[from] SafeTensorError),
    /// A file that could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Named arrays in the safetensors format: `F32` for `f32`, `F64` for `f64`, row by row as all libraries have it, an array of one column
/// as a tensor of one axis.
///
/// So a net's `0.weight` and `0.bias` are those of a PyTorch `nn.Sequential` of the same layers, as far as their numbers go.
///
/// ```
/// use costate_neural::{Activation, Mlp, tensors};
/// let layout = Mlp::new([2, 3, 1], Activation::Tanh)?.parameters()?;
/// let p: Vec<f32> = (0..13).map(|k| k as f32).collect();
/// let bytes = tensors::to_bytes(&layout, &p)?;
/// assert_eq!(tensors::from_bytes::<f32>(&layout, &bytes)?, p);
/// let other = Mlp::new([2, 4, 1], Activation::Tanh)?.parameters()?;
/// let refused = tensors::from_bytes::<f32>(&other, &bytes).unwrap_err().to_string();
/// assert!(refused.contains("`0.weight` has the shape [3, 2] in the file and the model's is 4x2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A list of another length, or an array without a name.
pub fn to_bytes<T: Float>(layout: &Layout, flat: &[T]) -> Result<Vec<u8>, TensorError> {
    if flat.len() != layout.len() {
        return Err(TensorError::Length { expected: layout.len(), found: flat.len() });
    }
    if let Some(index) = layout.entries().iter().position(|entry| entry.name.is_empty()) {
        return Err(TensorError::Unnamed { index });
    }
    let dtype = if size_of::<T>() == 4 { Dtype::F32 } else { Dtype::F64 };
    let data: Vec<Vec<u8>> = layout
        .entries()
        .iter()
        .map(|entry| {
            let array = &flat[entry.range()];
            let numbers = row_by_row(entry.shape).map(|place| -> f64 { array[place].into() });
            match dtype {
                Dtype::F32 => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
                _ => numbers.flat_map(f64::to_le_bytes).collect(),
            }
        })
        .collect();
    let views = layout.entries().iter().zip(&data).map(|(entry, data)| {
        let shape = axes(entry.shape);
        Ok((entry.name.as_str(), TensorView::new(dtype, shape, data)?))
    });
    let views = views.collect::<Result<Vec<_>, SafeTensorError>>()?;
    Ok(safetensors::serialize(views, None)?)
}

/// The arrays of a layout from bytes in the safetensors format, as one flat list. Numbers of either precision are read into either;
/// tensors that the layout does not name are left alone.
///
/// # Errors
/// Bytes in another format; a tensor that is missing, has another shape, other numbers than `F32` or `F64`, or one that is not finite.
pub fn from_bytes<T: Float>(layout: &Layout, bytes: &[u8]) -> Result<Vec<T>, TensorError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut flat = vec![T::of(0.0); layout.len()];
    for entry in layout.entries() {
        read(entry, &file, &mut flat[entry.range()])?;
    }
    Ok(flat)
}

fn read<T: Float>(entry: &Entry, file: &SafeTensors<'_>, out: &mut [T]) -> Result<(), TensorError> {
    let Entry { name, shape, .. } = entry;
    let tensor = file.tensor(name).map_err(|_| {
        let mut known = file.names();
        known.sort_unstable();
        TensorError::Missing { name: name.clone(), known: known.join(", ") }
    })?;
    let found = tensor.shape();
    if found != axes(*shape) && found != [shape.rows, shape.columns] {
        let (name, found) = (name.clone(), found.to_vec());
        return Err(TensorError::Shape { name, expected: *shape, found });
    }
    let numbers: Vec<f64> = match tensor.dtype() {
        Dtype::F32 => {
            let (numbers, _) = tensor.data().as_chunks();
            numbers.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()
        }
        Dtype::F64 => {
            let (numbers, _) = tensor.data().as_chunks();
            numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
        }
        found => return Err(TensorError::Type { name: name.clone(), found }),
    };
    for (index, (place, &value)) in row_by_row(*shape).zip(&numbers).enumerate() {
        out[place] = T::of(value);
        if !out[place].is_finite() {
            return Err(TensorError::NotFinite { name: name.clone(), index, value });
        }
    }
    Ok(())
}

/// Writes named arrays into a file; see [`to_bytes`]. What stood there before is replaced only when all is written.
///
/// ```
/// use costate_neural::{Activation, AdamW, Mlp, tensors};
/// let layout = Mlp::new([2, 3, 1], Activation::Tanh)?.parameters()?;
/// let path = std::env::temp_dir().join(format!("costate-{}-moments.safetensors", std::process::id()));
/// let optimiser = AdamW::<f64>::new(1e-3, layout.len())?;
/// // The means of an optimiser are arrays like the parameters.
/// tensors::save(&path, &layout, &optimiser.mean)?;
/// assert_eq!(tensors::load::<f64>(&path, &layout)?, optimiser.mean);
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`to_bytes`], or a file that cannot be written.
pub fn save<T: Float>(
    path: impl AsRef<Path>,
    layout: &Layout,
    flat: &[T],
) -> Result<(), TensorError> {
    let path = path.as_ref();
    let bytes = to_bytes(layout, flat)?;
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    std::fs::write(&partial, bytes)
        .and_then(|()| std::fs::rename(&partial, path))
        .map_err(|source| TensorError::File { path: path.to_owned(), source })
}

/// The arrays of a layout from a file; see [`from_bytes`].
///
/// # Errors
/// As [`from_bytes`], or a file that cannot be read.
pub fn load<T: Float>(path: impl AsRef<Path>, layout: &Layout) -> Result<Vec<T>, TensorError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path)
        .map_err(|source| TensorError::File { path: path.to_owned(), source })?;
    from_bytes(layout, &bytes)
}

/// The axes of a tensor: one for a column.
fn axes(shape: Shape) -> Vec<usize> {
    match shape {
        Shape { rows, columns: 1 } => vec![rows],
        Shape { rows, columns } => vec![rows, columns],
    }
}

/// Where the entries lie column by column, in the order of rows.
fn row_by_row(Shape { rows, columns }: Shape) -> impl Iterator<Item = usize> {
    (0..rows).flat_map(move |i| (0..columns).map(move |j| j * rows + i))
}
