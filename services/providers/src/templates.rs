//! Templates as the provider has them.

use crate::{Account, Asked};
use serde_json::Value;

/// A template at the provider.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateListed {
    pub id: String,
    pub name: String,
    pub language: String,
    /// In lower case; unknown ones are kept.
    pub status: String,
    /// In lower case: `marketing`, `utility`, `authentication`, or whatever comes.
    pub category: String,
    /// As the provider has them.
    pub components: Value,
    pub quality: Option<String>,
    pub rejected_reason: Option<String>,
}

pub trait TemplateList: Send + Sync {
    /// All of them, however many pages they have.
    fn templates<'a>(&'a self, account: &'a Account) -> Asked<'a, Vec<TemplateListed>>;
}
