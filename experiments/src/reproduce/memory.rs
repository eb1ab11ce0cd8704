//! How much memory was held at once, where the program counts it.

use peak_alloc::PeakAlloc;

/// The allocator that counts. A program that wants its memory counted makes it its own:
///
/// ```
/// use costate_experiments::reproduce::memory::{self, Counting};
/// #[global_allocator]
/// static MEMORY: Counting = memory::COUNTING;
/// memory::begin();
/// let held = vec![1_u8; 1 << 20];
/// assert!(memory::peak().is_some_and(|bytes| bytes >= held.len() as u64));
/// ```
pub type Counting = PeakAlloc;

/// Its value.
pub const COUNTING: Counting = PeakAlloc;

/// Begins anew with what is held now.
pub fn begin() {
    COUNTING.reset_peak_usage();
}

/// The most bytes held at once since [`begin`]; none where nobody counts.
pub fn peak() -> Option<u64> {
    // A program that is running holds something.
    Some(COUNTING.peak_usage() as u64).filter(|&bytes| bytes > 0)
}
