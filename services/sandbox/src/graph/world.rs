//! What Meta knows besides messages: numbers and their quality, templates, subscriptions, blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What Meta thinks of a number.
#[derive(Debug, Clone)]
pub struct Standing {
    pub quality_rating: String,
    pub messaging_limit: String,
}

impl Default for Standing {
    fn default() -> Self {
        Self { quality_rating: "GREEN".into(), messaging_limit: "TIER_UNLIMITED".into() }
    }
}

/// A template of a business account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    #[serde(default = "new_id")]
    pub id: String,
    pub name: String,
    #[serde(default = "english")]
    pub language: String,
    #[serde(default = "approved")]
    pub status: String,
    #[serde(default = "utility")]
    pub category: String,
    #[serde(default)]
    pub components: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub quality_score: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_reason: Option<String>,
}

pub fn new_id() -> String {
    (1_000_000_000_000_000 + rand::random::<u64>() % 1_000_000_000_000_000).to_string()
}

fn english() -> String {
    "en_US".into()
}

fn approved() -> String {
    "APPROVED".into()
}

fn utility() -> String {
    "UTILITY".into()
}

impl Template {
    /// How many variables the body has.
    pub fn body_variables(&self) -> usize {
        let components = self.components.as_array().into_iter().flatten();
        let body = components
            .into_iter()
            .find(|part| part["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("body")));
        let text = body.and_then(|body| body["text"].as_str()).unwrap_or_default();
        let names: BTreeSet<&str> =
            text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect();
        names.len()
    }
}

/// What every new business account comes with.
fn first_templates() -> Vec<Template> {
    let template = |name: &str, category: &str, text: &str| Template {
        id: new_id(),
        name: name.into(),
        language: english(),
        status: approved(),
        category: category.into(),
        components: json!([{ "type": "BODY", "text": text }]),
        quality_score: json!({ "score": "GREEN", "date": 1_700_000_000 }),
        rejected_reason: None,
    };
    vec![
        template("hello_world", "UTILITY", "Welcome and congratulations!"),
        template("order_confirmation", "UTILITY", "Thank you, {{1}}. Your order {{2}} is confirmed."),
        template("seasonal_offer", "MARKETING", "Hello {{1}}, there is something new for you."),
    ]
}

/// All of it, by id.
#[derive(Default)]
pub struct Facts {
    standings: HashMap<String, Standing>,
    /// The business accounts of numbers that were given one.
    pub businesses: BTreeMap<String, String>,
    /// The portfolios of business accounts that were put into one.
    pub portfolios: BTreeMap<String, String>,
    templates: BTreeMap<String, Vec<Template>>,
    /// Callbacks that override the app's own, by business account.
    pub overrides: BTreeMap<String, String>,
    pub unsubscribed: BTreeSet<String>,
    pub blocked: BTreeMap<String, BTreeSet<String>>,
}

impl Facts {
    pub fn standing(&self, phone_number_id: &str) -> Standing {
        self.standings.get(phone_number_id).cloned().unwrap_or_default()
    }

    pub fn standing_mut(&mut self, phone_number_id: &str) -> &mut Standing {
        self.standings.entry(phone_number_id.to_owned()).or_default()
    }

    pub fn business_of(&self, phone_number_id: &str) -> String {
        self.businesses.get(phone_number_id).cloned().unwrap_or_else(|| format!("waba-{phone_number_id}"))
    }

    /// Whether any number was given this business account, or has it by its own id.
    pub fn is_business(&self, id: &str) -> bool {
        id.starts_with("waba-") || self.businesses.values().any(|business| business == id)
    }

    /// Each business account is a portfolio of its own, unless it was put into another.
    pub fn portfolio_of(&self, business: &str) -> String {
        self.portfolios.get(business).cloned().unwrap_or_else(|| format!("portfolio-{business}"))
    }

    pub fn templates(&self, business: &str) -> &[Template] {
        self.templates.get(business).map_or(&[], Vec::as_slice)
    }

    pub fn templates_mut(&mut self, business: &str) -> &mut Vec<Template> {
        self.templates.entry(business.to_owned()).or_insert_with(first_templates)
    }

    /// The template of this id, and whose it is.
    pub fn template_mut(&mut self, id: &str) -> Option<(&str, &mut Template)> {
        self.templates.iter_mut().find_map(|(business, templates)| {
            templates.iter_mut().find(|template| template.id == id).map(|template| (business.as_str(), template))
        })
    }
}

/// The facts behind a lock, and whether anybody looks at templates at all.
#[derive(Default)]
pub struct World {
    facts: RwLock<Facts>,
    knows_templates: AtomicBool,
}

impl World {
    pub fn read(&self) -> RwLockReadGuard<'_, Facts> {
        self.facts.read().expect("no holder of this lock panics")
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, Facts> {
        self.facts.write().expect("no holder of this lock panics")
    }

    /// Makes the templates of a business account, if it has none yet.
    pub fn open_templates(&self, business: &str) {
        self.write().templates_mut(business);
        self.knows_templates.store(true, Ordering::Release);
    }

    pub fn knows_templates(&self) -> bool {
        self.knows_templates.load(Ordering::Acquire)
    }
}
