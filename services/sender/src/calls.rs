//! One call to a provider, and what came of it.

use crate::begin::Call;
use crate::content::{Way, outgoing};
use crate::files::Files;
use std::sync::Arc;
use std::time::{Duration, Instant};
use waybill_domain::content::Attachment;
use waybill_domain::provider::{ErrorClass, Refusal};
use waybill_providers::{Outcome, Outgoing, Recipient, Registry};
use waybill_runtime::accounts::Accounts;
use waybill_runtime::{Context, telemetry};

pub struct Caller {
    accounts: Accounts,
    registry: Arc<Registry>,
    files: Files,
}

impl Caller {
    pub fn new(context: &Context, timeout: Duration) -> anyhow::Result<Self> {
        let config = context.client_config(timeout)?;
        let registry = Arc::new(Registry::new(&config)?);
        let files = Files::new(context, registry.clone());
        Ok(Self { accounts: Accounts::new(context.store.clone()), registry, files })
    }

    #[tracing::instrument(name = "provider.send", skip_all, fields(message.id = %call.message_id, provider = call.provider.as_str()))]
    pub async fn call(&self, call: &Call) -> Outcome {
        telemetry::continue_trace(call.traceparent.as_deref());
        let Some(content) = call.content.known() else {
            return refused(ErrorClass::Param, "erased", "the recipient's data was erased");
        };
        let account = match self.accounts.get(call.profile_id).await {
            Ok(Some(account)) => account,
            Ok(None) => return refused(ErrorClass::Auth, "no_credentials", "the number has no credentials"),
            Err(error) => {
                tracing::warn!(%error, "credentials cannot be read");
                return refused(ErrorClass::Retry, "vault_unavailable", "the number's credentials could not be read");
            }
        };
        let way = Way { tenant: call.tenant_id, provider: call.provider, account: &account };
        let outgoing = Outgoing {
            message_id: call.message_id.0,
            to: Recipient::of(&content.to),
            // Nothing has gone out yet: whatever is wrong with a file is a refusal.
            content: match outgoing(&self.files, &way, content).await {
                Ok(content) => content,
                Err(refusal) => return Outcome::Refused(refusal),
            },
            reply_to: None,
        };
        let begun = Instant::now();
        let outcome = self.registry.provider_for(call.provider).send(&account, &outgoing).await;
        if let (Outcome::Refused(Refusal { class: ErrorClass::Media, .. }), Some(file)) =
            (&outcome, content.attachment.as_ref().and_then(Attachment::media))
        {
            self.files.forget(&way, file).await;
        }
        let result = match &outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused(_) => "refused",
            Outcome::Unknown { .. } => "unknown",
        };
        metrics::histogram!("provider_call_seconds", "provider" => call.provider.as_str(), "result" => result)
            .record(begun.elapsed().as_secs_f64());
        outcome
    }
}

fn refused(class: ErrorClass, code: &str, detail: &str) -> Outcome {
    Outcome::Refused(Refusal { class, code: code.into(), detail: detail.into(), retry_after_ms: None })
}
