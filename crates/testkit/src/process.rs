//! Processes that end with the test that started them.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that lacks what it needs fails"
)]

use std::fs;
use std::ops::{Deref, DerefMut};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine; nothing waits that long unless it fails.
const PATIENCE: Duration = Duration::from_mins(2);

/// A child that does not outlive its test.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts the command.
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("the command can be started"))
    }

    /// Sends a signal, such as `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.0.id().to_string()])
            .status();
        assert!(sent.expect("kill can be started").success());
    }

    /// The most memory that it has held so far, bytes; `None` once it has ended.
    pub fn peak_memory_bytes(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes = peak.trim().strip_suffix(" kB")?;
        Some(kibibytes.parse::<u64>().ok()? << 10)
    }

    /// Waits for its end, and gives its exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        let mut code = None;
        wait_until("the process ends", || {
            code = self
                .0
                .try_wait()
                .expect("it is a child")
                .map(|status| status.code());
            code.is_some()
        });
        code.flatten()
    }
}

impl Deref for Process {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Process {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a condition holds.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
