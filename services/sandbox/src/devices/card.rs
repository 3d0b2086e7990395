//! Who a device is and how it is set up: all of it survives a restart.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::webhook::display_phone_number;

/// The providers whose numbers are linked devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    GreenApi,
    Waha,
    Zentra,
}

impl Provider {
    pub const ALL: [Self; 3] = [Self::GreenApi, Self::Waha, Self::Zentra];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::GreenApi => "green_api",
            Self::Waha => "waha",
            Self::Zentra => "zentra",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == text)
    }

    /// The states of the provider's own machine.
    pub fn states(self) -> &'static [&'static str] {
        match self {
            Self::GreenApi => {
                &["notAuthorized", "authorized", "starting", "blocked", "sleepMode", "yellowCard", "suspended"]
            }
            Self::Waha => &["STOPPED", "STARTING", "SCAN_QR_CODE", "WORKING", "FAILED"],
            Self::Zentra => &["connected", "disconnected", "logged_out", "expired", "banned"],
        }
    }

    /// The state of a device that nobody linked.
    pub fn fresh_state(self) -> &'static str {
        match self {
            Self::GreenApi => "notAuthorized",
            Self::Waha => "STOPPED",
            // Zentra's devices are linked in a panel of their own.
            Self::Zentra => "connected",
        }
    }

    /// The state in which messages leave.
    pub fn linked_state(self) -> &'static str {
        match self {
            Self::GreenApi => "authorized",
            Self::Waha => "WORKING",
            Self::Zentra => "connected",
        }
    }

    /// The state in which a code can be scanned.
    pub fn scanning_state(self) -> &'static str {
        match self {
            Self::GreenApi => "notAuthorized",
            Self::Waha => "SCAN_QR_CODE",
            Self::Zentra => "logged_out",
        }
    }
}

/// The engine under a WAHA session. Answers and acks differ by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Engine {
    #[serde(alias = "webjs")]
    Webjs,
    #[default]
    #[serde(alias = "noweb")]
    Noweb,
    #[serde(alias = "gows")]
    Gows,
}

impl Engine {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webjs => "WEBJS",
            Self::Noweb => "NOWEB",
            Self::Gows => "GOWS",
        }
    }
}

/// Where webhooks go when the device's own settings do not say, and what the device is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callback {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Green API: the token of webhooks. WAHA: the HMAC key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_secret: Option<String>,
    /// Without it any token that is not empty will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// `<digits>@c.us` or `<id>@lid`.
    pub id: String,
    /// Digits. Missing for somebody who hides the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default)]
    pub admin: bool,
}

/// A group the device's phone is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub members: Vec<Member>,
}

/// Everything about a device that is not a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub provider: Provider,
    pub number_id: String,
    pub state: String,
    /// The phone knows this device, so it needs no code to come back.
    pub linked: bool,
    /// Digits.
    pub phone: String,
    pub name: String,
    pub engine: Engine,
    /// Green API: what `setSettings` said. WAHA: the session's `config`.
    pub settings: Value,
    #[serde(default)]
    pub callback: Callback,
    pub groups: Vec<Group>,
    /// False for a WAHA session that was never created, or was deleted.
    pub exists: bool,
}

impl Card {
    pub fn new(provider: Provider, number_id: &str) -> Self {
        let phone = display_phone_number(number_id);
        Self {
            provider,
            number_id: number_id.to_owned(),
            state: provider.fresh_state().to_owned(),
            linked: provider == Provider::Zentra,
            groups: default_groups(number_id, &phone),
            phone,
            name: "Waybill Sandbox".to_owned(),
            engine: Engine::default(),
            settings: json!({}),
            callback: Callback::default(),
            exists: provider != Provider::Waha,
        }
    }

    /// Its name in the journal.
    pub fn path(&self) -> String {
        format!("{}/{}", self.provider.as_str(), self.number_id)
    }

    pub fn wid(&self) -> String {
        format!("{}@c.us", self.phone)
    }

    pub fn works(&self) -> bool {
        self.state == self.provider.linked_state()
    }

    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }
}

/// Two groups, so that importing members can be tried at once. One member of each hides the number.
fn default_groups(number_id: &str, own: &str) -> Vec<Group> {
    let base: u64 = display_phone_number(number_id).bytes().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
    let person = |n: u64| {
        let phone = format!("49155{:08}", (base + n * 7_919) % 90_000_000 + 1_000_001);
        Member { id: format!("{phone}@c.us"), phone: Some(phone), admin: n.is_multiple_of(4) }
    };
    let hidden = |n: u64| Member { id: format!("{}@lid", 100_000_000_000_000 + base + n), phone: None, admin: false };
    let own = || Member { id: format!("{own}@c.us"), phone: Some(own.to_owned()), admin: true };
    let group = |n: u64, name: &str, members: Vec<Member>| Group {
        id: format!("120363{:012}@g.us", base % 1_000_000_000 * 10 + n),
        name: name.to_owned(),
        members,
    };
    vec![
        group(1, "Regulars", vec![own(), person(1), person(2), person(3), person(4), hidden(1)]),
        group(2, "Suppliers", vec![own(), person(4), person(5), hidden(2)]),
    ]
}
