//! The rig's disorder: deliveries that come late and again, commands at random, senders that are killed, and what the log
//! must say after all of it.

use super::*;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use tokio::runtime::{self, Runtime};
use waybill_event_store::ExecuteError;

/// Chance that can be thrown again: a failure prints its seed, and `WAYBILL_DURABILITY_SEED` repeats it.
pub struct Dice(u64);

impl Dice {
    pub fn throw() -> Self {
        let seed = match std::env::var("WAYBILL_DURABILITY_SEED") {
            Ok(text) => text.parse().expect("WAYBILL_DURABILITY_SEED is a number"),
            Err(_) => u64::from(Uuid::new_v4().as_fields().0),
        };
        println!("WAYBILL_DURABILITY_SEED={seed}");
        Self(seed)
    }

    /// SplitMix64.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

/// A sender with threads and connections of its own, as another process has.
pub struct OwnSender(Option<Runtime>);

impl OwnSender {
    /// Between two of its steps, wherever it is; afterwards nothing of it runs.
    pub fn kill(mut self) {
        let runtime = self.0.take().expect("it is killed once");
        tokio::task::block_in_place(|| runtime.shutdown_timeout(PATIENCE));
    }
}

impl Drop for OwnSender {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Rig {
    pub fn start_sender(&self) -> OwnSender {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (config, clock, stop) = (self.config.clone(), self.context.clock.clone(), self.stop.child_token());
        runtime.spawn(async move {
            let context = Context::connect(config, clock, stop).await.expect("connects");
            if let Err(error) = waybill_sender::run(context).await {
                panic!("the sender failed: {error:#}");
            }
        });
        OwnSender(Some(runtime))
    }

    /// A command that comes too late is refused, and that is all.
    pub async fn try_command(&self, id: CampaignId, command: campaign::Command) {
        match self.context.store.execute::<Campaign>(self.metadata(), id.0, command).await {
            Ok(_) | Err(ExecuteError::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// How many messages of a campaign have an end, whichever.
    pub async fn ended(&self, id: CampaignId) -> i64 {
        self.progress(id).await.map_or(0, |it| it.sent + it.failed + it.cancelled + it.uncertain)
    }

    /// Until as many have ended, or the campaign is not running any more.
    pub async fn until_further(&self, id: CampaignId, messages: i64) {
        let further =
            async || self.ended(id).await >= messages || self.campaign(id).await.status != campaign::Status::Running;
        self.until_true(&format!("{messages} ended"), further).await;
    }

    /// Keeps one of so many deliveries back, from here on.
    pub fn withhold_each(&self, each: i64) {
        self.withheld.each.store(each, Ordering::Relaxed);
    }

    /// Delivers what was kept back; answers how many deliveries these were.
    pub async fn deliver_withheld(&self) -> usize {
        let bodies = std::mem::take(&mut *self.withheld.bodies.lock().expect("nobody panics holding it"));
        let deliveries = bodies.len();
        for (number, body) in bodies {
            self.deliver(&number, body).await;
        }
        self.until_deliveries_are_read().await;
        deliveries
    }

    /// Delivers all that was ever delivered once more, in another order; answers how many deliveries these were.
    pub async fn deliver_everything_again(&self, dice: &mut Dice) -> usize {
        let sql = "select pos from es.event where type = 'webhook_inbox.received' order by pos";
        let positions: Vec<i64> =
            sqlx::query_scalar(sql).fetch_all(&self.context.store.database.system).await.expect("deliveries");
        let mut deliveries = Vec::new();
        for position in positions {
            let mut events = self.context.store.read(position - 1, 1).await.expect("read");
            self.context.store.keys.open(&mut events).await.expect("opened");
            let event = events[0].decode().expect("read").expect("an event");
            let waybill_domain::webhook_inbox::Event::Received(received) = event else { panic!("{event:?}") };
            let number = self.number_id(received.profile_id).await;
            deliveries.push((number, received.body.known().expect("kept").0.clone()));
        }
        dice.shuffle(&mut deliveries);
        let again = deliveries.len();
        for (number, body) in deliveries {
            self.deliver(&number, body.into()).await;
        }
        self.until_deliveries_are_read().await;
        again
    }

    async fn deliver(&self, number: &str, body: Bytes) {
        let answer = reqwest::Client::new().post(format!("{}/{number}", self.hooks)).body(body).send().await;
        assert!(answer.expect("an answer").status().is_success());
    }

    /// Deliveries are read in their order: somebody says something, and it is heard.
    pub async fn until_deliveries_are_read(&self) {
        let heard = self.events("conversation.inbound_received").await.len();
        let body = serde_json::json!({ "profile": self.number_id(self.profiles[0]).await, "from": "+4915187654321",
            "text": "still there?" });
        let url = format!("{}/_sandbox/inbound", self.sandbox);
        let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
        self.until_true("the last delivery", async || self.events("conversation.inbound_received").await.len() > heard)
            .await;
    }

    /// Until the provider has told all that it is going to tell; from there on nothing is kept back.
    pub async fn until_receipts_are_told(&self) {
        let told = async { while self.sandbox_stats().await.receipts_pending > 0 {} };
        tokio::time::timeout(patience(), told).await.expect("the provider told everything");
        self.withhold_each(0);
        self.until_deliveries_are_read().await;
    }

    /// How many events of each type messages, campaigns and wallets have.
    pub async fn effects(&self) -> BTreeMap<String, i64> {
        let sql =
            "select type, count(*) from es.event where category in ('message', 'campaign', 'wallet') group by type";
        let rows: Vec<(String, i64)> =
            sqlx::query_as(sql).fetch_all(&self.context.store.database.system).await.expect("counts");
        rows.into_iter().collect()
    }

    /// When events of a type came to pass, by the clock of the roles, and what they say.
    pub async fn happened(&self, kind: &str) -> Vec<(DateTime<Utc>, serde_json::Value)> {
        let sql = "select recorded_at, data::text from es.event where type = $1 order by pos";
        let rows: Vec<(DateTime<Utc>, String)> =
            sqlx::query_as(sql).bind(kind).fetch_all(&self.context.store.database.system).await.expect("events");
        rows.into_iter().map(|(at, text)| (at, serde_json::from_str(&text).expect("json"))).collect()
    }

    /// Each message's events, in their order, with their places in the log.
    pub async fn lives(&self, id: Option<CampaignId>) -> HashMap<Uuid, Vec<(i64, String)>> {
        let sql = "select stream_id, pos, type from es.event where category = 'message' and ($1 is null or stream_id in
                (select stream_id from es.event where category = 'message' and data->>'campaign_id' = $1)) order by pos";
        let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(sql)
            .bind(id.map(|id| id.0.to_string()))
            .fetch_all(&self.context.store.database.system)
            .await
            .expect("lives");
        let mut lives: HashMap<Uuid, Vec<(i64, String)>> = HashMap::new();
        for (message, position, kind) in rows {
            lives.entry(message).or_default().push((position, kind));
        }
        lives
    }

    /// Where a campaign was completed.
    pub async fn completed_at(&self, id: CampaignId) -> Vec<i64> {
        sqlx::query_scalar("select pos from es.event where type = 'campaign.completed' and stream_id = $1")
            .bind(id.0)
            .fetch_all(&self.context.store.database.system)
            .await
            .expect("a place")
    }
}
