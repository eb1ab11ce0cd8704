//! Named arrays in one flat list of numbers.

use crate::Shape;
use core::ops::Range;
use thiserror::Error;

/// Named arrays, one after the other in one flat list of numbers: the inputs of a graph, or the parameters of a model.
///
/// An optimiser sees one vector; a model sees `W1`, `b1`, ...; and since a program takes its inputs wherever they lie,
/// nothing is copied between the two.
///
/// ```
/// use costate_autodiff::{Layout, Program, Real, Shape, Var, trace};
///
/// let parameters = Layout::new([("W", Shape::new(2, 3)), ("b", Shape::column(2))])?;
/// let mut p = vec![0.0; parameters.len()];
/// parameters.view_mut("b", &mut p)?.fill(1.0);
/// assert_eq!(p, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
///
/// // The same list is what a graph takes: here after a batch of five inputs.
/// let inputs = Layout::new([("x", Shape::new(3, 5))])?.and(&parameters)?;
/// let layer = trace(&inputs, |v| vec![(v[1].matmul(v[0]) + v[2]).tanh()])?;
/// let (x, mut y) = ([0.5; 15], [0.0; 10]);
/// Program::compile(&layer).run(&[&x, &p], &mut [&mut y])?;
/// assert_eq!(y, [f64::tanh(1.0); 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    entries: Vec<Entry>,
}

/// One array of a [`Layout`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name; empty if it has none.
    pub name: String,
    /// Its rows and columns.
    pub shape: Shape,
    /// Where it begins in the flat list.
    pub offset: usize,
}

impl Entry {
    /// Its place in the flat list.
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.shape.len())
    }
}

/// Why a layout cannot be, or not be read that way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// Two arrays of one name.
    #[error(
        "there are two arrays named `{name}`; give each a name of its own, such as `layer2.{name}`"
    )]
    Repeated {
        /// The name.
        name: String,
    },
    /// No array has this name.
    #[error("there is no array named `{name}`; there are: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// More numbers than can be counted.
    #[error("the arrays up to `{name}` have more entries than this machine can address")]
    TooLarge {
        /// The array at which it happened.
        name: String,
    },
    /// A flat list of another length.
    #[error("the arrays have {expected} entries together, the list has {found}")]
    Length {
        /// How many numbers the arrays have.
        expected: usize,
        /// How many were passed.
        found: usize,
    },
}

impl Layout {
    /// Named arrays in this order. Empty names are for arrays that need none, and may repeat.
    ///
    /// # Errors
    /// A name that repeats, or more entries than can be counted.
    pub fn new<N: Into<String>>(
        arrays: impl IntoIterator<Item = (N, Shape)>,
    ) -> Result<Layout, LayoutError> {
        let mut layout = Layout::default();
        for (name, shape) in arrays {
            layout.push(name.into(), shape)?;
        }
        Ok(layout)
    }

    /// Arrays without names.
    ///
    /// # Errors
    /// More entries than can be counted.
    pub fn unnamed(shapes: impl IntoIterator<Item = Shape>) -> Result<Layout, LayoutError> {
        Layout::new(shapes.into_iter().map(|shape| ("", shape)))
    }

    /// This layout, and then the other.
    ///
    /// # Errors
    /// As [`new`](Layout::new).
    pub fn and(mut self, other: &Layout) -> Result<Layout, LayoutError> {
        for entry in &other.entries {
            self.push(entry.name.clone(), entry.shape)?;
        }
        Ok(self)
    }

    fn push(&mut self, name: String, shape: Shape) -> Result<(), LayoutError> {
        if !name.is_empty() && self.entries.iter().any(|entry| entry.name == name) {
            return Err(LayoutError::Repeated { name });
        }
        let offset = self.len();
        let end = Shape::column(offset.saturating_add(shape.len()));
        if !shape.is_possible() || !end.is_possible() {
            let name = if name.is_empty() { self.label(self.entries.len()) } else { name };
            return Err(LayoutError::TooLarge { name });
        }
        self.entries.push(Entry { name, shape, offset });
        Ok(())
    }

    /// The arrays, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many numbers the arrays have together.
    pub fn len(&self) -> usize {
        self.entries.last().map_or(0, |last| last.range().end)
    }

    /// Whether there are no numbers: no arrays, or only empty ones.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The array of this name.
    ///
    /// # Errors
    /// [`LayoutError::Unknown`].
    pub fn entry(&self, name: &str) -> Result<&Entry, LayoutError> {
        let named = || self.entries.iter().filter(|entry| !entry.name.is_empty());
        named().find(|entry| entry.name == name).ok_or_else(|| LayoutError::Unknown {
            name: name.to_owned(),
            known: match named().map(|e| e.name.as_str()).collect::<Vec<_>>().as_slice() {
                [] => "none with a name".to_owned(),
                names => names.join(", "),
            },
        })
    }

    /// The entries of the array of this name, in a flat list, column by column.
    ///
    /// # Errors
    /// No such array, or a list of another length.
    pub fn view<'f, T>(&self, name: &str, flat: &'f [T]) -> Result<&'f [T], LayoutError> {
        self.check_length(flat.len())?;
        Ok(&flat[self.entry(name)?.range()])
    }

    /// As [`view`](Layout::view), to write.
    ///
    /// # Errors
    /// As [`view`](Layout::view).
    pub fn view_mut<'f, T>(
        &self,
        name: &str,
        flat: &'f mut [T],
    ) -> Result<&'f mut [T], LayoutError> {
        self.check_length(flat.len())?;
        Ok(&mut flat[self.entry(name)?.range()])
    }

    fn check_length(&self, found: usize) -> Result<(), LayoutError> {
        let expected = self.len();
        if expected == found { Ok(()) } else { Err(LayoutError::Length { expected, found }) }
    }

    /// The name of an array, or `x3` for the fourth if it has none.
    pub(crate) fn label(&self, index: usize) -> String {
        match self.entries.get(index) {
            Some(entry) if !entry.name.is_empty() => entry.name.clone(),
            _ => self.untaken(format!("x{index}")),
        }
    }

    /// A name like this that no array has.
    fn untaken(&self, mut name: String) -> String {
        while self.entries.iter().any(|entry| entry.name == name) {
            name.push('\'');
        }
        name
    }

    /// Appends arrays that belong to those of a graph: a weight for each output, a tangent for each input. They get names
    /// only where the others have some.
    pub(crate) fn extended(&self, others: impl IntoIterator<Item = (String, Shape)>) -> Layout {
        let named = self.entries.iter().any(|entry| !entry.name.is_empty());
        let mut layout = self.clone();
        for (name, shape) in others {
            let name = if named { layout.untaken(name) } else { String::new() };
            let offset = layout.len();
            layout.entries.push(Entry { name, shape, offset });
        }
        layout
    }
}

/// So many scalars without names.
impl From<usize> for Layout {
    fn from(scalars: usize) -> Layout {
        let entry = |offset| Entry { name: String::new(), shape: Shape::SCALAR, offset };
        Layout { entries: (0..scalars).map(entry).collect() }
    }
}

impl From<&Layout> for Layout {
    fn from(layout: &Layout) -> Layout {
        layout.clone()
    }
}
