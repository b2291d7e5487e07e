//! How a stage's task times are distributed.

/// How many times are kept exactly; above it they go into buckets, so that memory stays flat.
const EXACT: usize = 4096;
/// Buckets per power of two: a bucketed time is off by at most 1/64 of itself.
const STEPS: u32 = 32;

/// Times in milliseconds and their quantiles. The order in which times are added changes nothing.
#[derive(Debug, Clone)]
pub(crate) enum Distribution {
    /// All times so far.
    Exact(Vec<u32>),
    /// How many times fell into each bucket, and the largest time.
    Bucketed {
        counts: Vec<u32>,
        total: u64,
        max_ms: u32,
    },
}

impl Default for Distribution {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

/// The figures that a stage shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quantiles {
    pub(crate) p50_ms: u32,
    pub(crate) p95_ms: u32,
    pub(crate) max_ms: u32,
}

impl Distribution {
    /// Adds a time; one that does not fit 32 bits (49 days) counts as the largest that does.
    pub(crate) fn add(&mut self, time_ms: i64) {
        let time_ms = u32::try_from(time_ms.max(0)).unwrap_or(u32::MAX);
        match self {
            Self::Exact(times) if times.len() < EXACT => times.push(time_ms),
            Self::Exact(times) => {
                let times = std::mem::take(times);
                *self = Self::Bucketed {
                    counts: Vec::new(),
                    total: 0,
                    max_ms: 0,
                };
                for time_ms in times.into_iter().chain([time_ms]) {
                    self.add_to_bucket(time_ms);
                }
            }
            Self::Bucketed { .. } => self.add_to_bucket(time_ms),
        }
    }

    fn add_to_bucket(&mut self, time_ms: u32) {
        if let Self::Bucketed {
            counts,
            total,
            max_ms,
        } = self
        {
            let bucket = bucket_of(time_ms);
            if counts.len() <= bucket {
                counts.resize(bucket + 1, 0);
            }
            counts[bucket] = counts[bucket].saturating_add(1);
            *total += 1;
            *max_ms = (*max_ms).max(time_ms);
        }
    }

    /// What the times take in memory, bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Exact(times) => times.len() * 8,
            Self::Bucketed { counts, .. } => counts.len() * 8,
        }
    }

    /// The quantiles by nearest rank, or `None` when there are no times.
    pub(crate) fn quantiles(&mut self) -> Option<Quantiles> {
        match self {
            Self::Exact(times) => {
                times.sort_unstable();
                let at = |percent| times.get(rank(times.len() as u64, percent)).copied();
                Some(Quantiles {
                    p50_ms: at(50)?,
                    p95_ms: at(95)?,
                    max_ms: at(100)?,
                })
            }
            Self::Bucketed {
                counts,
                total,
                max_ms,
            } => {
                let at = |percent| {
                    let rank = rank(*total, percent) as u64;
                    let mut seen = 0;
                    let bucket = counts.iter().position(|count| {
                        seen += u64::from(*count);
                        seen > rank
                    });
                    bucket.map_or(*max_ms, |bucket| middle_of(bucket).min(*max_ms))
                };
                Some(Quantiles {
                    p50_ms: at(50),
                    p95_ms: at(95),
                    max_ms: *max_ms,
                })
            }
        }
    }
}

/// The index of the nearest rank: the smallest value that at least `percent` of all do not exceed.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a rank is below the number of times held"
)]
fn rank(count: u64, percent: u64) -> usize {
    (count * percent).div_ceil(100).saturating_sub(1) as usize
}

fn bucket_of(time_ms: u32) -> usize {
    if time_ms < STEPS {
        return time_ms as usize;
    }
    let power = time_ms.ilog2() - STEPS.ilog2();
    ((power + 1) * STEPS + ((time_ms >> power) - STEPS)) as usize
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "there are fewer than 1000 buckets"
)]
fn middle_of(bucket: usize) -> u32 {
    let bucket = bucket as u32;
    if bucket < STEPS {
        return bucket;
    }
    let power = bucket / STEPS - 1;
    let low = (bucket % STEPS + STEPS) << power;
    low + ((1 << power) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantiles(times: impl IntoIterator<Item = i64>) -> Option<Quantiles> {
        let mut distribution = Distribution::default();
        times.into_iter().for_each(|time| distribution.add(time));
        distribution.quantiles()
    }

    #[test]
    fn quantiles_of_few_times_are_exact() {
        assert_eq!(quantiles([]), None);
        assert_eq!(
            quantiles([7]),
            Some(Quantiles {
                p50_ms: 7,
                p95_ms: 7,
                max_ms: 7
            })
        );
        assert_eq!(
            quantiles((1..=100).rev()),
            Some(Quantiles {
                p50_ms: 50,
                p95_ms: 95,
                max_ms: 100
            })
        );
    }

    #[test]
    fn quantiles_of_many_times_are_off_by_less_than_a_bucket() {
        let found = quantiles(1..=1_000_000).unwrap();
        for (found, expected) in [(found.p50_ms, 500_000), (found.p95_ms, 950_000)] {
            assert!(
                found.abs_diff(expected) <= expected / 64,
                "{found} is not near {expected}"
            );
        }
        assert_eq!(found.max_ms, 1_000_000);
    }

    #[test]
    fn buckets_cover_all_times_without_gaps() {
        for time in (0..10_000).chain([u32::MAX / 2, u32::MAX - 1, u32::MAX]) {
            let middle = middle_of(bucket_of(time));
            assert!(
                middle.abs_diff(time) <= time / 64 + 1,
                "{time} became {middle}"
            );
        }
    }
}
