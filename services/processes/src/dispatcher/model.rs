//! What the dispatcher knows: campaigns with their waiting recipients, packages, numbers and what they have used.

use super::followed::Followed;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::content::Pattern;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, ContactId, PackageId, ProfileId, TenantId};
use waybill_domain::message::{self, Status};
use waybill_domain::package::distribution::{Candidate, Distribution, Turns};
use waybill_domain::package::limits::{Hold, Overrides, Settings, Usage};
use waybill_domain::package::recent::Recent;
use waybill_domain::package::strategy::Strategy;
use waybill_domain::profile::{AccountKnown, Rank};
use waybill_domain::provider::{ContentKind, ProviderKind};
use waybill_domain::{campaign, package, profile};

#[derive(Debug)]
pub struct Campaign {
    pub tenant_id: TenantId,
    pub package_id: PackageId,
    pub template_text: String,
    pub pattern: Arc<Pattern>,
    pub status: campaign::Status,
    pub spread: campaign::Spread,
    pub turns: Turns,
    pub chunks: VecDeque<Chunk>,
    /// The limit that was last told in the log.
    pub told: Option<Hold>,
}

impl Campaign {
    pub fn waiting(&self) -> u64 {
        self.chunks.iter().map(|chunk| (chunk.contact_ids.len() - chunk.next) as u64).sum()
    }
}

/// Recipients of one enrolment event that still wait, from `next` on.
#[derive(Debug)]
pub struct Chunk {
    pub position: i64,
    pub contact_ids: Vec<ContactId>,
    pub next: usize,
    pub correlation_id: Uuid,
    pub traceparent: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Package {
    pub tenant_id: TenantId,
    pub settings: Settings,
    pub distribution: Distribution,
    pub deleted: bool,
}

/// What the log says of a number, beside its counters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    pub linked: bool,
    pub health: u8,
    pub rank: Rank,
    pub messaging_limit: Option<u32>,
    pub account: Option<AccountKnown>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { linked: true, health: 100, rank: Rank::default(), messaging_limit: None, account: None }
    }
}

#[derive(Debug, Clone)]
pub struct Profile {
    pub package_id: PackageId,
    pub tenant_id: TenantId,
    pub provider: ProviderKind,
    pub overrides: Overrides,
    pub active: bool,
    pub throttled_until: Option<DateTime<Utc>>,
    pub standing: Standing,
    pub usage: Usage,
    pub in_flight: u32,
}

/// A messaging limit that several numbers have between them, and what they sent lately.
#[derive(Debug, Default)]
struct Shared {
    limit: Option<u32>,
    recent: Recent,
}

impl Profile {
    fn limits_of(&self) -> Option<&str> {
        self.standing.account.as_ref().map(AccountKnown::limits_of)
    }
}

/// A message that waits for another attempt.
#[derive(Debug, Clone)]
pub struct Retry {
    pub message_id: Uuid,
    pub tenant_id: TenantId,
    pub campaign_id: Option<CampaignId>,
    pub contact_id: ContactId,
    pub attempt: u32,
    pub due_at: DateTime<Utc>,
    pub correlation_id: Uuid,
}

/// Rows that differ from what is kept.
#[derive(Debug, Default)]
pub struct Changes {
    pub packages: BTreeSet<PackageId>,
    pub profiles: BTreeSet<ProfileId>,
    pub campaigns: BTreeSet<CampaignId>,
    pub gone_campaigns: BTreeSet<CampaignId>,
    /// Chunks to be inserted: campaign and position.
    pub chunks: Vec<(CampaignId, i64)>,
    /// Chunks that moved on; `None` when they are used up.
    pub progress: BTreeMap<(CampaignId, i64), Option<usize>>,
    pub retries: Vec<Retry>,
}

#[derive(Default)]
pub struct Model {
    pub campaigns: BTreeMap<CampaignId, Campaign>,
    pub packages: HashMap<PackageId, Package>,
    pub profiles: BTreeMap<ProfileId, Profile>,
    /// Campaigns whose waiting recipients are to be cancelled.
    pub cancelling: BTreeSet<CampaignId>,
    pub next_retry: Option<DateTime<Utc>>,
    pub changes: Changes,
    /// Messages of one number that may be in flight.
    pub window: u32,
    /// Whose turn it was last.
    pub last_campaign: Option<CampaignId>,
    pub(super) contacts: Followed,
    pub(super) templates: Followed,
    pub(super) news: bool,
}

impl Model {
    /// Whether what was folded may allow or demand anything.
    pub fn has_news(&self) -> bool {
        self.news
    }

    /// Whether any number has messages in flight.
    pub fn is_busy(&self) -> bool {
        self.profiles.values().any(|profile| profile.in_flight > 0)
    }

    /// How a package picks its numbers.
    pub fn distribution(&self, package_id: PackageId) -> Distribution {
        self.packages.get(&package_id).map(|package| package.distribution).unwrap_or_default()
    }

    /// How the messages of a campaign follow each other: its own way, or its package's.
    pub fn strategy(&self, campaign: &Campaign) -> Strategy {
        let package = self.packages.get(&campaign.package_id);
        campaign.spread.strategy.or(package.map(|it| it.settings.strategy)).unwrap_or_default()
    }

    /// The numbers of a package that can send this at all, as the picker sees them, in a stable order.
    pub fn candidates(
        &self,
        package_id: PackageId,
        strategy: Option<Strategy>,
        content: ContentKind,
    ) -> Vec<Candidate> {
        let Some(package) = self.packages.get(&package_id).filter(|package| !package.deleted) else {
            return Vec::new();
        };
        let accounts = self.accounts(package.tenant_id);
        let shared = |profile: &Profile| accounts.get(profile.limits_of()?);
        self.profiles
            .iter()
            .filter(|(_, profile)| profile.package_id == package_id)
            .filter(|(_, profile)| profile.provider.abilities().sends.contains(&content))
            .map(|(id, profile)| Candidate {
                profile_id: *id,
                active: profile.active,
                linked: profile.standing.linked,
                settings: {
                    let settings = profile.overrides.over(&package.settings);
                    Settings { strategy: strategy.unwrap_or(settings.strategy), ..settings }
                },
                usage: profile.usage.clone(),
                throttled_until: profile.throttled_until,
                messaging_limit: shared(profile).map_or(profile.standing.messaging_limit, |it| it.limit),
                account: profile.limits_of().map(str::to_owned),
                others: shared(profile).map_or_else(Recent::default, |it| it.recent.without(&profile.usage.recent)),
                in_flight: profile.in_flight,
                window: self.window,
                health: profile.standing.health,
                weight: profile.standing.rank.weight,
                priority: profile.standing.rank.priority,
                // The window paces it.
                per_second: 1_000_000,
            })
            .collect()
    }

    /// The messaging limits that numbers of a tenant have between them, whichever package they are in.
    fn accounts(&self, tenant: TenantId) -> HashMap<&str, Shared> {
        let mut accounts: HashMap<&str, Shared> = HashMap::new();
        for profile in self.profiles.values().filter(|it| it.tenant_id == tenant) {
            let Some(account) = profile.limits_of() else { continue };
            let shared = accounts.entry(account).or_default();
            shared.recent.take_in(&profile.usage.recent);
            // Of numbers that heard different things at different times, the least.
            let limits = [shared.limit, profile.standing.messaging_limit];
            shared.limit = limits.into_iter().flatten().min();
        }
        accounts
    }

    /// What one number of a business account was told of its portfolio holds for all.
    fn know_account(&mut self, id: ProfileId, mut told: AccountKnown) {
        let Some(tenant) = self.profiles.get(&id).map(|it| it.tenant_id) else { return };
        let is_sibling = |it: &Profile| {
            let account = it.standing.account.as_ref();
            it.tenant_id == tenant && account.is_some_and(|it| it.business_account == told.business_account)
        };
        let siblings: Vec<ProfileId> =
            self.profiles.iter().filter(|(_, it)| is_sibling(it)).map(|(sibling, _)| *sibling).collect();
        let known = |id: &ProfileId| self.profiles[id].standing.account.as_ref()?.portfolio.clone();
        told.portfolio = told.portfolio.or_else(|| siblings.iter().find_map(known));
        for each in siblings.into_iter().chain([id]) {
            if let Some(profile) = self.profiles.get_mut(&each) {
                profile.standing.account = Some(told.clone());
                self.changes.profiles.insert(each);
            }
        }
    }

    /// Total: what the log says has happened.
    pub fn fold(&mut self, recorded: &Arc<Recorded>) -> anyhow::Result<()> {
        match recorded.category.as_ref() {
            "contact" => self.contacts.event = recorded.position,
            "template" => self.templates.event = recorded.position,
            "package" => self.fold_package(recorded)?,
            "profile" => self.fold_profile(recorded)?,
            "campaign" => self.fold_campaign(recorded)?,
            "message" => self.fold_message(recorded)?,
            _ => {}
        }
        Ok(())
    }

    fn fold_package(&mut self, recorded: &Recorded) -> anyhow::Result<()> {
        let id = PackageId(recorded.stream_id);
        let Some(event) = recorded.decode::<package::Event>()? else { return Ok(()) };
        let tenant_id = recorded.tenant_id;
        let known = self.packages.entry(id).or_insert(Package {
            tenant_id,
            settings: Settings::default(),
            distribution: Distribution::default(),
            deleted: false,
        });
        match event {
            package::Event::Created(it) => {
                known.settings = it.settings;
                known.distribution = it.distribution;
            }
            package::Event::DistributionChanged(it) => known.distribution = it.distribution,
            package::Event::SettingsChanged(it) => known.settings = it.settings,
            package::Event::Deleted(_) => known.deleted = true,
        }
        self.changes.packages.insert(id);
        self.news = true;
        Ok(())
    }

    fn fold_profile(&mut self, recorded: &Recorded) -> anyhow::Result<()> {
        let id = ProfileId(recorded.stream_id);
        let Some(event) = recorded.decode::<profile::Event>()? else { return Ok(()) };
        if let profile::Event::Added(it) = event {
            let profile = Profile {
                package_id: it.package_id,
                tenant_id: recorded.tenant_id,
                provider: it.provider,
                overrides: it.overrides,
                active: true,
                throttled_until: None,
                standing: Standing {
                    linked: !it.provider.abilities().links_by_qr,
                    rank: it.rank,
                    ..Standing::default()
                },
                usage: Usage::default(),
                in_flight: 0,
            };
            self.profiles.insert(id, profile);
        } else if let Some(profile) = self.profiles.get_mut(&id) {
            match event {
                profile::Event::Added(_) => unreachable!("handled above"),
                profile::Event::Updated(it) => {
                    profile.overrides = it.overrides;
                    profile.standing.rank = it.rank;
                }
                profile::Event::Linked(_) => profile.standing.linked = true,
                profile::Event::LinkingStarted(_)
                | profile::Event::Disconnected(_)
                | profile::Event::LinkExpired(_) => profile.standing.linked = false,
                profile::Event::HealthChanged(it) => profile.standing.health = it.score,
                profile::Event::QualityChanged(it) => {
                    if let Some(limit) = it.messaging_limit {
                        // -1 is no limit.
                        profile.standing.messaging_limit = u32::try_from(limit).ok();
                    }
                }
                profile::Event::AccountKnown(it) => self.know_account(id, it),
                profile::Event::Activated(_) => {
                    profile.active = true;
                    profile.throttled_until = None;
                }
                profile::Event::CooledDown(it) => profile.throttled_until = Some(it.until),
                profile::Event::Deactivated(_) | profile::Event::Blocked(_) | profile::Event::Removed(_) => {
                    profile.active = false;
                }
            }
        }
        self.changes.profiles.insert(id);
        self.news = true;
        Ok(())
    }

    fn fold_campaign(&mut self, recorded: &Arc<Recorded>) -> anyhow::Result<()> {
        let id = CampaignId(recorded.stream_id);
        let Some(event) = recorded.decode::<campaign::Event>()? else { return Ok(()) };
        if let campaign::Event::Started(it) = event {
            let campaign = Campaign {
                tenant_id: recorded.tenant_id,
                package_id: it.plan.package_id,
                pattern: Arc::new(Pattern::parse(&it.plan.template_text, it.plan.attachment.as_ref())?),
                template_text: it.plan.template_text,
                status: campaign::Status::Running,
                spread: it.plan.spread,
                turns: Turns::default(),
                chunks: VecDeque::new(),
                told: None,
            };
            self.campaigns.insert(id, campaign);
            self.changes.campaigns.insert(id);
            return Ok(());
        }
        let Some(campaign) = self.campaigns.get_mut(&id) else { return Ok(()) };
        match event {
            campaign::Event::RecipientsEnrolled(it) => {
                campaign.chunks.push_back(Chunk {
                    position: recorded.position,
                    contact_ids: it.contact_ids,
                    next: 0,
                    correlation_id: recorded.correlation_id,
                    traceparent: recorded.traceparent.clone(),
                });
                self.changes.chunks.push((id, recorded.position));
            }
            campaign::Event::Paused(_) => campaign.status = campaign::Status::Paused,
            campaign::Event::Resumed(_) => {
                campaign.status = campaign::Status::Running;
                campaign.told = None;
                // Its retries may have come due meanwhile.
                self.next_retry = Some(recorded.recorded_at);
            }
            campaign::Event::Cancelled(_) => {
                campaign.status = campaign::Status::Cancelled;
                self.cancelling.insert(id);
            }
            campaign::Event::Completed(_) => {
                self.campaigns.remove(&id);
                self.changes.campaigns.remove(&id);
                self.changes.gone_campaigns.insert(id);
                self.news = true;
                return Ok(());
            }
            _ => return Ok(()),
        }
        self.changes.campaigns.insert(id);
        self.news = true;
        Ok(())
    }

    fn fold_message(&mut self, recorded: &Recorded) -> anyhow::Result<()> {
        if recorded.is("message.sending") || recorded.is("message.delivered") || recorded.is("message.read") {
            return Ok(());
        }
        match recorded.decode::<message::Event>()? {
            // Campaign messages were counted when they were decided, here; replies are dispatched by the gateway.
            Some(message::Event::Dispatched(it)) if it.campaign_id.is_none() && it.attempt == 1 => {
                if let Some(profile) = self.profiles.get_mut(&it.profile_id) {
                    profile.in_flight += 1;
                    let free_at = profile.usage.free_at;
                    profile.usage.count(recorded.recorded_at, TimeDelta::zero());
                    profile.usage.free_at = free_at;
                    self.changes.profiles.insert(it.profile_id);
                }
            }
            Some(message::Event::Sent(it)) => self.answered(it.profile_id, it.from),
            Some(message::Event::Failed(it)) => self.answered(it.profile_id, it.from),
            Some(message::Event::Uncertain(it)) => self.answered(it.profile_id, it.from),
            Some(message::Event::RetryScheduled(it)) => {
                let retry = Retry {
                    message_id: recorded.stream_id,
                    tenant_id: recorded.tenant_id,
                    campaign_id: it.campaign_id,
                    contact_id: it.contact_id,
                    attempt: it.attempt,
                    due_at: it.due_at,
                    correlation_id: recorded.correlation_id,
                };
                self.next_retry = Some(self.next_retry.map_or(it.due_at, |next| next.min(it.due_at)));
                self.changes.retries.push(retry);
                self.news = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn answered(&mut self, id: ProfileId, from: Status) {
        if !matches!(from, Status::Dispatched | Status::Sending) {
            return;
        }
        if let Some(profile) = self.profiles.get_mut(&id) {
            profile.in_flight = profile.in_flight.saturating_sub(1);
            self.changes.profiles.insert(id);
            self.news = true;
        }
    }
}
