//! Templates of a business account, page by page.

use secrecy::ExposeSecret;
use serde_json::Value;
use waybill_domain::provider::Refusal;

use crate::cloud_api::send::{address, judge_question};
use crate::http::Client;
use crate::values::{text, text_or_number};
use crate::{Account, TemplateListed, http};

/// The setting that names the business account.
pub const BUSINESS_ACCOUNT: &str = "business_account_id";

const FIELDS: &str = "id,name,language,status,category,components,quality_score,rejected_reason";

const PAGE: usize = 100;

/// More pages than any account has: an answer that always names another one ends here.
const MOST_PAGES: usize = 200;

pub async fn list(client: &Client, account: &Account) -> Result<Vec<TemplateListed>, Refusal> {
    let business = account
        .setting(BUSINESS_ACCOUNT)
        .ok_or_else(|| http::invalid_account("the account does not name its business account"))?;
    let url = address(account, business, "/message_templates")?;
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut request = client.get(&url)?.query(&[("limit", PAGE.to_string().as_str()), ("fields", FIELDS)]);
        if let Some(after) = &after {
            request = request.query(&[("after", after)]);
        }
        let request = request.bearer_auth(account.access_token.expose_secret());
        let mut page = http::ask(account, request, |reply| judge_question(account, reply)).await?;
        let Some(Value::Array(items)) = page.get_mut("data").map(Value::take) else {
            return Err(http::unreadable("the list of templates is none"));
        };
        let is_full = items.len() >= PAGE;
        found.extend(items.into_iter().filter_map(listed));
        // `paging.next` is an address that may lead to another host with our token in it; the cursor says the same.
        // It is there on the last page too, where `next` is not.
        let cursor = text_or_number(page.pointer("/paging/cursors/after"));
        let has_next = page.pointer("/paging/next").and_then(Value::as_str).is_some_and(|next| !next.is_empty());
        match cursor {
            Some(cursor) if (has_next || is_full) && after.as_ref() != Some(&cursor) => after = Some(cursor),
            _ => return Ok(found),
        }
    }
    Err(http::unreadable("the list of templates does not end"))
}

fn listed(mut item: Value) -> Option<TemplateListed> {
    let components = item.get_mut("components").map(Value::take).unwrap_or_default();
    let lower = |name: &str| text(&item, name).unwrap_or("unknown").to_lowercase();
    Some(TemplateListed {
        id: text_or_number(item.get("id"))?,
        name: text(&item, "name")?.to_owned(),
        language: text(&item, "language").unwrap_or_default().to_owned(),
        status: lower("status"),
        category: lower("category"),
        components,
        quality: quality(item.get("quality_score")),
        rejected_reason: text(&item, "rejected_reason").filter(|reason| *reason != "NONE").map(str::to_owned),
    })
}

/// A word, or an object with one.
fn quality(score: Option<&Value>) -> Option<String> {
    let score = score?;
    score.as_str().or_else(|| text(score, "score")).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_listed_as_it_stands() {
        let item = json!({
            "id": 12, "name": "order", "language": "en_US", "status": "PAUSED", "category": "MARKETING",
            "components": [{ "type": "BODY", "text": "Hi {{1}}" }], "quality_score": { "score": "RED", "date": 1 },
            "rejected_reason": "NONE",
        });
        let template = listed(item).expect("a template");
        assert_eq!((template.id.as_str(), template.status.as_str()), ("12", "paused"));
        assert_eq!((template.quality.as_deref(), template.rejected_reason), (Some("red"), None));
        assert_eq!(template.components[0]["type"], "BODY");
    }

    #[test]
    fn what_has_no_name_is_no_template() {
        assert_eq!(listed(json!({ "id": "1" })), None);
        assert_eq!(listed(json!(7)), None);
        let bare = listed(json!({ "id": "1", "name": "a" })).expect("a template");
        assert_eq!((bare.status.as_str(), bare.category.as_str(), bare.quality), ("unknown", "unknown", None));
    }
}
