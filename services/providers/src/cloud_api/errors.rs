//! What Meta's error codes mean for the sender.
//!
//! The official list decides (developers.facebook.com, "Error codes" of the Cloud API): many public
//! notes explain codes wrongly, and Meta says that titles will go. The HTTP status is a weak hint,
//! since the same code is seen with several.

use waybill_domain::provider::{ErrorClass, Refusal};

use crate::cloud_api::wire::ErrorBody;
use crate::details::without_numbers;

/// The class of a code, or `None` for a code we do not know.
pub fn classify(code: i64) -> Option<ErrorClass> {
    use ErrorClass::{Auth, Ban, Cooldown, Media, Number, Param, Retry, Template, Throttle, ThrottlePair, Window};
    let class = match code {
        // Token invalid or expired; permission or capability missing.
        0 | 102 | 104 | 190 | 3 | 10 | 200..=299 | 131_005 => Auth,
        // Number not registered, certificate wrong; payment; display name not approved.
        131_045 | 133_010 | 131_042 | 131_044 | 131_037 => Auth,
        // Call limits of app, user and business account; throughput; spam; misclassified templates;
        // registrations; group calls.
        4 | 17 | 613 | 80_007 | 130_429 | 131_048 | 131_064 | 133_016 | 131_208 => Throttle,
        131_056 => ThrottlePair,
        // Unknown, internal, unavailable, maintenance.
        1 | 2 | 131_000 | 131_016 | 135_000 | 133_004 | 131_057 => Retry,
        368 | 131_031 => Ban,
        // Undeliverable; sender is recipient; not on the test list; country not allowed.
        131_026 | 131_021 | 131_030 | 130_497 => Number,
        131_047 | 470 => Window,
        // Cap for marketing per person; marketing stopped by the person; experiment.
        131_049 | 131_050 | 130_472 => Cooldown,
        // Marketing templates are off for this API; then template and flow problems.
        131_063 | 132_000 | 132_001 | 132_005 | 132_007 | 132_008 | 132_012 | 132_015 | 132_016 | 132_018 => Template,
        132_068 | 132_069 | 2_388_000..=2_388_999 => Template,
        131_052 | 131_053 => Media,
        // Parameters; types; ids that cannot be used here; changed identity key (we send no hash).
        100 | 131_008 | 131_009 | 131_051 | 130_501 | 131_062 | 137_000 => Param,
        // Groups and block list.
        131_020 | 131_041 | 131_059 | 131_201..=131_207 | 131_209..=131_215 | 139_100..=139_103 => Param,
        _ => return None,
    };
    Some(class)
}

/// The pause that Meta documents for a code, in milliseconds, for when no header names one.
pub fn documented_wait_ms(code: i64) -> Option<u64> {
    const SECOND: u64 = 1_000;
    const HOUR: u64 = 3_600 * SECOND;
    match code {
        131_056 => Some(6 * SECOND),
        131_057 => Some(60 * SECOND),
        131_064 => Some(HOUR),
        131_049 => Some(24 * HOUR),
        133_016 => Some(72 * HOUR),
        _ => None,
    }
}

/// The refusal an error describes. `fallback` is the class of a code we do not know.
pub fn refusal(error: &ErrorBody, fallback: ErrorClass) -> Refusal {
    let class = error.code.and_then(classify).unwrap_or(fallback);
    Refusal {
        class,
        code: error.code.map_or_else(|| "unknown".into(), |code| code.to_string()),
        detail: without_numbers(error.explanation().unwrap_or_default()),
        retry_after_ms: error.code.and_then(documented_wait_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorClass::{Auth, Ban, Cooldown, Media, Number, Param, Retry, Template, Throttle, ThrottlePair, Window};

    /// Every row of the published table.
    const TABLE: &[(&[i64], ErrorClass)] = &[
        (&[0, 190, 102, 104], Auth),
        (&[3, 10, 200, 299, 131_005], Auth),
        (&[4, 17, 80_007, 613], Throttle),
        (&[130_429], Throttle),
        (&[131_056], ThrottlePair),
        (&[131_048], Throttle),
        (&[131_064], Throttle),
        (&[133_016], Throttle),
        (&[131_208], Throttle),
        (&[1, 2, 131_000, 131_016, 135_000, 133_004], Retry),
        (&[131_057], Retry),
        (&[368, 131_031], Ban),
        (&[130_497], Number),
        (&[131_045, 133_010], Auth),
        (&[131_042, 131_044], Auth),
        (&[131_037], Auth),
        (&[131_026], Number),
        (&[131_021], Number),
        (&[131_030], Number),
        (&[131_047, 470], Window),
        (&[131_049], Cooldown),
        (&[131_050], Cooldown),
        (&[130_472], Cooldown),
        (&[137_000], Param),
        (&[131_062], Param),
        (&[131_063], Template),
        (&[100, 131_008, 131_009], Param),
        (&[131_051, 130_501], Param),
        (&[131_052], Media),
        (&[131_053], Media),
        (&[132_000], Template),
        (&[132_001], Template),
        (&[132_005], Template),
        (&[132_007], Template),
        (&[132_008, 132_012, 132_018], Template),
        (&[132_015, 132_016], Template),
        (&[132_068, 132_069], Template),
        (&[131_020, 131_041, 131_059, 131_201, 131_207, 131_209, 131_215], Param),
        (&[139_100, 139_103], Param),
        (&[2_388_000, 2_388_093], Template),
    ];

    #[test]
    fn every_published_code_has_its_class() {
        for (codes, class) in TABLE {
            for code in *codes {
                assert_eq!(classify(*code), Some(*class), "{code}");
            }
        }
    }

    #[test]
    fn other_codes_have_none() {
        for code in [-1, 5, 199, 300, 400, 803, 131_216, 2_389_000] {
            assert_eq!(classify(code), None, "{code}");
        }
    }
}
