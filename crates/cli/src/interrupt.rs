//! Ctrl-C and SIGTERM.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use crate::exit::Exit;

/// How long the command may take to end by itself. What it waits for, such as a pipe, may never come, and who
/// stops a container waits no longer than a few seconds.
const GRACE: Duration = Duration::from_secs(4);

/// Tells whether somebody wants the command to end.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<Shared>);

struct Shared {
    raised: AtomicBool,
    actions: Mutex<Vec<Box<dyn Fn() + Send>>>,
    wake: Condvar,
}

impl Interrupt {
    /// Listens from now on. Once per process.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let interrupt = Self(Arc::new(Shared {
            raised: AtomicBool::new(false),
            actions: Mutex::default(),
            wake: Condvar::new(),
        }));
        let handler = interrupt.clone();
        ctrlc::set_handler(move || handler.raise()).context("cannot listen to signals")?;
        Ok(interrupt)
    }

    /// Whether the command is to end.
    pub(crate) fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// What else is to happen then, on another thread.
    pub(crate) fn on_raise(&self, action: impl Fn() + Send + 'static) {
        let mut actions = self.actions();
        if self.is_raised() {
            action();
        }
        actions.push(Box::new(action));
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

    /// Runs on a thread of its own, which ends with the process.
    fn raise(&self) {
        self.0.raised.store(true, Ordering::Relaxed);
        self.actions().iter().for_each(|action| action());
        self.0.wake.notify_all();
        thread::sleep(GRACE);
        std::process::exit(Exit::Interrupted.into());
    }

    fn actions(&self) -> MutexGuard<'_, Vec<Box<dyn Fn() + Send>>> {
        self.0
            .actions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
