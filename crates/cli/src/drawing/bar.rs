//! When a span ran, as a bar within its trace.

/// The time that the whole width of the bars stands for.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// Where the bars begin, nanoseconds since the Unix epoch.
    pub(crate) start_unix_ns: u64,
    /// Where they end.
    pub(crate) end_unix_ns: u64,
    /// How many columns they have.
    pub(crate) columns: usize,
    /// Half columns can be drawn.
    pub(crate) unicode: bool,
}

impl Scale {
    /// The bar of what ran from `start_unix_ns` to `end_unix_ns`: at least half a column, so that
    /// nothing is too short to be seen.
    pub(crate) fn bar(&self, start_unix_ns: u64, end_unix_ns: u64) -> String {
        let (first, last) = self.half_columns(start_unix_ns, end_unix_ns);
        let filled = |half: usize| (first..last).contains(&half);
        let glyph = |column: usize| match (filled(2 * column), filled(2 * column + 1)) {
            (false, false) => ' ',
            _ if !self.unicode => '#',
            (true, true) => '█',
            (true, false) => '▌',
            (false, true) => '▐',
        };
        (0..self.columns).map(glyph).collect()
    }

    /// Where things are that were folded into one row: fainter than a bar.
    pub(crate) fn shade(&self, start_unix_ns: u64, end_unix_ns: u64) -> String {
        let (first, last) = self.half_columns(start_unix_ns, end_unix_ns);
        let shaded = first / 2..last.div_ceil(2);
        let glyph = |column| match (shaded.contains(&column), self.unicode) {
            (false, _) => ' ',
            (true, true) => '░',
            (true, false) => '.',
        };
        (0..self.columns).map(glyph).collect()
    }

    fn half_columns(&self, start_unix_ns: u64, end_unix_ns: u64) -> (usize, usize) {
        let halves = 2 * self.columns;
        let whole = u128::from((self.end_unix_ns - self.start_unix_ns).max(1));
        let position = |unix_ns: u64, round_up: u128| {
            let offset = u128::from(unix_ns.saturating_sub(self.start_unix_ns)).min(whole);
            let half = (offset * halves as u128 + round_up) / whole;
            usize::try_from(half).unwrap_or(halves)
        };
        let first = position(start_unix_ns, 0).min(halves.saturating_sub(1));
        let last = position(end_unix_ns, whole / 2).max(first + 1);
        (first, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: Scale = Scale {
        start_unix_ns: 1_000,
        end_unix_ns: 2_000,
        columns: 10,
        unicode: true,
    };

    #[test]
    fn bar_lies_where_its_time_lies() {
        assert_eq!(SCALE.bar(1_000, 2_000), "██████████");
        assert_eq!(SCALE.bar(1_500, 1_750), "     ██▌  ");
        assert_eq!(SCALE.bar(1_250, 1_500), "  ▐██     ");
        assert_eq!(SCALE.shade(1_250, 1_500), "  ░░░     ");
    }

    #[test]
    fn bar_of_no_time_is_still_seen_at_both_ends() {
        assert_eq!(SCALE.bar(1_000, 1_000), "▌         ");
        assert_eq!(SCALE.bar(2_000, 2_000), "         ▐");
    }

    #[test]
    fn bar_beyond_its_scale_is_cut() {
        assert_eq!(SCALE.bar(0, u64::MAX), "██████████");
        let instant = Scale {
            end_unix_ns: 1_000,
            ..SCALE
        };
        assert_eq!(instant.bar(1_000, 1_000), "▌         ");
    }

    #[test]
    fn bar_in_ascii_has_whole_columns() {
        let ascii = Scale {
            unicode: false,
            ..SCALE
        };
        assert_eq!(ascii.bar(1_250, 1_500), "  ###     ");
        assert_eq!(ascii.shade(1_250, 1_500), "  ...     ");
    }
}
