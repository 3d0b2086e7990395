//! Provider credentials of profiles, encrypted with the tenant's key.

use crate::EventStore;
use crate::keys::KeyError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::provider::ProviderKind;

/// What is needed to send as a number and to believe its webhooks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    pub base_url: String,
    pub access_token: String,
    pub app_secret: String,
    pub verify_token: String,
    /// What else the provider needs to know; nothing secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A number as senders and webhook receivers see it.
#[derive(Debug, Clone)]
pub struct ProfileAccess {
    pub profile_id: ProfileId,
    pub tenant_id: TenantId,
    pub provider: ProviderKind,
    pub phone_number_id: String,
    pub credential: Credential,
}

impl EventStore {
    pub async fn put_credential(&self, access: &ProfileAccess) -> Result<(), KeyError> {
        let plain = serde_json::to_vec(&access.credential).expect("credentials are plain data");
        let sealed = self.keys.seal_credential(access.tenant_id, access.profile_id.0, &plain).await?;
        sqlx::query(
            "insert into vault.profile_credential (profile_id, tenant_id, provider, phone_number_id, sealed)
             values ($1, $2, $3, $4, $5) on conflict (profile_id) do update
             set provider = excluded.provider, phone_number_id = excluded.phone_number_id, sealed = excluded.sealed",
        )
        .bind(access.profile_id.0)
        .bind(access.tenant_id.0)
        .bind(access.provider.as_str())
        .bind(&access.phone_number_id)
        .bind(sealed)
        .execute(&self.database.system)
        .await?;
        Ok(())
    }

    pub async fn credential(&self, profile: ProfileId) -> Result<Option<ProfileAccess>, KeyError> {
        let row: Option<Row> = sqlx::query_as(
            "select profile_id, tenant_id, provider, phone_number_id, sealed from vault.profile_credential
             where profile_id = $1",
        )
        .bind(profile.0)
        .fetch_optional(&self.database.system)
        .await?;
        self.open_access(row).await
    }

    /// By the provider's id of the number, as webhooks name it.
    pub async fn credential_by_number(&self, phone_number_id: &str) -> Result<Option<ProfileAccess>, KeyError> {
        let row: Option<Row> = sqlx::query_as(
            "select profile_id, tenant_id, provider, phone_number_id, sealed from vault.profile_credential
             where phone_number_id = $1 limit 1",
        )
        .bind(phone_number_id)
        .fetch_optional(&self.database.system)
        .await?;
        self.open_access(row).await
    }

    async fn open_access(&self, row: Option<Row>) -> Result<Option<ProfileAccess>, KeyError> {
        let Some((profile_id, tenant_id, provider, phone_number_id, sealed)) = row else { return Ok(None) };
        let plain = self.keys.open_credential(TenantId(tenant_id), profile_id, &sealed).await?;
        let credential = serde_json::from_slice(&plain).map_err(|_| KeyError::Tampered)?;
        let provider = ProviderKind::parse(&provider).ok_or(KeyError::Tampered)?;
        Ok(Some(ProfileAccess {
            profile_id: ProfileId(profile_id),
            tenant_id: TenantId(tenant_id),
            provider,
            phone_number_id,
            credential,
        }))
    }
}

type Row = (Uuid, Uuid, String, String, Vec<u8>);
