//! The providers a number can be of: what each can do, and what it needs to know.

use super::credentials::{Need, shape};
use super::profile_add::ProviderName;
use super::view;
use crate::app::App;
use crate::caller::needs::ReadNumbers;
use crate::content::offered;
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use waybill_domain::provider::{ContentKind, ProviderKind, Receipts};

#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    #[schema(value_type = ProviderName)]
    pub name: &'static str,
    /// As people know it.
    pub title: &'static str,
    /// What to know before relying on it, where there is something.
    pub notice: Option<&'static str>,
    pub abilities: Abilities,
    /// What its id of a number is called.
    pub number_id: &'static str,
    /// What its token is called.
    pub access_token: &'static str,
    pub app_secret: Need,
    pub verify_token: Need,
    /// Its own address; an address is needed where there is none.
    pub base_url: Option<&'static str>,
    /// Names of further settings.
    pub settings: Vec<&'static str>,
    /// Where the sandbox speaks its wire, on an installation that has one.
    pub sandbox_base_url: Option<String>,
}

/// What its numbers can do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Abilities {
    /// What messages can be made of.
    #[schema(value_type = Vec<String>)]
    pub sends: Vec<ContentKind>,
    /// `full`, `best_effort` (a receipt that is missing says nothing) or `none`.
    #[schema(value_type = String)]
    pub receipts: Receipts,
    pub receives: bool,
    pub links_by_qr: bool,
    /// Says whether a number is on WhatsApp before anything is sent.
    pub checks_numbers: bool,
    pub has_templates: bool,
    /// Free-form messages go only within 24 hours of the person's last message.
    pub has_window: bool,
    pub lists_groups: bool,
    pub tells_quality: bool,
    /// Webhooks carry a signature over their body.
    pub signs_webhooks: bool,
}

/// Lists the providers.
#[utoipa::path(get, path = "/providers", tag = "packages", responses((status = 200, body = Items<Provider>)))]
pub async fn providers(
    State(app): State<App>,
    _reading: Reading<ReadNumbers>,
) -> Result<Json<Items<Provider>>, Problem> {
    let sandbox_url = app.config.sandbox_url.as_deref();
    let kinds = ProviderKind::ALL.into_iter().filter(|kind| *kind != ProviderKind::Sandbox || sandbox_url.is_some());
    Ok(Json(Items { items: kinds.map(|kind| provider(kind, sandbox_url)).collect() }))
}

fn provider(kind: ProviderKind, sandbox_url: Option<&str>) -> Provider {
    let (shape, abilities) = (shape(kind), kind.abilities());
    Provider {
        name: kind.as_str(),
        title: match kind {
            ProviderKind::CloudApi => "WhatsApp Cloud API",
            ProviderKind::GreenApi => "Green API",
            ProviderKind::Waha => "WAHA (linked device)",
            ProviderKind::Zentra => "Zentra",
            ProviderKind::Sandbox => "Sandbox",
        },
        notice: view::notice(kind.as_str()),
        abilities: Abilities {
            sends: offered(kind),
            receipts: abilities.receipts,
            receives: abilities.receives,
            links_by_qr: abilities.links_by_qr,
            checks_numbers: abilities.checks_numbers,
            has_templates: abilities.has_templates,
            has_window: abilities.has_window,
            lists_groups: abilities.lists_groups,
            tells_quality: abilities.tells_quality,
            signs_webhooks: abilities.signs_webhooks,
        },
        number_id: shape.number_id,
        access_token: shape.access_token,
        app_secret: shape.app_secret,
        verify_token: shape.verify_token,
        base_url: shape.base_url,
        sandbox_base_url: sandbox_url.map(|url| shape.sandbox_base_url(url)),
        settings: shape.settings.to_vec(),
    }
}
