//! What webhooks tell of numbers and of people's wishes: devices, quality, restrictions, no more marketing.

use crate::linking;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::contact::{self, Contact};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::ProfileId;
use waybill_domain::profile::{Blocked, Command, LinkState, Profile, QualityChanged, State};
use waybill_domain::provider::ProviderKind;
use waybill_event_store::{Decision, EventStore};
use waybill_providers::{QualityChange, SessionState};
use waybill_runtime::Context;

/// News of one number.
pub struct News {
    pub source: Arc<Recorded>,
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    pub told: Told,
}

pub enum Told {
    Session(SessionState),
    /// Of the number as people see it, where that is said: a business account has one address for all of its numbers.
    Quality(QualityChange, Option<String>),
    Restricted(String),
}

/// A person's wish to get no more marketing.
pub struct Wish {
    pub source: Arc<Recorded>,
    pub provider: ProviderKind,
    pub phone: String,
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Runs under the lane's lock: states that are loaded here cannot move.
pub async fn append(context: &Context, connection: &mut PgConnection, news: Vec<News>) -> anyhow::Result<i64> {
    if news.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = news.iter().map(|it| it.profile_id.0).collect();
    let states = EventStore::load_many::<Profile>(connection, &ids).await?;
    let mut decisions: HashMap<Uuid, Decision<Profile>> = HashMap::new();
    for one in news {
        let id = one.profile_id.0;
        let state = states.get(&id).map(|loaded| loaded.state.clone()).unwrap_or_default();
        if let Told::Quality(_, Some(shown)) = &one.told
            && !is_of(&state, shown)
        {
            ask_again(connection, &one.source).await?;
            continue;
        }
        let Some(command) = command(one.told, &state) else { continue };
        let metadata = context.because_of(&one.source, Actor::provider(one.provider));
        let fresh = || Decision { id, metadata, commands: Vec::new() };
        decisions.entry(id).or_insert_with(fresh).commands.push(command);
    }
    Ok(context.store.decide_many_in(connection, states, decisions.into_values().collect()).await?.position)
}

/// Whether a number that is shown to people is this one. What has no number of its own is taken for it.
fn is_of(state: &State, shown: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = state.added.as_ref().map(|added| digits(&added.phone)).unwrap_or_default();
    let shown = digits(shown);
    shown.is_empty() || own.is_empty() || own == shown
}

/// It was about another number of the account: each is asked how it stands.
async fn ask_again(connection: &mut PgConnection, source: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("update process.account_check set ask_at = least(ask_at, $2) where tenant_id = $1")
        .bind(source.tenant_id.0)
        .bind(source.recorded_at)
        .execute(connection)
        .await?;
    Ok(())
}

fn command(told: Told, state: &State) -> Option<Command> {
    match told {
        Told::Session(session) => {
            let known = if state.link == LinkState::Linking { "linking" } else { "" };
            linking::command(&session, known)
        }
        Told::Quality(QualityChange { rating, messaging_limit, .. }, _) => {
            Some(Command::RecordQuality(QualityChanged { rating, messaging_limit }))
        }
        Told::Restricted(detail) => {
            Some(Command::Block(Blocked { class: "ban".to_owned(), code: "restricted".to_owned(), detail }))
        }
    }
}

/// Withdraws the consent of who asked for it. Somebody who is no contact has none to withdraw.
pub async fn withdraw(context: &Context, connection: &mut PgConnection, wishes: Vec<Wish>) -> anyhow::Result<i64> {
    let mut decisions: HashMap<Uuid, Decision<Contact>> = HashMap::new();
    for wish in wishes {
        let id = context.store.keys.contact_id(wish.source.tenant_id, &wish.phone).await?.0;
        let metadata = context.because_of(&wish.source, Actor::provider(wish.provider));
        let reason = "stopped marketing in WhatsApp".to_owned();
        let commands = vec![contact::Command::WithdrawConsent { reason, at: wish.at }];
        decisions.insert(id, Decision { id, metadata, commands });
    }
    if decisions.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = decisions.keys().copied().collect();
    let states = EventStore::load_many::<Contact>(connection, &ids).await?;
    Ok(context.store.decide_many_in(connection, states, decisions.into_values().collect()).await?.position)
}
