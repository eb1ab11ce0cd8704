//! The interpreter: registers, and packed instructions that name them.

use super::fuse::Operation;
use crate::Real;

/// Storage that an instruction addresses by slots as narrow as the program allows.
///
/// Narrow slots make instructions small, and on an array with as many places as a slot has values the compiler needs no
/// bounds check.
pub(crate) trait RegisterFile<T> {
    type Slot: Copy;
    /// A file with room for `count` registers, or `None` if slots are too narrow.
    fn with_room(count: usize) -> Option<Self>
    where
        Self: Sized;
    fn slot(index: usize) -> Self::Slot;
    fn index(slot: Self::Slot) -> usize;
    fn read(&self, slot: Self::Slot) -> T;
    fn write(&mut self, slot: Self::Slot, value: T);
    fn all(&self) -> &[T];
    fn all_mut(&mut self) -> &mut [T];
}

macro_rules! register_file {
    ($file:ty, $slot:ty, $limit:expr, $room:expr) => {
        impl<T: Real> RegisterFile<T> for $file {
            type Slot = $slot;
            fn with_room(count: usize) -> Option<Self> {
                if count > $limit {
                    return None;
                }
                // Zeros of floats come from the system unwritten: the places never used cost no memory.
                let places = vec![T::constant(0.0); $room(count)];
                places.try_into().ok()
            }
            fn slot(index: usize) -> $slot {
                index as $slot
            }
            fn index(slot: $slot) -> usize {
                slot as usize
            }
            #[inline(always)]
            fn read(&self, slot: $slot) -> T {
                self[slot as usize]
            }
            #[inline(always)]
            fn write(&mut self, slot: $slot, value: T) {
                self[slot as usize] = value;
            }
            #[inline(always)]
            fn all(&self) -> &[T] {
                &self[..]
            }
            #[inline(always)]
            fn all_mut(&mut self) -> &mut [T] {
                &mut self[..]
            }
        }
    };
}

register_file!(Box<[T; 1 << 8]>, u8, 1 << 8, |_| 1 << 8);
register_file!(Box<[T; 1 << 16]>, u16, 1 << 16, |_| 1 << 16);
register_file!(Vec<T>, usize, usize::MAX, |count| count);

/// So many instructions of one operation in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) operation: Operation,
    pub(crate) length: usize,
}

/// Instructions `[result, operands...]` and the registers they work on.
pub(crate) struct Machine<T, F: RegisterFile<T>> {
    pub(crate) instructions: Vec<[F::Slot; 4]>,
    /// The first of the registers with the outputs.
    outputs: usize,
    file: F,
    used: usize,
}

impl<T: Real, F: RegisterFile<T>> Machine<T, F> {
    /// A machine with `used` registers, or `None` if its slots are too narrow for that.
    pub(crate) fn build(
        instructions: &[[usize; 4]],
        outputs: usize,
        constants: &[f64],
        inputs: usize,
        used: usize,
    ) -> Option<Self> {
        let mut file = F::with_room(used)?;
        for (register, &c) in file.all_mut()[inputs..].iter_mut().zip(constants) {
            *register = T::constant(c);
        }
        Some(Machine {
            instructions: instructions.iter().map(|i| i.map(F::slot)).collect(),
            outputs,
            file,
            used,
        })
    }

    #[inline]
    pub(crate) fn run(&mut self, runs: &[Run], inputs: &[&[T]], outputs: &mut [&mut [T]]) {
        let file = &mut self.file;
        let mut next = 0;
        for part in inputs {
            // In pairs: for a handful of numbers, half the turns of a loop are worth having.
            let (pairs, rest) = part.as_chunks::<2>();
            for &[a, b] in pairs {
                file.write(F::slot(next), a);
                file.write(F::slot(next + 1), b);
                next += 2;
            }
            for &x in rest {
                file.write(F::slot(next), x);
                next += 1;
            }
        }
        let mut rest = self.instructions.as_slice();
        for run in runs {
            let (now, later) = rest.split_at(run.length);
            run.operation.execute(now, file);
            rest = later;
        }
        let mut next = self.outputs;
        for part in outputs {
            for y in part.iter_mut() {
                *y = file.read(F::slot(next));
                next += 1;
            }
        }
    }

    /// Instructions with slots as plain indices, and where the outputs begin.
    pub(crate) fn listing(&self) -> (Vec<[usize; 4]>, usize) {
        (self.instructions.iter().map(|i| i.map(F::index)).collect(), self.outputs)
    }
}

impl<T: Real, F: RegisterFile<T>> Clone for Machine<T, F> {
    fn clone(&self) -> Self {
        let mut file = match F::with_room(self.used) {
            Some(file) => file,
            None => unreachable!("a file of this kind holds this many registers already"),
        };
        file.all_mut()[..self.used].copy_from_slice(&self.file.all()[..self.used]);
        Machine {
            instructions: self.instructions.clone(),
            outputs: self.outputs,
            file,
            used: self.used,
        }
    }
}

impl Operation {
    #[inline(always)]
    fn execute<T: Real, F: RegisterFile<T>>(self, instructions: &[[F::Slot; 4]], file: &mut F) {
        match self {
            Operation::Apply(primitive) => primitive.execute(instructions, file),
            Operation::Copy => {
                for &[result, a, ..] in instructions {
                    file.write(result, file.read(a));
                }
            }
            Operation::MulAdd => fused(instructions, file, |a, b, c| a * b + c),
            Operation::MulSub => fused(instructions, file, |a, b, c| a * b - c),
            Operation::SubMul => fused(instructions, file, |a, b, c| c - a * b),
            Operation::MulMul => fused(instructions, file, |a, b, c| a * b * c),
        }
    }
}

#[inline(always)]
fn fused<T, F: RegisterFile<T>>(
    instructions: &[[F::Slot; 4]],
    file: &mut F,
    f: impl Fn(T, T, T) -> T,
) {
    for &[result, a, b, c] in instructions {
        file.write(result, f(file.read(a), file.read(b), file.read(c)));
    }
}
