//! What a new tenant gets to try things out: a package of three numbers of the sandbox provider.

use crate::app::App;
use crate::problem::Problem;
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::id::{PackageId, ProfileId, TenantId};
use waybill_domain::package::limits::{Overrides, Settings};
use waybill_domain::provider::ProviderKind;
use waybill_domain::{package, profile};
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_event_store::{Expected, StreamWrite};

const NUMBERS: u32 = 3;
/// What the sandbox signs with when nobody registered a number there.
const APP_SECRET: &str = "sandbox-secret";

/// Puts the credentials into the vault; the writes are for the append that founds the tenant.
pub async fn package(app: &App, tenant: TenantId) -> Result<Vec<StreamWrite>, Problem> {
    let Some(sandbox_url) = &app.config.sandbox_url else { return Ok(Vec::new()) };
    let package_id = PackageId(Uuid::now_v7());
    let create = package::Command::Create {
        name: "Sandbox".into(),
        distribution: package::Distribution::RoundRobin,
        settings: Settings::unlimited(),
    };
    let created = package::decide(&package::State::default(), create)?;
    let mut writes = vec![StreamWrite::new(package_id, Expected::Exactly(0), &created)];
    for nth in 1..=NUMBERS {
        let profile_id = ProfileId(Uuid::now_v7());
        let phone_number_id = number_id(profile_id);
        let added = profile::Added {
            package_id,
            name: format!("Sandbox {nth}"),
            provider: ProviderKind::Sandbox,
            // Of the range that is kept free for fiction.
            phone: format!("+1202555010{nth}"),
            phone_number_id: phone_number_id.clone(),
            overrides: Overrides::default(),
            rank: profile::Rank::default(),
        };
        let added = profile::decide(&profile::State::default(), profile::Command::Add(added))?;
        writes.push(StreamWrite::new(profile_id, Expected::Exactly(0), &added));
        app.store.put_credential(&access(tenant, profile_id, phone_number_id, sandbox_url)).await?;
    }
    Ok(writes)
}

fn access(tenant_id: TenantId, profile_id: ProfileId, phone_number_id: String, sandbox_url: &str) -> ProfileAccess {
    // By default, a number of the sandbox has a business account of its own.
    let business = format!("waba-{phone_number_id}");
    ProfileAccess {
        profile_id,
        tenant_id,
        provider: ProviderKind::Sandbox,
        phone_number_id,
        credential: Credential {
            base_url: format!("{}/v23.0", sandbox_url.trim_end_matches('/')),
            access_token: "sandbox-token".into(),
            app_secret: APP_SECRET.into(),
            verify_token: "sandbox-verify-token".into(),
            settings: BTreeMap::from([("business_account_id".to_owned(), business)]),
        },
    }
}

/// As the provider numbers its numbers: fifteen digits, one number for each profile.
fn number_id(profile: ProfileId) -> String {
    // Not from the id's own digits: the first half of a version 7 id is the time, and the rest of it is short.
    let hashed = Uuid::new_v5(&profile.0, b"phone_number_id").as_u128();
    format!("{:015}", 100_000_000_000_000 + hashed % 900_000_000_000_000)
}
