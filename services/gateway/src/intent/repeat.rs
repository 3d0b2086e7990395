//! The idempotency key of a request: what it covers, and the first answer for a repeat.
//!
//! Answers may name people, so they are encrypted with the tenant's key; they go with their partition after days.

use super::{REPLAYED, answer};
use crate::app::App;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_event_store::CommandKey;

const LONGEST_KEY: usize = 255;

#[derive(Debug, Clone)]
pub struct Repeat {
    /// Of the command, the same for every repeat by the same tenant.
    pub id: Uuid,
    fingerprint: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    body: Option<serde_json::Value>,
}

impl Repeat {
    pub fn from_headers(headers: &HeaderMap, tenant: TenantId) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
        let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        let key = key.ok_or_else(|| {
            let text = "an idempotency key has 1 to 255 visible characters";
            Problem::bad_request("invalid", text).field("Idempotency-Key", text)
        })?;
        Ok(Some(Self { id: Uuid::new_v5(&tenant.0, key.as_bytes()), fingerprint: Vec::new() }))
    }

    /// Binds the key to one request.
    pub fn covers(&mut self, method: &str, path: &str, body: &[u8]) {
        let mut hash = Sha256::new();
        hash.update(method.as_bytes());
        hash.update([0]);
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        self.fingerprint = hash.finalize().to_vec();
    }

    /// What is kept with the append.
    pub async fn command(
        &self,
        app: &App,
        tenant: TenantId,
        status: StatusCode,
        body: Option<&serde_json::Value>,
    ) -> Result<CommandKey, Problem> {
        let kept = serde_json::to_vec(&Kept { status: status.as_u16(), body: body.cloned() })?;
        let sealed = app.store.keys.seal_credential(tenant, self.id, &kept).await?;
        Ok(CommandKey { id: self.id, fingerprint: self.fingerprint.clone(), answer: Some(STANDARD.encode(sealed)) })
    }

    /// The first answer, if there was one.
    pub async fn find(&self, app: &App, tenant: TenantId) -> Result<Option<Response>, Problem> {
        let row: Option<(i64, Vec<u8>, Option<String>)> = sqlx::query_as(
            "select position, fingerprint, answer from es.command where command_id = $1 and tenant_id = $2",
        )
        .bind(self.id)
        .bind(tenant.0)
        .fetch_optional(&app.store.database.system)
        .await?;
        let Some((position, fingerprint, answer)) = row else { return Ok(None) };
        self.replay(app, tenant, position, &fingerprint, answer.as_deref()).await.map(Some)
    }

    pub async fn replay(
        &self,
        app: &App,
        tenant: TenantId,
        position: i64,
        fingerprint: &[u8],
        sealed: Option<&str>,
    ) -> Result<Response, Problem> {
        if !bool::from(self.fingerprint.as_slice().ct_eq(fingerprint)) {
            let text = "this idempotency key was used for another request";
            return Err(Problem::refused("idempotency_mismatch", text).field("Idempotency-Key", text));
        }
        let Some(sealed) = sealed else {
            let text = "this command was carried out; its answer named somebody who was erased since";
            return Err(Problem::new(StatusCode::GONE, "answer_erased", text).with("position", position));
        };
        let sealed = STANDARD.decode(sealed).ok();
        let sealed = sealed.ok_or_else(|| Problem::internal("a kept answer cannot be read"))?;
        let kept = app.store.keys.open_credential(tenant, self.id, &sealed).await?;
        let Kept { status, body } = serde_json::from_slice(&kept)?;
        let status = StatusCode::from_u16(status).map_err(Problem::internal)?;
        let mut response = answer(status, body, None, position);
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }
}
