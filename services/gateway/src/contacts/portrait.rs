//! A contact folded from its own stream, so that the answer to a command shows what the command did without waiting
//! for a read model.

use super::Contact;
use crate::app::App;
use crate::problem::Problem;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::contact::{self, ConsentState, Event, State};
use waybill_domain::id::{ContactId, TenantId};
use waybill_event_store::read::read_stream;

#[derive(Debug, Clone, Default)]
pub struct Portrait {
    pub state: State,
    pub version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    consent_source: Option<String>,
    consent_at: Option<DateTime<Utc>>,
    lists: Vec<Uuid>,
}

impl Portrait {
    pub async fn load(app: &App, tenant: TenantId, id: ContactId) -> Result<Self, Problem> {
        let mut transaction = app.store.tenant_transaction(tenant).await?;
        let mut events = read_stream(&mut transaction, tenant, id.0, 0, i64::MAX).await?;
        let mut portrait = Self::default();
        if !events.is_empty() {
            let sql =
                "select list_id from read.contact_list_member where tenant_id = $1 and contact_id = $2 order by 1";
            portrait.lists = sqlx::query_scalar(sql).bind(tenant.0).bind(id.0).fetch_all(&mut *transaction).await?;
        }
        drop(transaction);
        app.store.keys.open(&mut events).await?;
        for recorded in &events {
            if let Some(event) = recorded.decode::<Event>().map_err(Problem::internal)? {
                portrait.paint(&event, recorded.recorded_at);
            }
            portrait.version = recorded.version;
        }
        Ok(portrait)
    }

    /// As it will be once `events` are appended at `at`.
    pub fn after(mut self, events: &[Event], at: DateTime<Utc>) -> Self {
        for event in events {
            self.paint(event, at);
            self.version += 1;
        }
        self
    }

    fn paint(&mut self, event: &Event, at: DateTime<Utc>) {
        match event {
            Event::Added(it) => {
                self.created_at = at;
                if let Some(consent) = &it.consent {
                    self.consent_source = Some(consent.source.clone()).filter(|text| !text.is_empty());
                    self.consent_at = Some(consent.at);
                } else if self.state.consent != ConsentState::Withdrawn {
                    (self.consent_source, self.consent_at) = (None, None);
                }
            }
            Event::ConsentGranted(it) => {
                self.consent_source = Some(it.consent.source.clone()).filter(|text| !text.is_empty());
                self.consent_at = Some(it.consent.at);
            }
            Event::ConsentWithdrawn(it) => {
                self.consent_source = Some(it.reason.clone()).filter(|text| !text.is_empty());
                self.consent_at = Some(it.at);
            }
            _ => {}
        }
        self.updated_at = at;
        self.state = contact::Contact::evolve(std::mem::take(&mut self.state), event);
    }

    pub fn view(&self, id: ContactId) -> Contact {
        let person = self.state.person.known().cloned();
        let (phone, name, fields) = person.map(|it| (it.phone, it.name, it.fields)).unwrap_or_default();
        Contact {
            id: id.0,
            phone,
            name,
            fields,
            tags: self.state.tags.iter().cloned().collect(),
            lists: self.lists.clone(),
            consent: match self.state.consent {
                ConsentState::None => "none",
                ConsentState::Granted => "granted",
                ConsentState::Withdrawn => "withdrawn",
            }
            .to_owned(),
            consent_source: self.consent_source.clone(),
            consent_at: self.consent_at,
            blocked: self.state.blocked,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}
