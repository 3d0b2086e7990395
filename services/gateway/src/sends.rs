//! Messages of a package to named recipients: proactive ones within every limit, and replies at once.
//!
//! A proactive message to several people is a campaign of its own that starts at once, so that consent, points, limits and
//! all that follows are the same, and its id is that of the campaign.

mod ask;
mod open;
mod reply;

use crate::app::App;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use waybill_domain::content::{self, Attachment};
use waybill_domain::phone::{Phone, PhoneError};
use waybill_domain::provider::ContentKind;
use waybill_projections::numbers;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(open::open))
        .routes(routes!(reply::reply))
        .routes(routes!(ask::of_package))
        .routes(routes!(ask::export))
        .routes(routes!(ask::one_of_package))
}

/// What a message is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    Text,
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Buttons,
    List,
    Template,
}

impl MessageType {
    fn kind(self) -> ContentKind {
        match self {
            Self::Text => ContentKind::Text,
            Self::Image => ContentKind::Image,
            Self::Video => ContentKind::Video,
            Self::Audio => ContentKind::Audio,
            Self::Voice => ContentKind::Voice,
            Self::Document => ContentKind::Document,
            Self::Sticker => ContentKind::Sticker,
            Self::Location => ContentKind::Location,
            Self::Contacts => ContentKind::Contacts,
            Self::Buttons => ContentKind::Buttons,
            Self::List => ContentKind::List,
            Self::Template => ContentKind::Template,
        }
    }

    /// A message is what it says it is.
    fn require(self, attachment: Option<&Attachment>) -> Result<(), Problem> {
        let kind = content::kind(attachment);
        if kind == self.kind() {
            return Ok(());
        }
        let text = format!("the message is of type {}", kind.as_str());
        Err(Problem::invalid("type", text))
    }
}

/// What a number has used of its limits.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsStatus {
    /// Used of allowed in this clock hour, such as `45/50`; only what was used, where there is no limit.
    pub hourly: String,
    /// The same for the day, UTC.
    pub daily: String,
    /// `active`, `limit_reached`, `cooling_down`, `not_linked`, `inactive` or `blocked`.
    pub status: String,
}

impl LimitsStatus {
    pub fn of(profile: &numbers::Profile) -> Self {
        let used = |of: numbers::UsedOf| match of.limit {
            Some(limit) => format!("{}/{limit}", of.used),
            None => of.used.to_string(),
        };
        let is_full = |of: numbers::UsedOf| of.limit.is_some_and(|limit| of.used >= i64::from(limit));
        let linked = matches!(profile.standing.link.as_str(), "not_needed" | "linked");
        let status = match profile.state.as_str() {
            "active" if !linked => "not_linked",
            "active" if is_full(profile.hour) || is_full(profile.day) => "limit_reached",
            state => state,
        };
        Self { hourly: used(profile.hour), daily: used(profile.day), status: status.to_owned() }
    }
}

/// Why a recipient cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARecipient {
    #[error(transparent)]
    Phone(#[from] PhoneError),
    #[error("these digits are one number in {0} and another with a country code: write it with +")]
    Ambiguous(Country),
}

/// ISO 3166-1 alpha-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl std::fmt::Display for Country {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(std::str::from_utf8(&self.0).unwrap_or("that country"))
    }
}

impl NotARecipient {
    /// Among the reasons for which somebody is not written to.
    pub fn as_str(self) -> &'static str {
        match self {
            NotARecipient::Phone(_) => "invalid_number",
            NotARecipient::Ambiguous(_) => "ambiguous_number",
        }
    }
}

/// A number as callers write it: with a prefix, in the national way of `country`, or as bare digits with the country code.
/// Digits that could be two people's are nobody's.
pub fn recipient(text: &str, country: Option<&str>) -> Result<Phone, NotARecipient> {
    let text = text.trim();
    let national = Phone::parse(text, country);
    let bare = text.len() >= 8 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let international = bare.then(|| Phone::parse(&format!("+{text}"), None).ok()).flatten();
    match (national, international, country.map(str::as_bytes)) {
        (Ok(one), Some(other), Some([a, b])) if one.as_str() != other.as_str() => {
            Err(NotARecipient::Ambiguous(Country([*a, *b])))
        }
        (Ok(phone), ..) | (Err(_), Some(phone), _) => Ok(phone),
        (Err(error), None, _) => Err(error.into()),
    }
}

/// The package, or what is wrong with naming it.
async fn package(
    app: &App,
    tenant: waybill_domain::id::TenantId,
    id: waybill_domain::id::PackageId,
) -> Result<waybill_domain::package::State, Problem> {
    let package = app.store.load::<waybill_domain::package::Package>(tenant, id.0).await?.state;
    if package.name.is_none() || package.deleted {
        return Err(Problem::not_found());
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_digits_with_a_country_code_are_a_number() {
        let number = |text, country| recipient(text, country).map(|phone| phone.as_str().to_owned()).ok();
        assert_eq!(number("201066183456", None).as_deref(), Some("+201066183456"));
        assert_eq!(number("+49 1511 2345678", None).as_deref(), Some("+4915112345678"));
        assert_eq!(number("01511 2345678", Some("DE")).as_deref(), Some("+4915112345678"));
        assert_eq!(number("201066183456", Some("EG")).as_deref(), Some("+201066183456"));
        assert!(matches!(recipient("201066183456", Some("DE")), Err(NotARecipient::Ambiguous(_))));
        assert_eq!(number("123", Some("DE")), None);
        assert_eq!(number("", None), None);
    }
}
