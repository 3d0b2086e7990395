//! Who of an audience would be written to, and over which numbers: the same for the forecast and for the start.

use crate::app::App;
use crate::content::require_able;
use crate::problem::Problem;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use waybill_domain::campaign::{Audience, Spread};
use waybill_domain::content::Pattern;
use waybill_domain::id::TenantId;
use waybill_domain::package;
use waybill_domain::package::distribution::Candidate;
use waybill_domain::package::forecast::Ask;
use waybill_domain::package::limits::Settings;
use waybill_domain::provider::{ContentKind, ProviderKind};
use waybill_projections::contacts::{self, AudienceCounts};
use waybill_projections::numbers;

/// The audience after everything that keeps contacts out of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reckoning {
    pub recipients: u64,
    /// By reason; reasons that meet nobody are left out.
    pub excluded: BTreeMap<&'static str, u64>,
    /// For each variable without a fallback, who lacks it.
    pub missing: BTreeMap<String, u64>,
}

pub async fn reckon(
    connection: &mut PgConnection,
    tenant: TenantId,
    audience: &Audience,
    pattern: &Pattern,
    settings: Option<&Settings>,
) -> Result<Reckoning, Problem> {
    let counts = contacts::audience_counts(connection, tenant, audience, &pattern.required_variables()).await?;
    Ok(Reckoning::of(counts, settings.and_then(|settings| settings.cap_per_campaign)))
}

impl Reckoning {
    fn of(counts: AudienceCounts, cap: Option<u32>) -> Self {
        let recipients = cap.map_or(counts.eligible, |cap| counts.eligible.min(cap.into()));
        let excluded = [
            ("no_consent", counts.no_consent),
            ("blocked", counts.blocked),
            ("erased", counts.erased),
            ("missing_variable", counts.missing_variable),
            ("over_cap", counts.eligible - recipients),
        ];
        Self {
            recipients,
            excluded: excluded.into_iter().filter(|(_, count)| *count > 0).collect(),
            missing: counts.missing,
        }
    }
}

/// The numbers that can send this at all, or why none can.
pub async fn able(
    app: &App,
    tenant: TenantId,
    profiles: Vec<numbers::Profile>,
    pattern: &Pattern,
) -> Result<Vec<numbers::Profile>, Problem> {
    if profiles.is_empty() {
        return Err(Problem::refused("package_without_profiles", "the package has no number to send from"));
    }
    let mut able = Vec::with_capacity(profiles.len());
    let mut refused = None;
    for profile in profiles {
        let Some(provider) = ProviderKind::parse(&profile.provider) else { continue };
        match require_able(app, tenant, provider, profile.standing.account.as_ref(), pattern.attachment()).await {
            Ok(()) => able.push(profile),
            // That one account has it with other places says more than that another has it not.
            Err(problem) if refused.is_none() || problem.code != "missing_template" => refused = Some(problem),
            Err(_) => {}
        }
    }
    match refused {
        Some(problem) if able.is_empty() => Err(problem),
        _ => Ok(able),
    }
}

/// The numbers whose provider sends such messages.
pub fn that_send(mut profiles: Vec<numbers::Profile>, kind: ContentKind) -> Vec<numbers::Profile> {
    profiles.retain(|profile| {
        ProviderKind::parse(&profile.provider).is_some_and(|provider| provider.abilities().sends.contains(&kind))
    });
    profiles
}

/// What the domain reckons with: how much, how, and with which numbers.
pub fn ask(
    package: &package::State,
    spread: Spread,
    profiles: &[numbers::Profile],
    recipients: u64,
    now: DateTime<Utc>,
) -> (Ask, Vec<Candidate>) {
    let strategy = spread.strategy.unwrap_or(package.settings.strategy);
    let candidate = |profile: &numbers::Profile| {
        let mut candidate = profile.candidate(now);
        candidate.settings.strategy = strategy;
        candidate.per_second = per_second(&profile.provider);
        candidate
    };
    let ask =
        Ask { recipients, distribution: package.distribution, drip: strategy.drip(), not_before: spread.not_before };
    (ask, profiles.iter().map(candidate).collect())
}

/// How many messages a provider takes from one number in a second: for the Cloud API as it documents for a new number,
/// for the sandbox what a small machine does.
pub fn per_second(provider: &str) -> u32 {
    match provider {
        "sandbox" => 400,
        "cloud_api" => 80,
        "green_api" => 50,
        // A phone.
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_leaves_the_rest_out_with_a_reason() {
        let counts = AudienceCounts { total: 12, no_consent: 2, eligible: 10, ..AudienceCounts::default() };
        let reckoning = Reckoning::of(counts, Some(4));
        assert_eq!(reckoning.recipients, 4);
        assert_eq!(reckoning.excluded, BTreeMap::from([("no_consent", 2), ("over_cap", 6)]));
    }
}
