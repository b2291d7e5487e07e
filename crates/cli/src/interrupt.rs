//! Ctrl-C and SIGTERM.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::exit::Exit;
use crate::failure::Failure;

/// How long the command may take to end by itself. What it waits for, such as a pipe, may never come, and who
/// stops a container waits no longer than a few seconds.
const GRACE: Duration = Duration::from_secs(4);

/// Tells whether somebody wants the command to end.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<Shared>);

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    actions: Mutex<Actions>,
    wake: Condvar,
}

/// What is to happen on an interrupt, by number.
#[derive(Default)]
struct Actions {
    registered: BTreeMap<u64, Box<dyn Fn() + Send>>,
    next: u64,
}

/// An action that happens on an interrupt, until this is dropped.
pub(crate) struct OnInterrupt {
    interrupt: Interrupt,
    number: u64,
}

impl Drop for OnInterrupt {
    fn drop(&mut self) {
        self.interrupt.actions().registered.remove(&self.number);
    }
}

impl Interrupt {
    /// Listens from now on. Once per process.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let interrupt = Self(Arc::default());
        let handler = interrupt.clone();
        ctrlc::set_handler(move || {
            handler.raise();
            thread::sleep(GRACE);
            std::process::exit(Exit::Interrupted.into());
        })
        .map_err(Failure::Signals)?;
        Ok(interrupt)
    }

    /// Whether the command is to end.
    pub(crate) fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// What else is to happen then, on another thread, as long as the answer is kept.
    #[must_use]
    pub(crate) fn on_raise(&self, action: impl Fn() + Send + 'static) -> OnInterrupt {
        let mut actions = self.actions();
        if self.is_raised() {
            action();
        }
        let number = actions.next;
        actions.next += 1;
        actions.registered.insert(number, Box::new(action));
        OnInterrupt {
            interrupt: self.clone(),
            number,
        }
    }

    /// Sleeps, or wakes up early when the command is to end.
    pub(crate) fn sleep(&self, duration: Duration) {
        let actions = self.actions();
        let woken = self
            .0
            .wake
            .wait_timeout_while(actions, duration, |_| !self.is_raised());
        drop(woken);
    }

    fn raise(&self) {
        self.0.raised.store(true, Ordering::Relaxed);
        let actions = self.actions();
        actions.registered.values().for_each(|action| action());
        drop(actions);
        self.0.wake.notify_all();
    }

    fn actions(&self) -> MutexGuard<'_, Actions> {
        self.0
            .actions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// Scenario: actions come and go, as each round of `--follow` has one, before and after the interrupt.
    /// Guarantees: only those happen that are still wanted, and nothing is held for the others.
    #[test]
    fn action_happens_as_long_as_it_is_wanted() {
        let interrupt = Interrupt(Arc::default());
        let happened = Arc::new(AtomicUsize::new(0));
        let register = || {
            let happened = Arc::clone(&happened);
            interrupt.on_raise(move || {
                happened.fetch_add(1, Ordering::Relaxed);
            })
        };
        let wanted = register();
        for _ in 0..10_000 {
            drop(register());
        }
        assert_eq!(interrupt.actions().registered.len(), 1);
        interrupt.raise();
        assert_eq!(happened.load(Ordering::Relaxed), 1);
        drop(wanted);
        drop(register());
        assert_eq!(happened.load(Ordering::Relaxed), 2);
        assert!(interrupt.actions().registered.is_empty());
    }
}
