//! Templates of a business account: listed, told by webhook, changed at the provider, and gone.

use crate::rig::Rig;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use waybill_domain::campaign::Status;
use waybill_domain::content::{Attachment, Parameter, TemplateUse};
use waybill_domain::package::limits::Settings;
use waybill_domain::profile;

fn template(name: &str, places: &[&str]) -> Attachment {
    let body = places.iter().map(|text| Parameter { name: None, text: (*text).to_owned() }).collect();
    let (name, language) = (name.to_owned(), "en_US".to_owned());
    Attachment::Template(TemplateUse { name, language, header: None, body, buttons: vec![] })
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_known_as_the_provider_has_them() {
    let rig = Rig::start().await;
    let number = rig.profiles[0];
    rig.join_business(number, "waba-one").await;
    rig.until_events("template.found", 3).await;

    // A webhook tells at once what changed.
    let sale = |status: &str, text: &str| {
        json!([
            {"name": "sale", "language": "en", "category": "MARKETING", "status": status,
             "components": [{"type": "BODY", "text": text}]},
        ])
    };
    rig.templates(number, sale("APPROVED", "Hello {{1}}")).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.found", 4).await;
    rig.templates(number, sale("PAUSED", "Hello {{1}}")).await;
    rig.until_events("template.status_changed", 1).await;
    let changed = rig.events("template.status_changed").await;
    assert_eq!(
        (changed[0]["from"].as_str(), changed[0]["standing"]["status"].as_str()),
        (Some("approved"), Some("paused"))
    );

    // Another text tells nobody; the next list does.
    rig.templates(number, sale("PAUSED", "Hello again {{1}}")).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.drifted", 1).await;
    assert!(rig.events("template.gone").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_goes_with_a_template_and_stops_when_the_provider_refuses_it() {
    // Enough for the first campaign; of the second some wait.
    let rig = Rig::start_with(Settings { hourly_limit: Some(4), ..Settings::unlimited() }).await;
    for number in rig.profiles.clone() {
        rig.join_business(number, "waba-one").await;
    }
    rig.until_events("template.found", 3).await;
    let contacts = rig.contacts(9, |_| true).await;
    let offer = template("seasonal_offer", &["{{name}}"]);
    let campaign = rig.start_carrying("Hello {{name}}, there is something new for you.", offer, contacts).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sandbox_stats().await.distinct, 9);
    // Refused although it is approved as far as anybody knows.
    rig.faults(json!({ "reject": { "probability": 1.0, "code": 132_015 } })).await;
    let offer = template("seasonal_offer", &["{{name}}"]);
    let campaign = rig.start_carrying("", offer, contacts).await;
    rig.until_events("campaign.paused", 1).await;
    let reason = rig.events("campaign.paused").await.remove(0)["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.starts_with("template: ") && reason.ends_with("(132015)"), "{reason}");
    assert_ne!(rig.campaign(campaign).await.status, Status::Running);
    assert_eq!(rig.sandbox_stats().await.distinct, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_another_number_of_the_account_is_not_taken_for_ones_own() {
    let rig = Rig::start().await;
    for number in rig.profiles.clone() {
        rig.until_profile(number, |state| state.rating.is_some()).await;
    }
    // The sandbox shows numbers that are not ours: whoever hears of one asks how each stands.
    rig.rates(rig.profiles[1], "RED").await;
    let is = |rating: &'static str| move |state: &profile::State| state.rating.as_deref() == Some(rating);
    rig.until_profile(rig.profiles[1], is("red")).await;
    assert!(is("green")(&rig.profile(rig.profiles[0]).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_account_lacks_the_template_is_passed_over() {
    let rig = Rig::start().await;
    let (with, without) = (rig.profiles[0], rig.profiles[1]);
    rig.join_business(with, "waba-with").await;
    for number in &rig.profiles[1..] {
        rig.join_business(*number, "waba-without").await;
    }
    rig.until_events("template.found", 6).await;
    rig.until_events("profile.account_known", 3).await;
    let sale = json!([{"name": "sale", "language": "en_US", "category": "MARKETING", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Hello {{1}}"}]}]);
    rig.templates(with, sale.clone()).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.found", 7).await;
    let contacts = rig.contacts(6, |_| true).await;
    let campaign = rig.start_carrying("", template("sale", &["{{name}}"]), contacts).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await, [6, 0, 0]);

    // Where no account has it, the campaign waits and says for what; it goes on with whoever gets it.
    let gone = json!([{"name": "sale", "language": "en_US", "category": "MARKETING", "status": "PAUSED",
        "components": [{"type": "BODY", "text": "Hello {{1}}"}]}]);
    rig.templates(with, gone).await;
    rig.until_events("template.status_changed", 1).await;
    rig.until_settled().await;
    let campaign = rig.start_carrying("", template("sale", &["{{name}}"]), contacts).await;
    rig.until_events("campaign.deferred", 1).await;
    assert_eq!(rig.events("campaign.deferred").await[0]["limit"], "no_template");
    rig.templates(without, sale).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.found", 8).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await, [6, 3, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_one_portfolio_have_its_messaging_limit_between_them() {
    let rig = Rig::start().await;
    // Each was asked about once, before anything is said of its account.
    for number in rig.profiles.clone() {
        rig.until_profile(number, |state| state.rating.is_some()).await;
    }
    for (number, business) in rig.profiles.clone().into_iter().zip(["waba-one", "waba-two", "waba-three"]) {
        rig.join_portfolio(number, business, Some("portfolio-of-all")).await;
        rig.limits_to(number, 5).await;
    }
    for number in rig.profiles.clone() {
        let is_known = |state: &profile::State| {
            let portfolio = state.account.as_ref().and_then(|account| account.portfolio.as_deref());
            (portfolio, state.messaging_limit) == (Some("portfolio-of-all"), Some(5))
        };
        rig.until_profile(number, is_known).await;
    }
    let contacts = rig.contacts(8, |_| true).await;
    let campaign = rig.start_campaign("Hello {{name}}", contacts).await;
    rig.until_events("campaign.deferred", 1).await;
    rig.until_sent(campaign, 5).await;
    assert_eq!(rig.events("campaign.deferred").await[0]["limit"], "messaging_limit");
    assert_eq!(rig.sandbox_stats().await.distinct, 5);
    // Midnight lets nothing through: the limit is of any 24 hours, and hours end as a whole.
    let until: DateTime<Utc> =
        rig.events("campaign.deferred").await[0]["until"].as_str().expect("an end").parse().expect("a time");
    assert!(until - rig.context.clock.now() > TimeDelta::hours(23), "{until}");
    rig.advance(TimeDelta::hours(25));
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sandbox_stats().await.distinct, 8);
}

#[tokio::test]
async fn a_retry_whose_template_is_gone_says_so_and_goes_when_it_is_back() {
    let rig = Rig::start().await;
    let number = rig.profiles[0];
    for number in rig.profiles.clone() {
        rig.join_business(number, "waba-one").await;
    }
    rig.until_events("template.found", 3).await;
    let sale = |status: &str| {
        json!([{"name": "sale", "language": "en_US", "category": "MARKETING", "status": status,
            "components": [{"type": "BODY", "text": "Hello {{1}}"}]}])
    };
    rig.templates(number, sale("APPROVED")).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.found", 4).await;
    // Each recipient waits for a while, and meanwhile the template is paused.
    rig.faults(json!({ "reject": { "probability": 1.0, "code": 131_056 } })).await;
    let contacts = rig.contacts(3, |_| true).await;
    let campaign = rig.start_carrying("", template("sale", &["{{name}}"]), contacts).await;
    rig.until_events("message.retry_scheduled", 3).await;
    rig.templates(number, sale("PAUSED")).await;
    rig.join_business(number, "waba-one").await;
    rig.until_events("template.status_changed", 1).await;
    rig.faults(json!({})).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("campaign.deferred", 1).await;
    let told = rig.events("campaign.deferred").await.remove(0);
    assert_eq!((&told["limit"], &told["waiting"]), (&json!("no_template"), &json!(3)));
    assert_eq!(rig.sandbox_stats().await.distinct, 0);
    rig.templates(number, sale("APPROVED")).await;
    rig.advance(TimeDelta::hours(1));
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sandbox_stats().await.distinct, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_account_has_another_template_under_the_name_is_passed_over() {
    let rig = Rig::start().await;
    let (fits, other) = (rig.profiles[0], rig.profiles[1]);
    rig.join_business(fits, "waba-fits").await;
    for number in &rig.profiles[1..] {
        rig.join_business(*number, "waba-other").await;
    }
    rig.until_events("template.found", 6).await;
    let sale = |text: &str| {
        json!([{"name": "sale", "language": "en_US", "category": "MARKETING", "status": "APPROVED",
            "components": [{"type": "BODY", "text": text}]}])
    };
    rig.templates(fits, sale("Hello {{1}}")).await;
    rig.templates(other, sale("Hello {{1}}, order {{2}} is ready")).await;
    rig.advance(TimeDelta::hours(1));
    rig.until_events("template.found", 8).await;
    let contacts = rig.contacts(6, |_| true).await;
    let campaign = rig.start_carrying("", template("sale", &["{{name}}"]), contacts).await;
    rig.until(campaign, Status::Completed).await;
    assert_eq!(rig.sent_by().await, [6, 0, 0]);
}
