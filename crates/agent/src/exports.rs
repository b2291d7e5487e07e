//! The functions that the JVM calls: `io.sparkspan.driver.Agent`'s natives.
//!
//! Each one takes and gives arrays of bytes, which are copied at once; no pointer into the Java heap is
//! held. None throws. An application is named by a number, so that a stale one is an error and nothing
//! worse. A panic is caught here, ends the tracing of its application, and is journalled by its place in
//! the source: a panic's message may quote data.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use jni::errors::{Error, ErrorPolicy};
use jni::objects::{JByteArray, JClass};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned};
use serde::Serialize;

use crate::agent::Agent;
use crate::journal::{self, Line};
use crate::message::{Start, Started, Stop};

/// What `start` answers.
#[derive(Serialize)]
struct Answer {
    /// The number of the application; 0 when it is not traced.
    handle: jlong,
    #[serde(flatten)]
    started: Started,
    /// What there is to say.
    log: Vec<Line>,
}

/// What `stop` and `drainLog` answer.
#[derive(Serialize)]
struct Said {
    log: Vec<Line>,
}

/// How much room is kept for the next event, bytes. A plan may take megabytes, once.
const EVENT_ROOM: usize = 1 << 20;

/// A traced application and the room for one of its events.
struct Traced {
    agent: Agent,
    event: Vec<i8>,
}

/// The traced applications: one, but for a driver that makes one SparkContext after the other.
static APPLICATIONS: Mutex<Applications> = Mutex::new(Applications {
    last: 0,
    traced: BTreeMap::new(),
});

struct Applications {
    last: jlong,
    traced: BTreeMap<jlong, Arc<Mutex<Traced>>>,
}

fn applications() -> MutexGuard<'static, Applications> {
    // Nothing between its lock and its release can panic halfway through a change.
    APPLICATIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn find(handle: jlong) -> Option<Arc<Mutex<Traced>>> {
    applications().traced.get(&handle).cloned()
}

/// Forgets an application in whatever state it is.
fn forget(handle: jlong) {
    let traced = applications().traced.remove(&handle);
    // What a panic has left behind may panic once more when it is dropped.
    if catch_unwind(AssertUnwindSafe(|| drop(traced))).is_err() {
        journal::warn("an internal error followed the first one");
    }
}

/// Journals what went wrong in a call for the application in `Captures`, and ends its tracing.
struct EndTracing;

impl<T: Default> ErrorPolicy<T, Error> for EndTracing {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = jlong;

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        _: &mut Env<'unowned_env_local>,
        handle: &mut jlong,
        error: Error,
    ) -> jni::errors::Result<T> {
        journal::warn(format_args!(
            "tracing is off: a call from Java failed: {error}"
        ));
        forget(*handle);
        Ok(T::default())
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        _: &mut Env<'unowned_env_local>,
        handle: &mut jlong,
        payload: Box<dyn std::any::Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        // The hook has journalled it.
        std::mem::forget(payload);
        forget(*handle);
        Ok(T::default())
    }
}

/// Says where a panic was. This library has its own copy of Rust's runtime, so that the hook is its own.
fn journal_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            journal::warn(format_args!(
                "tracing is off: an internal error at {}; the application goes on. Please report it",
                place.as_deref().unwrap_or("an unknown place")
            ));
        }));
    });
}

/// `static native byte[] start(byte[] request)`
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_sparkspan_driver_Agent_start<'local>(
    mut unowned: EnvUnowned<'local>,
    _class: JClass<'local>,
    request: JByteArray<'local>,
) -> JByteArray<'local> {
    unowned
        .with_env(|env| {
            journal_panics();
            let request = env.convert_byte_array(request)?;
            let (handle, started) = start(&request);
            let log = journal::take();
            let answer = Answer {
                handle,
                started,
                log,
            };
            give(env, &answer)
        })
        .resolve_with::<EndTracing, _>(|| 0)
}

/// The number of the application, 0 if it cannot be traced, and what the plugin has to do.
fn start(request: &[u8]) -> (jlong, Started) {
    let off = (0, Started::default());
    let request: Start = match serde_json::from_slice(request) {
        Ok(request) => request,
        Err(error) => {
            journal::warn(format_args!(
                "tracing is off: the plugin's request: {error}"
            ));
            return off;
        }
    };
    match Agent::start(&request) {
        Ok((agent, started)) => {
            let mut applications = applications();
            applications.last += 1;
            let handle = applications.last;
            let event = Vec::new();
            let traced = Arc::new(Mutex::new(Traced { agent, event }));
            applications.traced.insert(handle, traced);
            (handle, started)
        }
        Err(error) => {
            journal::warn(format_args!("tracing is off: {error}"));
            off
        }
    }
}

/// `static native boolean event(long handle, byte[] json, int length)`: false when the application is not
/// traced any more.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_sparkspan_driver_Agent_event<'local>(
    mut unowned: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    json: JByteArray<'local>,
    length: jint,
) -> jboolean {
    unowned
        .with_env(|env| {
            let Some(traced) = find(handle) else {
                return Ok(false);
            };
            let Ok(mut traced) = traced.lock() else {
                return Ok(false);
            };
            let Traced { agent, event } = &mut *traced;
            event.resize(usize::try_from(length).unwrap_or(0), 0);
            json.get_region(env, 0, event)?;
            // Java's bytes are signed.
            agent.event(bytemuck::cast_slice(event));
            event.truncate(EVENT_ROOM);
            event.shrink_to(EVENT_ROOM);
            Ok(true)
        })
        .resolve_with::<EndTracing, _>(|| handle)
}

/// `static native byte[] sqlText(long handle, byte[] text)`: null when the text must not be written.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_sparkspan_driver_Agent_sqlText<'local>(
    mut unowned: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    text: JByteArray<'local>,
) -> JByteArray<'local> {
    unowned
        .with_env(|env| {
            let text = env.convert_byte_array(text)?;
            let text = find(handle).and_then(|traced| {
                let traced = traced.lock().ok()?;
                traced.agent.sql_text(&String::from_utf8_lossy(&text))
            });
            match text {
                Some(text) => env.byte_array_from_slice(text.as_bytes()),
                None => Ok(JByteArray::default()),
            }
        })
        .resolve_with::<EndTracing, _>(|| handle)
}

/// `static native byte[] drainLog(long handle)`: what was said since the last call.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_sparkspan_driver_Agent_drainLog<'local>(
    mut unowned: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
) -> JByteArray<'local> {
    unowned
        .with_env(|env| {
            let log = find(handle).and_then(|traced| Some(traced.lock().ok()?.agent.drain_log()));
            let log = log.unwrap_or_else(journal::take);
            give(env, &Said { log })
        })
        .resolve_with::<EndTracing, _>(|| handle)
}

/// `static native byte[] stop(long handle, byte[] request)`: ends the trace and sends what is left, within
/// the time that the request gives.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_sparkspan_driver_Agent_stop<'local>(
    mut unowned: EnvUnowned<'local>,
    _class: JClass<'local>,
    handle: jlong,
    request: JByteArray<'local>,
) -> JByteArray<'local> {
    unowned
        .with_env(|env| {
            let request = env.convert_byte_array(request)?;
            let request: Stop = serde_json::from_slice(&request).unwrap_or_default();
            let traced = applications().traced.remove(&handle);
            let traced = traced.and_then(|traced| Arc::into_inner(traced)?.into_inner().ok());
            if let Some(traced) = traced {
                traced.agent.stop(&request);
            }
            let log = journal::take();
            give(env, &Said { log })
        })
        .resolve_with::<EndTracing, _>(|| handle)
}

fn give<'local>(
    env: &mut Env<'local>,
    answer: &impl Serialize,
) -> jni::errors::Result<JByteArray<'local>> {
    // What is given holds nothing that JSON cannot.
    let json = serde_json::to_vec(answer).unwrap_or_default();
    env.byte_array_from_slice(&json)
}
