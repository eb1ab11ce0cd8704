//! What can be wrong with a series, or with a batch of them.

/// Why a control cannot be: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// A series without two samples.
    #[error(
        "a series has {found} samples and a path needs two: along a single one nothing moves, so leave the series out"
    )]
    TooFew {
        /// How many samples there are.
        found: usize,
    },
    /// A series without channels.
    #[error("a series has no channels: a path needs at least one row of values")]
    NoChannels,
    /// Another number of times than of values.
    #[error(
        "there are {times} times and {values} columns of values: values are channels x times, one column for each time"
    )]
    Lengths {
        /// How many times there are.
        times: usize,
        /// How many columns of values.
        values: usize,
    },
    /// A time that is NaN or infinite.
    #[error("time {index} is {value}: times are finite; leave out samples without one")]
    TimeNotFinite {
        /// Which time, counted from 0.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A time that is not after the one before it.
    #[error(
        "time {index} is {value}, after {previous}: times grow from sample to sample; sort them, and merge samples of one time"
    )]
    TimesUnsorted {
        /// Which time, counted from 0.
        index: usize,
        /// That time.
        value: f64,
        /// The time before it.
        previous: f64,
    },
    /// Times whose difference is no number.
    #[error("times from {first} to {last} are further apart than numbers go: rescale them")]
    TooLong {
        /// The first time.
        first: f64,
        /// The last.
        last: f64,
    },
    /// An infinite value.
    #[error(
        "channel {channel} is {value} at time {index}: values are finite, or NaN where there is none"
    )]
    Infinite {
        /// Which channel, counted from 0.
        channel: usize,
        /// Which time, counted from 0.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A path too steep for numbers.
    #[error(
        "the path of channel {channel} overflows after time {index}: values are too large, or times too close; rescale them"
    )]
    Overflow {
        /// Which channel, counted from 0.
        channel: usize,
        /// The time at the beginning of the piece, counted from 0.
        index: usize,
    },
    /// A list of another length than there are channels.
    #[error("a path of {channels} channels was given room for {found} numbers")]
    Room {
        /// How many channels there are.
        channels: usize,
        /// The length of the list.
        found: usize,
    },
    /// A batch of no series.
    #[error("the batch is empty: controls need at least one series")]
    EmptyBatch,
    /// A series of another number of channels than the first of its batch.
    #[error(
        "series {index} has {found} channels and those before it {expected}: a batch has the same in all"
    )]
    Channels {
        /// Which series, counted from 0.
        index: usize,
        /// The channels of the first.
        expected: usize,
        /// The channels of this.
        found: usize,
    },
    /// A field that takes no control, or another.
    #[error(
        "a control of {expected} (channels x batch) drives a field that holds three such arrays, and this one holds [{found}]: \
         make the field's model of as many channels, and the field of as many columns"
    )]
    Field {
        /// Channels x batch.
        expected: costate_adjoint::autodiff::Shape,
        /// The shapes that the field holds.
        found: String,
    },
}
