//! Which stage of a step was asked of the field under which number.

use costate_solver::tableau::Tableau;

/// Numbers for what a field keeps of the stages of a step, as many as there are stages.
///
/// A stage that is carried over keeps its number: the last one of an accepted step is the first one of the next, and the first one
/// of a rejected step stays.
#[derive(Debug, Clone)]
pub(crate) struct Slots<const S: usize> {
    /// The number of each stage; none for a method whose stages beside those of a step would get in the way.
    numbers: Option<[usize; S]>,
    /// The stage that is evaluated next; past the last one nothing is kept.
    next: usize,
}

impl<const S: usize> Slots<S> {
    /// For a method, where products in the parameters are wanted later.
    pub(crate) fn new(tableau: &Tableau<S>, wanted: bool) -> Self {
        let simple = tableau.fsal() && tableau.extra_stages() == 0;
        let numbers = (wanted && simple).then(|| core::array::from_fn(|i| i));
        Slots { numbers, next: 0 }
    }

    /// A number for the evaluation that comes now.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<usize> {
        let number = self.numbers.as_ref()?.get(self.next).copied();
        self.next += 1;
        number
    }

    /// The number of stage `i` of the step just taken.
    pub(crate) fn of(&self, i: usize) -> Option<usize> {
        self.numbers.as_ref().map(|numbers| numbers[i])
    }

    /// Before the first attempt: its first stage is known.
    pub(crate) fn begin(&mut self) {
        self.next = 1;
    }

    /// After a rejected attempt.
    pub(crate) fn rejected(&mut self) {
        self.next = 1;
    }

    /// After an accepted one, whose last stage the next one begins with, or not.
    pub(crate) fn accepted(&mut self, carried_over: bool) {
        self.next = usize::from(carried_over);
        if let (Some(numbers), true) = (&mut self.numbers, carried_over) {
            numbers.swap(0, S - 1);
        }
    }
}
