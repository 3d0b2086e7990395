//! What the uploader chose. The gateway writes it beside the upload, the importer reads it.

use crate::mapping::Mapping;
use serde::{Deserialize, Serialize};
use waybill_domain::id::UserId;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadOptions {
    /// ISO 3166-1 alpha-2, for numbers written without a prefix.
    pub default_country: Option<String>,
    /// Which column is what; automatic when absent.
    pub mapping: Option<Mapping>,
    /// The contacts of the file become members of a new list of this name.
    pub list_name: Option<String>,
    pub tags: Vec<String>,
    /// Said of consent that a row grants: "web form", "trade fair 2026".
    pub consent_source: Option<String>,
    pub user_id: Option<UserId>,
}
