//! A fault on demand, to show that a panic of the engine costs the user nothing but the trace.

/// Panics at the first job whose description asks for it.
pub(crate) fn inject(json: &[u8]) {
    const DEMAND: &[u8] = b"\"sparkspan panic\"";
    let is_asked_for = json.windows(DEMAND.len()).any(|window| window == DEMAND);
    assert!(!is_asked_for, "asked for");
}
