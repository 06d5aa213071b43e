//! The time of the service, as its responses tell it.

use std::time::{Duration, SystemTime};

use crate::transport::failure::Failure;

/// A time, in seconds of offset from another one.
pub(super) fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let offset = Duration::from_secs(seconds.unsigned_abs());
    let shifted = if seconds < 0 { time.checked_sub(offset) } else { time.checked_add(offset) };
    shifted.unwrap_or(time)
}

pub(super) fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

/// The time of the service: from the header `Date`, else from the message, which may
/// name other times too.
pub(super) fn of_service(failure: &Failure) -> Option<SystemTime> {
    failure.service_time.or_else(|| failure.error.service_message().and_then(in_text))
}

/// The last time that a text names, such as `2025-03-04T05:06:07Z` or
/// `20250304T050607Z`: the time of the request stands before that of the service.
fn in_text(text: &str) -> Option<SystemTime> {
    text.split(|c: char| c.is_whitespace() || "\"'()[],;".contains(c))
        .filter_map(|word| {
            let word = word.trim_end_matches('.');
            let basic = || jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", word).ok();
            let utc = |time: jiff::civil::DateTime| {
                time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|time| time.timestamp())
            };
            word.parse::<jiff::Timestamp>().ok().or_else(|| basic().and_then(utc))
        })
        .next_back()
        .and_then(system_time)
}

/// jiff's own conversion panics where the system knows fewer years.
fn system_time(time: jiff::Timestamp) -> Option<SystemTime> {
    let since = Duration::try_from(time.duration_since(jiff::Timestamp::UNIX_EPOCH)).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn the_last_time_of_a_text_is_that_of_the_service() {
        let expected = Some(at(1_741_064_767));
        for text in [
            "signature expired, now 2025-03-04T05:06:07Z",
            "x-sdk-date 20250304T040607Z is not within 15 minutes of 20250304T050607Z.",
            "(server time: '2025-03-04T05:06:07.000Z')",
            "expired [20250304T040607Z] [2025-03-04T06:06:07+01:00]",
        ] {
            assert_eq!(in_text(text), expected, "{text}");
        }
        for text in
            ["", "expired", "2025", "at 05:06:07", "99999999T999999Z", "0001-01-01T00:00:00Z"]
        {
            assert_eq!(in_text(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_count_in_both_directions() {
        assert_eq!(seconds_between(at(100), at(160)), 60);
        assert_eq!(seconds_between(at(160), at(100)), -60);
        assert_eq!(shifted(at(100), 60), at(160));
        assert_eq!(shifted(at(160), -60), at(100));
    }
}
