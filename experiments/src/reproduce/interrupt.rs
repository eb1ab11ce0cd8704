//! The wish to end a run early: by Ctrl-C, by the system's SIGTERM, or by whoever holds the handle.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{Builder, sleep};
use std::time::Duration;

/// What a shell gives as the exit code of a program that SIGINT ended: 128 and the signal's number.
pub const EXIT_CODE: u8 = 130;

/// How long it takes at most until the wish is answered.
const LISTENING: Duration = Duration::from_millis(100);

/// A handle that long work asks between its parts; its clones are one and the same. It is not raised at first, and once raised it
/// stays so.
///
/// ```
/// use costate_experiments::reproduce::interrupt::Interrupt;
/// let interrupt = Interrupt::default();
/// let held_by_the_work = interrupt.clone();
/// assert!(!held_by_the_work.is_raised());
/// interrupt.raise();
/// assert!(held_by_the_work.is_raised());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
    /// How often it may yet be asked before it raises itself, if it does.
    left: Option<Arc<AtomicU64>>,
}

impl Interrupt {
    /// One that the first SIGINT (Ctrl-C) or SIGTERM raises; the second ends the program at once, with [`EXIT_CODE`].
    ///
    /// No other signal is touched: a run under `nohup` goes on when its terminal is closed.
    ///
    /// # Errors
    /// The system's, where it lets no signal be noted.
    pub fn on_signals() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::flag;
        let interrupt = Interrupt::default();
        for signal in [SIGINT, SIGTERM] {
            let raised = || Arc::clone(&interrupt.raised);
            // In the order in which they are called: that which ends the program has to see the flag as it was before.
            flag::register_conditional_shutdown(signal, EXIT_CODE.into(), raised())?;
            flag::register(signal, raised())?;
        }
        interrupt.answer();
        Ok(interrupt)
    }

    /// Says at once that the wish was heard: at full size a step may last, and whoever sees nothing asks a second time.
    fn answer(&self) {
        let raised = Arc::clone(&self.raised);
        let wait = move || {
            while !raised.load(Ordering::SeqCst) {
                sleep(LISTENING);
            }
            eprintln!(
                "\nEnding after the running step, with a checkpoint and a report of what there is. Once more ends at once, without."
            );
        };
        // It ends with the program. Where there can be no thread, nothing is said and all else is the same.
        let _ = Builder::new().name("interrupt".to_owned()).spawn(wait);
    }

    /// One that raises itself after it was asked so often: to try what a run does then.
    pub fn after(asked: u64) -> Self {
        Interrupt { raised: Arc::default(), left: Some(Arc::new(AtomicU64::new(asked))) }
    }

    /// Raises it.
    pub fn raise(&self) {
        self.raised.store(true, Ordering::SeqCst);
    }

    /// Whether it is raised.
    pub fn is_raised(&self) -> bool {
        if let Some(left) = &self.left
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_err()
        {
            self.raise();
        }
        self.raised.load(Ordering::SeqCst)
    }
}
