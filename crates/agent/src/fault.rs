//! A fault on demand, to show that a panic of the engine costs the user nothing but the trace.

/// Panics at the first job whose description asks for it.
pub(crate) fn inject(json: &[u8]) {
    const DEMAND: &[u8] = b"\"sparkspan panic\"";
    if json.windows(DEMAND.len()).any(|window| window == DEMAND) {
        #[expect(clippy::panic, reason = "the fault that is asked for")]
        {
            panic!("asked for");
        }
    }
}
