//! Who of an audience would be written to, and over which numbers: the same for the forecast and for the start.

use crate::problem::Problem;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use waybill_domain::campaign::Audience;
use waybill_domain::id::TenantId;
use waybill_domain::package::limits::Settings;
use waybill_domain::template::Template;
use waybill_projections::contacts::{self, AudienceCounts};

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
    template: &Template,
    settings: Option<&Settings>,
) -> Result<Reckoning, Problem> {
    let counts = contacts::audience_counts(connection, tenant, audience, &template.required_variables()).await?;
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

/// The text of a campaign, or what is wrong with it.
pub fn template(text: &str) -> Result<Template, Problem> {
    Template::parse(text).map_err(|error| {
        let text = format!("template: {error}");
        Problem::refused("invalid_template", &text).field("template_text", &text)
    })
}

/// How many messages a provider takes from one number in a second: for the Cloud API as it documents for a new number,
/// for the sandbox what a small machine does.
pub fn per_second(provider: &str) -> u32 {
    match provider {
        "sandbox" => 400,
        _ => 80,
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
