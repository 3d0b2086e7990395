//! What Meta thinks of a number.

use secrecy::ExposeSecret;
use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::cloud_api::send::{address, judge_question};
use crate::cloud_api::templates::BUSINESS_ACCOUNT;
use crate::http::Client;
use crate::values::{text, text_or_number};
use crate::{Account, QualityChange, Standing, http};

const FIELDS: &str = "quality_rating,verified_name,display_phone_number,throughput,\
    whatsapp_business_manager_messaging_limit,messaging_limit_tier";

pub async fn standing(client: &Client, account: &Account) -> Result<Standing, Refusal> {
    let url = address(account, &account.number_id, "")?;
    let request = client.get(url)?.query(&[("fields", FIELDS)]).bearer_auth(account.access_token.expose_secret());
    let answer = http::ask(account, request, |reply| judge_question(account, reply)).await?;
    // Not every token may ask for it, and without it the business account stands for itself.
    let portfolio = portfolio(client, account).await.unwrap_or_default();
    Ok(Standing { portfolio, ..read(&answer) })
}

/// Who owns the business account: the messaging limit is theirs.
async fn portfolio(client: &Client, account: &Account) -> Result<Option<String>, Refusal> {
    let Some(business) = account.setting(BUSINESS_ACCOUNT) else { return Ok(None) };
    let url = address(account, business, "")?;
    let request =
        client.get(url)?.query(&[("fields", "owner_business_info")]).bearer_auth(account.access_token.expose_secret());
    let answer = http::ask(account, request, |reply| judge_question(account, reply)).await?;
    Ok(text_or_number(answer.pointer("/owner_business_info/id")))
}

fn read(answer: &Value) -> Standing {
    let own = |name: &str| text(answer, name).map(str::to_owned);
    let limit = answer.get("whatsapp_business_manager_messaging_limit").or_else(|| answer.get("messaging_limit_tier"));
    Standing {
        quality: QualityChange {
            rating: own("quality_rating").map(|rating| rating.to_lowercase()),
            messaging_limit: messaging_limit(limit),
            event: None,
        },
        verified_name: own("verified_name"),
        display_phone_number: own("display_phone_number"),
        throughput: answer.pointer("/throughput/level").and_then(Value::as_str).map(str::to_lowercase),
        portfolio: None,
    }
}

/// A number, or a tier: `TIER_250`, `TIER_1K`, `TIER_100K`, `TIER_UNLIMITED`. No limit is -1.
pub fn messaging_limit(value: Option<&Value>) -> Option<i64> {
    if let Some(number) = crate::values::integer(value) {
        return (number >= -1).then_some(number);
    }
    let name = value?.as_str()?.trim().to_ascii_uppercase();
    let tier = name.rsplit_once("TIER_")?.1;
    if tier == "UNLIMITED" {
        return Some(-1);
    }
    let (digits, factor) = match tier.strip_suffix('K') {
        Some(thousands) => (thousands, 1_000),
        None => (tier, 1),
    };
    digits.parse::<i64>().ok().filter(|number| *number >= 0)?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn limits_are_numbers_or_tiers() {
        for (value, expected) in [
            (json!("TIER_50"), Some(50)),
            (json!("TIER_250"), Some(250)),
            (json!("TIER_2K"), Some(2_000)),
            (json!("tier_100k"), Some(100_000)),
            (json!("TIER_UNLIMITED"), Some(-1)),
            (json!(2_000), Some(2_000)),
            (json!("1000"), Some(1_000)),
            (json!(-1), Some(-1)),
            (json!("TIER_NOT_SET"), None),
            (json!("TIER_-5"), None),
            (json!("TIER_9999999999999999999K"), None),
            (json!("MANY"), None),
            (json!({}), None),
        ] {
            assert_eq!(messaging_limit(Some(&value)), expected, "{value}");
        }
    }

    #[test]
    fn a_standing_is_read_as_far_as_it_goes() {
        let standing = read(&json!({
            "quality_rating": "GREEN", "verified_name": "Market", "display_phone_number": "+1 555-555-5555",
            "throughput": { "level": "HIGH" }, "whatsapp_business_manager_messaging_limit": "TIER_10K",
        }));
        assert_eq!(standing.quality.rating.as_deref(), Some("green"));
        assert_eq!(standing.quality.messaging_limit, Some(10_000));
        assert_eq!(standing.throughput.as_deref(), Some("high"));
        assert_eq!(read(&json!([])), Standing::default());
    }
}
