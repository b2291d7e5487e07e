//! Times as text.

/// The milliseconds since the Unix epoch of an ISO 8601 time in UTC, such as
/// `2026-11-22T21:59:14.123Z`: the only form that Spark writes.
pub(crate) fn parse_utc_ms(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute, second) = (time.next()?.ok()?, time.next()?.ok()?, time.next()?.ok()?);
    let valid = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !valid {
        return None;
    }
    let milliseconds: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let seconds = days_from_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(seconds * 1000 + milliseconds)
}

/// Days since 1970-01-01 in the Gregorian calendar: years are counted from March, so that a leap day
/// is the last of its year.
const fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let leap_days = shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    // 719 468 days lie between 0000-03-01 and 1970-01-01.
    shifted_year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_millisecond() {
        assert_eq!(parse_utc_ms("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(
            parse_utc_ms("2000-02-29T23:59:59.999Z"),
            Some(951_868_799_999)
        );
        assert_eq!(
            parse_utc_ms("2026-11-22T21:59:14.5Z"),
            Some(1_795_384_754_500)
        );
        for other in [
            "",
            "2026-11-22",
            "2026-13-22T21:59:14.123Z",
            "2026-11-22T21:59:14+01:00",
        ] {
            assert_eq!(parse_utc_ms(other), None, "{other}");
        }
    }
}
