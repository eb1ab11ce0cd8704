//! A list of vectors that keeps its memory.

use costate_norms::Space;

/// A growing list of vectors of one shape, cleared without giving memory back: filled a second time to the same length it
/// allocates nothing.
///
/// ```
/// use costate_solver::Tape;
/// let mut tape = Tape::default();
/// tape.push(&vec![1.0]);
/// tape.clear();
/// tape.push(&vec![2.0]);
/// assert_eq!(tape.as_slice(), [vec![2.0]]);
/// ```
#[derive(Debug, Clone)]
pub struct Tape<V> {
    items: Vec<V>,
    length: usize,
}

impl<V> Default for Tape<V> {
    fn default() -> Self {
        Tape { items: Vec::new(), length: 0 }
    }
}

impl<V: Space> Tape<V> {
    /// Appends a copy of `v`.
    #[inline]
    pub fn push(&mut self, v: &V) {
        self.next(v).assign(v);
    }

    /// Appends copies of all of these.
    #[inline]
    pub fn extend(&mut self, vectors: &[V]) {
        let end = self.length + vectors.len();
        if let Some(places) = self.items.get_mut(self.length..end)
            && places.iter().zip(vectors).all(|(place, v)| place.same_shape(v))
        {
            places.iter_mut().zip(vectors).for_each(|(place, v)| place.assign(v));
            self.length = end;
        } else {
            vectors.iter().for_each(|v| self.push(v));
        }
    }

    /// Appends a vector of the shape of `like`, with whatever is in it, to be overwritten.
    #[inline]
    pub fn next(&mut self, like: &V) -> &mut V {
        let at = self.length;
        self.length += 1;
        if at == self.items.len() {
            self.items.push(like.zeros_like());
        } else if !self.items[at].same_shape(like) {
            self.items[at] = like.zeros_like();
        }
        &mut self.items[at]
    }
}

impl<V> Tape<V> {
    /// Forgets the vectors and keeps their memory.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The vectors, oldest first.
    pub fn as_slice(&self) -> &[V] {
        &self.items[..self.length]
    }

    /// The vectors, oldest first, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [V] {
        &mut self.items[..self.length]
    }
}

impl<V> core::ops::Deref for Tape<V> {
    type Target = [V];
    fn deref(&self) -> &[V] {
        self.as_slice()
    }
}
