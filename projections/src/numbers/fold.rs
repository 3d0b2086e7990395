//! From a stretch of events to whole rows, used windows and flights. No IO.

use super::row::{PackageRow, ProfileRow};
use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::message::{Event, Status};
use waybill_domain::package::limits::{day_of, hour_of};
use waybill_domain::stream::Category;
use waybill_domain::{message, package, profile};

/// Tenant and id.
pub type Key = (Uuid, Uuid);

enum Fact {
    Package(package::Event),
    Profile(profile::Event),
    Message(message::Event),
}

pub struct Stretch<'a>(Vec<(&'a Recorded, Fact)>);

pub struct Changes {
    pub packages: Vec<PackageRow>,
    pub profiles: Vec<ProfileRow>,
    /// Profile, span and its start: how many more.
    pub usage: BTreeMap<(Key, &'static str, DateTime<Utc>), i64>,
    /// Messages that began their flight here and still fly, with their profile.
    pub in_flight: Vec<(Key, Uuid)>,
}

impl<'a> Stretch<'a> {
    pub fn decode(events: &'a [Arc<Recorded>], applied: &mut Applied) -> Result<Self, ProjectionError> {
        let mut facts = Vec::with_capacity(events.len());
        for recorded in events {
            let fact = match Category::parse(&recorded.category) {
                Some(Category::Package) => batch::decode(recorded, applied)?.map(Fact::Package),
                Some(Category::Profile) => batch::decode(recorded, applied)?.map(Fact::Profile),
                _ => batch::decode(recorded, applied)?.map(Fact::Message),
            };
            facts.extend(fact.map(|fact| (recorded.as_ref(), fact)));
        }
        Ok(Self(facts))
    }

    /// Messages whose flight began before this stretch and ends in it.
    pub fn landing(&self) -> Vec<Key> {
        let mut flying = HashSet::new();
        let mut landing = BTreeSet::new();
        for (recorded, fact) in &self.0 {
            let Fact::Message(event) = fact else { continue };
            if matches!(event, Event::Dispatched(_)) {
                flying.insert(key(recorded));
            } else if lands(event) && !flying.remove(&key(recorded)) {
                landing.insert(key(recorded));
            }
        }
        landing.into_iter().collect()
    }

    pub fn packages(&self) -> Vec<Key> {
        self.keys(|recorded, fact| matches!(fact, Fact::Package(_)).then(|| key(recorded)))
    }

    pub fn profiles(&self, landed: &HashMap<Key, Uuid>) -> Vec<Key> {
        let mut keys = self.keys(|recorded, fact| match fact {
            Fact::Package(_) => None,
            Fact::Profile(_) => Some(key(recorded)),
            Fact::Message(event) => profile_of(event).map(|id| (recorded.tenant_id.0, id)),
        });
        keys.extend(landed.iter().map(|((tenant, _), profile)| (*tenant, *profile)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn keys(&self, pick: impl Fn(&Recorded, &Fact) -> Option<Key>) -> Vec<Key> {
        let keys: BTreeSet<Key> = self.0.iter().filter_map(|(recorded, fact)| pick(recorded, fact)).collect();
        keys.into_iter().collect()
    }

    pub fn fold(self, packages: Vec<PackageRow>, profiles: Vec<ProfileRow>, mut landed: HashMap<Key, Uuid>) -> Changes {
        let mut packages: BTreeMap<Key, PackageRow> =
            packages.into_iter().map(|row| ((row.tenant_id, row.package_id), row)).collect();
        let mut profiles: BTreeMap<Key, ProfileRow> =
            profiles.into_iter().map(|row| ((row.tenant_id, row.profile_id), row)).collect();
        let mut usage: BTreeMap<(Key, &'static str, DateTime<Utc>), i64> = BTreeMap::new();
        let mut flying: BTreeMap<Key, Uuid> = BTreeMap::new();
        for (recorded, fact) in self.0 {
            let (tenant, at) = (recorded.tenant_id.0, recorded.recorded_at);
            match fact {
                Fact::Package(package::Event::Created(it)) => {
                    packages.insert(key(recorded), PackageRow::created(recorded, it));
                }
                Fact::Package(event) => {
                    if let Some(row) = packages.get_mut(&key(recorded)) {
                        row.follow(recorded, event);
                    }
                }
                Fact::Profile(profile::Event::Added(it)) => {
                    profiles.insert(key(recorded), ProfileRow::added(recorded, it));
                }
                Fact::Profile(event) => {
                    if let Some(row) = profiles.get_mut(&key(recorded)) {
                        row.follow(recorded, event);
                    }
                }
                Fact::Message(event) => {
                    if let Event::Dispatched(it) = &event {
                        let profile = (tenant, it.profile_id.0);
                        *usage.entry((profile, "hour", hour_of(at))).or_default() += 1;
                        *usage.entry((profile, "day", day_of(at))).or_default() += 1;
                        flying.insert(key(recorded), it.profile_id.0);
                        if let Some(row) = profiles.get_mut(&profile) {
                            row.in_flight += 1;
                        }
                    } else if lands(&event) {
                        let message = key(recorded);
                        let profile = flying.remove(&message).or_else(|| landed.remove(&message));
                        if let Some(row) = profile.and_then(|id| profiles.get_mut(&(tenant, id))) {
                            row.in_flight -= 1;
                        }
                    }
                    if let Some(row) = profile_of(&event).and_then(|id| profiles.get_mut(&(tenant, id))) {
                        reckon(row, &event);
                    }
                }
            }
        }
        Changes {
            packages: packages.into_values().collect(),
            profiles: profiles.into_values().collect(),
            usage,
            in_flight: flying.into_iter().collect(),
        }
    }
}

fn key(recorded: &Recorded) -> Key {
    (recorded.tenant_id.0, recorded.stream_id)
}

/// Whether the number is free of this message from here on.
fn lands(event: &Event) -> bool {
    let flies = |status| matches!(status, Status::Dispatched | Status::Sending);
    event.transition().is_some_and(|step| flies(step.from) && !flies(step.to))
}

fn profile_of(event: &Event) -> Option<Uuid> {
    match event {
        Event::Dispatched(it) => Some(it.profile_id.0),
        Event::Sent(it) => Some(it.profile_id.0),
        Event::Failed(it) => Some(it.profile_id.0),
        Event::Uncertain(it) => Some(it.profile_id.0),
        _ => None,
    }
}

fn reckon(row: &mut ProfileRow, event: &Event) {
    match event {
        Event::Sent(it) => {
            row.sent += 1;
            row.failures_in_row = 0;
            row.last_sent_at = row.last_sent_at.max(Some(it.at));
        }
        Event::Failed(_) => {
            row.failed += 1;
            row.failures_in_row += 1;
        }
        Event::Uncertain(_) => row.uncertain += 1,
        _ => {}
    }
}
