//! A sending number of a package. Its credentials are in the vault, never here.
//!
//! A number whose provider links devices sends once its device is linked, and stops when the link is gone.

pub mod health;

use crate::id::PackageId;
use crate::package::limits::Overrides;
use crate::provider::ProviderKind;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, Utc};
use health::Deduction;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub package_id: PackageId,
    pub name: String,
    pub provider: ProviderKind,
    /// The business's own number, E.164, as shown to people.
    pub phone: String,
    /// The provider's id of the number.
    pub phone_number_id: String,
    pub overrides: Overrides,
    #[serde(default, skip_serializing_if = "Rank::is_default")]
    pub rank: Rank,
}

/// Its place among the numbers of its package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// For the weighted distribution, 1 to 1000.
    pub weight: u32,
    /// For the priority distribution: the smallest goes first, 1 to 1000.
    pub priority: u32,
}

impl Default for Rank {
    fn default() -> Self {
        Self { weight: 1, priority: 1 }
    }
}

impl Rank {
    fn is_default(&self) -> bool {
        *self == Rank::default()
    }

    fn is_possible(&self) -> bool {
        (1..=1_000).contains(&self.weight) && (1..=1_000).contains(&self.priority)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Updated {
    pub name: String,
    pub phone: String,
    pub overrides: Overrides,
    #[serde(default, skip_serializing_if = "Rank::is_default")]
    pub rank: Rank,
    /// New credentials were put into the vault.
    pub credentials_changed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activated {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deactivated {}

/// The code of a cooldown after failures in a row.
pub const IN_A_ROW: &str = "failures_in_a_row";

/// The provider asked us to slow down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CooledDown {
    pub until: DateTime<Utc>,
    pub code: String,
    pub detail: String,
}

/// The provider refuses the account: nothing is sent until a person activates it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blocked {
    pub class: String,
    pub code: String,
    pub detail: String,
}

/// A device is being linked: a code waits to be scanned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkingStarted {}

/// The device is linked and connected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    /// The number that was linked, E.164, where the provider tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Linked, but without a connection: it is waited for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disconnected {
    pub detail: String,
}

/// There is no link any more, or none came about: a person has to scan again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkExpired {
    pub detail: String,
}

/// Its health is another than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HealthChanged {
    /// From 0 to 100.
    pub score: u8,
    pub deductions: Vec<Deduction>,
}

/// The provider thinks otherwise of the number than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QualityChanged {
    /// `green`, `yellow`, `red` or `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// People that may be written to in a day; -1 is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_limit: Option<i64>,
}

/// The accounts at the provider that the number belongs to are known, or others than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountKnown {
    /// Its templates are those of all its numbers.
    pub business_account: String,
    /// To whom business accounts belong, where the provider tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio: Option<String>,
}

impl AccountKnown {
    /// Whose limits are those of all its numbers: the portfolio, as far as it is known.
    pub fn limits_of(&self) -> &str {
        self.portfolio.as_ref().unwrap_or(&self.business_account)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Removed {}

impersonal!(
    Added,
    Updated,
    Activated,
    Deactivated,
    CooledDown,
    Blocked,
    LinkingStarted,
    Linked,
    Disconnected,
    LinkExpired,
    HealthChanged,
    QualityChanged,
    AccountKnown,
    Removed
);

events! {
    pub enum Event {
        Added(Added) = "profile.added", 1;
        Updated(Updated) = "profile.updated", 1;
        Activated(Activated) = "profile.activated", 1;
        Deactivated(Deactivated) = "profile.deactivated", 1;
        CooledDown(CooledDown) = "profile.cooled_down", 1;
        Blocked(Blocked) = "profile.blocked", 1;
        LinkingStarted(LinkingStarted) = "profile.linking_started", 1;
        Linked(Linked) = "profile.linked", 1;
        Disconnected(Disconnected) = "profile.disconnected", 1;
        LinkExpired(LinkExpired) = "profile.link_expired", 1;
        HealthChanged(HealthChanged) = "profile.health_changed", 1;
        QualityChanged(QualityChanged) = "profile.quality_changed", 1;
        AccountKnown(AccountKnown) = "profile.account_known", 1;
        Removed(Removed) = "profile.removed", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Add(Added),
    Update(Updated),
    Activate,
    Deactivate,
    CoolDown(CooledDown),
    Block(Blocked),
    StartLinking,
    /// What the provider says of the device.
    RecordLink(LinkState),
    RecordHealth(health::Health),
    RecordQuality(QualityChanged),
    RecordAccount(AccountKnown),
    Remove,
}

/// Where a number's device stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkState {
    /// The provider links none.
    #[default]
    NotNeeded,
    Unlinked {
        detail: String,
    },
    Linking,
    Linked {
        phone: Option<String>,
    },
    Disconnected {
        detail: String,
    },
}

impl LinkState {
    /// Messages can go.
    pub fn is_ready(&self) -> bool {
        matches!(self, LinkState::NotNeeded | LinkState::Linked { .. })
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            LinkState::NotNeeded => "not_needed",
            LinkState::Unlinked { .. } => "unlinked",
            LinkState::Linking => "linking",
            LinkState::Linked { .. } => "linked",
            LinkState::Disconnected { .. } => "disconnected",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Unknown,
    Active,
    Inactive,
    Blocked,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub added: Option<Added>,
    pub status: Status,
    pub cooled_down_until: Option<DateTime<Utc>>,
    pub link: LinkState,
    pub health: Option<health::Health>,
    pub rating: Option<String>,
    pub messaging_limit: Option<i64>,
    pub account: Option<AccountKnown>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("a profile has a name of 1 to 120 characters")]
    BadName,
    #[error("profile exists already")]
    Exists,
    #[error("no such profile")]
    Missing,
    #[error("the provider's phone number id is missing")]
    NoPhoneNumberId,
    #[error("weight and priority are 1 to 1000")]
    BadRank,
    #[error("numbers of this provider are not linked by scanning a code")]
    NotLinkable,
    #[error("a device is linked already")]
    LinkedAlready,
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 120
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Add(added) = command {
        return match state.status {
            Status::Unknown if !is_name(&added.name) => Err(Refusal::BadName),
            Status::Unknown if added.phone_number_id.trim().is_empty() => Err(Refusal::NoPhoneNumberId),
            Status::Unknown if !added.rank.is_possible() => Err(Refusal::BadRank),
            Status::Unknown => Ok(vec![added.into()]),
            _ => Err(Refusal::Exists),
        };
    }
    if matches!(state.status, Status::Unknown | Status::Removed) {
        return if matches!(command, Command::Remove) && state.status == Status::Removed {
            Ok(vec![])
        } else {
            Err(Refusal::Missing)
        };
    }
    Ok(match command {
        Command::Add(_) => unreachable!("answered above"),
        Command::Update(it) if !is_name(&it.name) => return Err(Refusal::BadName),
        Command::Update(it) if !it.rank.is_possible() => return Err(Refusal::BadRank),
        Command::Update(it) => vec![it.into()],
        Command::Activate if state.status == Status::Active => vec![],
        Command::Activate => vec![Activated {}.into()],
        Command::Deactivate if state.status == Status::Inactive => vec![],
        Command::Deactivate => vec![Deactivated {}.into()],
        Command::CoolDown(it) if state.cooled_down_until.is_some_and(|until| until >= it.until) => {
            vec![]
        }
        Command::CoolDown(it) => vec![it.into()],
        Command::Block(_) if state.status == Status::Blocked => vec![],
        Command::Block(it) => vec![it.into()],
        Command::StartLinking => match state.link {
            LinkState::NotNeeded => return Err(Refusal::NotLinkable),
            LinkState::Linked { .. } => return Err(Refusal::LinkedAlready),
            LinkState::Linking => vec![],
            LinkState::Unlinked { .. } | LinkState::Disconnected { .. } => vec![LinkingStarted {}.into()],
        },
        Command::RecordLink(link) => record_link(state, link),
        Command::RecordHealth(it) if state.health.clone().unwrap_or_default() == it => vec![],
        Command::RecordHealth(it) => vec![HealthChanged { score: it.score, deductions: it.deductions }.into()],
        Command::RecordQuality(it) => {
            let rating = it.rating.filter(|rating| state.rating.as_ref() != Some(rating));
            let messaging_limit = it.messaging_limit.filter(|limit| state.messaging_limit != Some(*limit));
            let news = rating.is_some() || messaging_limit.is_some();
            if news { vec![QualityChanged { rating, messaging_limit }.into()] } else { vec![] }
        }
        Command::RecordAccount(it) => {
            // A portfolio that was told once and is not told now is still the same.
            let before = state.account.as_ref().filter(|before| before.business_account == it.business_account);
            let portfolio = it.portfolio.or_else(|| before.and_then(|before| before.portfolio.clone()));
            let it = AccountKnown { portfolio, ..it };
            if state.account.as_ref() == Some(&it) { vec![] } else { vec![it.into()] }
        }
        Command::Remove => vec![Removed {}.into()],
    })
}

/// Providers say the same again and again, and late: only what is another state is an event.
fn record_link(state: &State, told: LinkState) -> Vec<Event> {
    use LinkState::{Disconnected as Off, Linked as On, Linking, NotNeeded, Unlinked};
    match (&state.link, told) {
        (NotNeeded, _) | (_, NotNeeded) | (Linking, Linking) => vec![],
        (On { phone: before }, On { phone }) if phone.is_none() || *before == phone => vec![],
        (_, On { phone }) => vec![Linked { phone }.into()],
        // A code that is shown after the link was lost is the next step of the same loss.
        (On { .. } | Off { .. }, Linking) => vec![LinkExpired { detail: "logged out".into() }.into()],
        (Unlinked { .. }, Linking) => vec![LinkingStarted {}.into()],
        (On { .. }, Off { detail }) => vec![Disconnected { detail }.into()],
        (Linking | Unlinked { .. } | Off { .. }, Off { .. }) | (Unlinked { .. }, Unlinked { .. }) => vec![],
        (On { .. } | Off { .. } | Linking, Unlinked { detail }) => vec![LinkExpired { detail }.into()],
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Added(it) => {
            if it.provider.abilities().links_by_qr {
                state.link = LinkState::Unlinked { detail: String::new() };
            }
            state.added = Some(it.clone());
            state.status = Status::Active;
        }
        Event::Updated(it) => {
            if let Some(added) = &mut state.added {
                added.name = it.name.clone();
                added.phone = it.phone.clone();
                added.overrides = it.overrides.clone();
                added.rank = it.rank;
            }
        }
        Event::Activated(_) => {
            state.status = Status::Active;
            state.cooled_down_until = None;
        }
        Event::Deactivated(_) => state.status = Status::Inactive,
        Event::CooledDown(it) => state.cooled_down_until = Some(it.until),
        Event::Blocked(_) => state.status = Status::Blocked,
        Event::LinkingStarted(_) => state.link = LinkState::Linking,
        Event::Linked(it) => state.link = LinkState::Linked { phone: it.phone.clone() },
        Event::Disconnected(it) => state.link = LinkState::Disconnected { detail: it.detail.clone() },
        Event::LinkExpired(it) => state.link = LinkState::Unlinked { detail: it.detail.clone() },
        Event::HealthChanged(it) => {
            state.health = Some(health::Health { score: it.score, deductions: it.deductions.clone() });
        }
        Event::QualityChanged(it) => {
            state.rating = it.rating.clone().or(state.rating);
            state.messaging_limit = it.messaging_limit.or(state.messaging_limit);
        }
        Event::AccountKnown(it) => state.account = Some(it.clone()),
        Event::Removed(_) => state.status = Status::Removed,
    }
    state
}

aggregate!(Profile, Profile);

#[cfg(test)]
mod tests;
