//! Durations, sizes, counts and times as a person reads them.

use std::fmt;

/// A duration in at most seven columns: two units where the second one matters.
pub(crate) struct Duration {
    /// Nanoseconds.
    pub(crate) ns: u64,
    /// `µs` may be written.
    pub(crate) unicode: bool,
}

impl fmt::Display for Duration {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: u64 = 1_000_000_000;
        let seconds = self.ns / SECOND;
        let text = match self.ns {
            0 => "0".to_owned(),
            1..1_000 => format!("{}ns", self.ns),
            1_000..1_000_000 if self.unicode => format!("{}µs", self.ns / 1_000),
            1_000..1_000_000 => format!("{}us", self.ns / 1_000),
            1_000_000..SECOND => format!("{}ms", self.ns / 1_000_000),
            _ => match seconds {
                0..60 => format!("{:.1}s", (self.ns / 100_000_000) as f64 / 10.0),
                60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
                3_600..360_000 => format!("{}h {:02}m", seconds / 3_600, seconds / 60 % 60),
                _ => format!("{}d {:02}h", seconds / 86_400, seconds / 3_600 % 24),
            },
        };
        formatter.pad(&text)
    }
}

/// A size in binary units, as Spark's own pages show it.
pub(crate) struct Bytes(pub i64);

impl fmt::Display for Bytes {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let mut size = self.0 as f64 / 1024.0;
        if size < 1.0 {
            return formatter.pad(&format!("{} B", self.0));
        }
        let mut unit = 0;
        while size >= 1024.0 && unit + 1 < UNITS.len() {
            size /= 1024.0;
            unit += 1;
        }
        formatter.pad(&format!("{size:.1} {}", UNITS[unit]))
    }
}

/// A count, its digits in groups of three.
pub(crate) struct Count(pub i64);

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::from(if self.0 < 0 { "-" } else { "" });
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        formatter.pad(&text)
    }
}

/// A moment to the second, in UTC.
pub(crate) struct Moment {
    /// Nanoseconds since the Unix epoch.
    pub(crate) unix_ns: u64,
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.unix_ns / 1_000_000_000;
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        // The proleptic Gregorian calendar in years that begin with March: a leap day is a year's last.
        let shifted = day + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        write!(
            formatter,
            "{year:04}-{month:02}-{day_of_month:02} {hour:02}:{minute:02}:{:02} UTC",
            second % 60
        )
    }
}

/// So many things: `1 span`, `2,000 units of work`.
pub(crate) fn counted(count: impl TryInto<i64>, thing: &str) -> String {
    let count = count.try_into().unwrap_or(i64::MAX);
    let number = Count(count);
    match thing.split_once(" of ") {
        _ if count == 1 => format!("{number} {thing}"),
        Some((thing, whole)) => format!("{number} {thing}s of {whole}"),
        None => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_is_at_most_seven_columns_wide() {
        let text = |ns| Duration { ns, unicode: true }.to_string();
        assert_eq!(text(0), "0");
        assert_eq!(text(999), "999ns");
        assert_eq!(text(35_400), "35µs");
        assert_eq!(text(180_000_000), "180ms");
        assert_eq!(text(12_349_000_000), "12.3s");
        assert_eq!(text(59_990_000_000), "59.9s");
        assert_eq!(text(3_599_000_000_000), "59m 59s");
        assert_eq!(text(359_999_000_000_000), "99h 59m");
        assert_eq!(text(8_640_000_000_000_000 - 1), "99d 23h");
        let ascii = Duration {
            ns: 35_400,
            unicode: false,
        };
        assert_eq!(ascii.to_string(), "35us");
    }

    #[test]
    fn bytes_are_in_binary_units() {
        assert_eq!(Bytes(0).to_string(), "0 B");
        assert_eq!(Bytes(1023).to_string(), "1023 B");
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(i64::MAX).to_string(), "8.0 EiB");
    }

    #[test]
    fn count_has_groups_of_three_digits() {
        assert_eq!(Count(7).to_string(), "7");
        assert_eq!(Count(123_456).to_string(), "123,456");
        assert_eq!(Count(i64::MIN).to_string(), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn moment_follows_the_calendar() {
        let text = |seconds: u64| {
            Moment {
                unix_ns: seconds * 1_000_000_000,
            }
            .to_string()
        };
        assert_eq!(text(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(text(1_795_384_249), "2026-11-22 21:50:49 UTC");
        assert_eq!(text(4_107_542_399), "2100-02-28 23:59:59 UTC");
        assert_eq!(text(4_107_542_400), "2100-03-01 00:00:00 UTC");
    }
}
