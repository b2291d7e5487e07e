//! Which units of work are kept.

use crate::identity::Identity;
use crate::settings::{Sampler, Settings};
use crate::unit::UnitId;

/// Why a unit is in the trace (`spark.unit.kept`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Sampled,
    Parent,
    Failed,
    Slow,
}

/// What is known about keeping a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Its spans are sent as they close.
    Keep(Kept),
    /// Its spans are held until it ends: it is kept only if it fails or is slow.
    Undecided,
    /// Its spans are dropped.
    Drop,
}

/// Decides on a unit when it begins. `caller_sampled` is the flag of whoever called it: the unit's own
/// caller, else the application's.
pub(crate) fn at_start(
    settings: &Settings,
    identity: &Identity,
    unit: &UnitId,
    caller_sampled: Option<bool>,
) -> Decision {
    let by_parent = |otherwise: Sampler| match caller_sampled {
        Some(true) => Decision::Keep(Kept::Parent),
        // What the caller does not record would have a parent that never comes.
        Some(false) => Decision::Drop,
        None => by_root(settings, identity, unit, otherwise),
    };
    match settings.sampler {
        Sampler::ParentBasedAlwaysOn => by_parent(Sampler::AlwaysOn),
        Sampler::ParentBasedAlwaysOff => by_parent(Sampler::AlwaysOff),
        Sampler::ParentBasedRatio(ratio) => by_parent(Sampler::Ratio(ratio)),
        root => by_root(settings, identity, unit, root),
    }
}

fn by_root(settings: &Settings, identity: &Identity, unit: &UnitId, sampler: Sampler) -> Decision {
    let sampled = match sampler {
        Sampler::AlwaysOn => true,
        Sampler::Ratio(_) => {
            identity.randomness(unit.kind(), &unit.key()) >= sampler.rejection_threshold()
        }
        _ => false,
    };
    if sampled {
        Decision::Keep(Kept::Sampled)
    } else if settings.keep_failed || settings.keep_slow.is_some() {
        Decision::Undecided
    } else {
        Decision::Drop
    }
}

/// Decides on an undecided unit when it ends.
pub(crate) fn at_end(settings: &Settings, failed: bool, duration_ms: i64) -> Decision {
    let slow = settings.keep_slow.is_some_and(|limit| {
        u128::try_from(duration_ms).is_ok_and(|duration| duration >= limit.as_millis())
    });
    if failed && settings.keep_failed {
        Decision::Keep(Kept::Failed)
    } else if slow {
        Decision::Keep(Kept::Slow)
    } else {
        Decision::Drop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_keeps_its_part_of_the_units() {
        let identity = Identity::computed("app", "", Some(0), "");
        let settings = Settings {
            sampler: Sampler::Ratio(0.1),
            keep_failed: false,
            keep_slow: None,
            ..Settings::default()
        };
        let kept = (0..20_000)
            .filter(|id| at_start(&settings, &identity, &UnitId::Sql(*id), None) != Decision::Drop)
            .count();
        assert!((1_800..2_200).contains(&kept), "{kept} of 20000");
    }

    #[test]
    fn threshold_of_a_tenth_is_that_of_the_specification() {
        assert_eq!(
            Sampler::Ratio(0.1).rejection_threshold(),
            0x00e6_6666_6666_6666
        );
        assert_eq!(Sampler::Ratio(0.0).rejection_threshold(), 1 << 56);
        assert_eq!(Sampler::Ratio(1.0).rejection_threshold(), 0);
        assert_eq!(Sampler::Ratio(7.0).rejection_threshold(), 0);
    }

    #[test]
    fn caller_decides_under_a_parent_based_sampler_only() {
        let identity = Identity::computed("app", "", Some(0), "");
        let decide = |sampler, caller| {
            let settings = Settings {
                sampler,
                ..Settings::default()
            };
            at_start(&settings, &identity, &UnitId::Job(1), caller)
        };
        let parent_based = Sampler::ParentBasedRatio(0.0);
        assert_eq!(
            decide(parent_based, Some(true)),
            Decision::Keep(Kept::Parent)
        );
        assert_eq!(decide(parent_based, Some(false)), Decision::Drop);
        assert_eq!(decide(parent_based, None), Decision::Undecided);
        assert_eq!(
            decide(Sampler::Ratio(1.0), Some(false)),
            Decision::Keep(Kept::Sampled)
        );
    }
}
