//! Who replies: a person who is signed in, with conversations that contacts began.

use crate::bench::campaign::house::House;
use crate::bench::campaign::world::{numbers, phone};
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_event_store::EventStore;

/// Contacts who wrote.
const CONVERSATIONS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Desk {
    pub tenant: TenantId,
    client: reqwest::Client,
    url: String,
    token: String,
    chats: std::sync::OnceLock<Vec<Uuid>>,
}

/// One reply and when it was where, in Unix microseconds. 0 is not known yet.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub id: Uuid,
    pub began_us: u64,
    pub read_us: u64,
    pub answered_us: u64,
    pub taken_up_us: u64,
    pub called_us: u64,
}

#[derive(Deserialize)]
struct Taken {
    message_id: Option<Uuid>,
    received_at_us: Option<u64>,
}

fn now_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}

impl Desk {
    pub async fn open(house: &House) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().tcp_nodelay(true).build()?;
        let body = json!({ "email": "desk@example.org", "password": "a long password", "full_name": "Desk",
            "business_name": "Desk" });
        let answer = client.post(format!("{}/api/v1/auth/register", house.url)).json(&body).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("an answer to the registration");
        let tenant = TenantId(text(&answer["tenant"]["id"])?.parse()?);
        let token = text(&answer["access_token"])?;
        Ok(Self { tenant, client, url: house.url.clone(), token, chats: Default::default() })
    }

    /// Contacts write; ready when their conversations are in the inbox.
    pub async fn receive(&self, house: &House) -> anyhow::Result<()> {
        for nth in 0..CONVERSATIONS {
            let numbers = numbers();
            let body =
                json!({ "profile": numbers[nth % numbers.len()], "from": phone(nth), "text": "Is it there yet?" });
            let asked = self.client.post(format!("{}/_sandbox/inbound", house.sandbox_url)).json(&body);
            asked.send().await?.error_for_status()?;
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let asked = self.client.get(format!("{}/api/v1/chats?limit=200", self.url)).bearer_auth(&self.token);
            let page: Value = asked.send().await?.error_for_status()?.json().await?;
            let items = page["items"].as_array().context("a list of conversations")?;
            let ids: Result<Vec<Uuid>, _> =
                items.iter().map(|it| it["id"].as_str().unwrap_or_default().parse()).collect();
            if items.len() == CONVERSATIONS {
                ensure!(self.chats.set(ids?).is_ok(), "contacts write once");
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{} of {CONVERSATIONS} conversations", items.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Posts one, in each conversation in turn.
    pub fn reply(&self, nth: usize) -> impl Future<Output = anyhow::Result<Reply>> + Send + 'static {
        let id = Uuid::new_v4();
        let chats = self.chats.get().map_or(&[][..], Vec::as_slice);
        let asked = chats.get(nth % CONVERSATIONS).map(|chat| {
            let asked = self.client.post(format!("{}/api/v1/chats/{chat}/messages", self.url)).bearer_auth(&self.token);
            asked.json(&json!({ "id": id, "text": "It leaves today and is with you on Friday." }))
        });
        async move {
            let asked = asked.context("nobody wrote")?;
            let began_us = now_us();
            let answer = asked.send().await?;
            let answered_us = now_us();
            ensure!(answer.status() == 202, "a reply was answered {}: {}", answer.status(), answer.text().await?);
            Ok(Reply { id, began_us, answered_us, ..Default::default() })
        }
    }

    /// What the log and the provider know of them.
    pub async fn look_up(&self, store: &EventStore, house: &House, replies: &mut [Reply]) -> anyhow::Result<()> {
        let ids: Vec<Uuid> = replies.iter().map(|it| it.id).collect();
        let rows: Vec<(Uuid, String, DateTime<Utc>)> = sqlx::query_as(
            "select stream_id, type, recorded_at from es.event
             where stream_id = any($1) and type in ('message.dispatched', 'message.sending')",
        )
        .bind(&ids)
        .fetch_all(&store.database.system)
        .await?;
        let at: HashMap<(Uuid, &str), u64> =
            rows.iter().map(|(id, kind, at)| ((*id, kind.as_str()), at.timestamp_micros() as u64)).collect();
        let mut called = HashMap::new();
        for nth in 0..CONVERSATIONS {
            let to = phone(nth).replace('+', "%2B");
            let asked = self.client.get(format!("{}/_sandbox/sends?to={to}&limit=10000", house.sandbox_url));
            let taken: Vec<Taken> = asked.send().await?.error_for_status()?.json().await?;
            called.extend(taken.into_iter().filter_map(|it| Some((it.message_id?, it.received_at_us?))));
        }
        for reply in replies {
            let of = |kind| at.get(&(reply.id, kind)).copied().unwrap_or_default();
            (reply.read_us, reply.taken_up_us) = (of("message.dispatched"), of("message.sending"));
            reply.called_us = called.get(&reply.id).copied().unwrap_or_default();
        }
        Ok(())
    }

    /// Times of a run that sent twice would be worth nothing.
    pub async fn check(&self, house: &House) -> anyhow::Result<()> {
        let stats: Value =
            self.client.get(format!("{}/_sandbox/stats", house.sandbox_url)).send().await?.json().await?;
        ensure!(stats["duplicates"] == 0, "messages were sent twice: {stats}");
        Ok(())
    }
}
