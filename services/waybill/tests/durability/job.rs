//! The main job over HTTP: contacts from a file, a campaign to all of them, and a watcher who looks all the time.

use crate::api::Api;
use crate::rig::Rig;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

const STATES: [&str; 8] = ["queued", "sending", "sent", "delivered", "read", "failed", "cancelled", "uncertain"];
const LOOK: Duration = Duration::from_millis(20);

/// Counts of the sandbox.
#[derive(Debug, serde::Deserialize)]
pub struct Counted {
    pub accepted: u64,
    pub distinct: u64,
    pub duplicates: u64,
    pub receipts_pending: u64,
}

impl Rig {
    pub async fn counted(&self) -> Counted {
        let answer = reqwest::get(format!("{}/_sandbox/stats", self.sandbox)).await.expect("the sandbox is there");
        answer.json().await.expect("its counts")
    }

    /// Whether the provider has a message.
    pub async fn is_with_provider(&self, message: &str) -> bool {
        let url = format!("{}/_sandbox/sends?message_id={message}", self.sandbox);
        let sends: Vec<Value> = reqwest::get(url).await.expect("the sandbox is there").json().await.expect("sends");
        !sends.is_empty()
    }

    /// Brings contacts in who have all consented.
    pub async fn import(&self, count: u64) {
        let mut file = String::from("name,phone,consent\n");
        for n in 0..count {
            file.push_str(&format!("Ana {n},+62812{:07},yes\n", 1_000_000 + n));
        }
        let import = self.api.upload(file).await;
        let path = format!("/imports/{import}");
        self.until("the end of the import", async || self.api.get(&path).await["status"] == "finished").await;
        assert_eq!(self.api.get(&path).await["created"], count);
    }

    pub async fn draft(&self, key: &str) -> String {
        let packages = self.api.get("/packages").await;
        let draft = json!({
            "name": format!("Durable {key}"), "audience": { "all": true },
            "template_text": "Hi {{name}}, still here.", "package_id": packages["items"][0]["id"],
        });
        let campaign = self.api.post("/campaigns", &format!("draft-{key}"), draft).await.expect(201, "drafting");
        campaign["id"].as_str().expect("an id").to_owned()
    }

    /// A running campaign to everyone.
    pub async fn campaign(&self, key: &str) -> String {
        let id = self.draft(key).await;
        let path = format!("/campaigns/{id}/start");
        self.api.post(&path, &format!("start-{key}"), json!({})).await.expect(202, "starting");
        id
    }

    pub async fn until_accepted(&self, accepted: u64, campaign: &str) {
        let far_enough = async || {
            self.counted().await.accepted >= accepted || self.status(campaign).await.is_some_and(|it| it == "completed")
        };
        self.until(&format!("{accepted} accepted sends"), far_enough).await;
    }

    pub async fn status(&self, campaign: &str) -> Option<String> {
        let campaign = self.api.try_get(&format!("/campaigns/{campaign}")).await?;
        campaign["status"].as_str().map(str::to_owned)
    }

    pub async fn until_completed(&self, campaign: &str) {
        self.until("the end of the campaign", async || self.status(campaign).await.is_some_and(|it| it == "completed"))
            .await;
    }
}

pub fn total(campaign: &Value, state: &str) -> i64 {
    campaign["totals"][state].as_i64().expect("a total")
}

/// Looks at a campaign and at some of its messages for as long as it lives, and writes down whatever may not be.
pub struct Watcher {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    samples: u64,
    wrong: Vec<String>,
    sums: [i64; 4],
    ranks: HashMap<String, (u8, String)>,
}

impl Watcher {
    pub fn of(rig: &Rig, campaign: &str) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (api, campaign, theirs) = (rig.api.clone(), campaign.to_owned(), seen.clone());
        let task = tokio::spawn(async move {
            loop {
                look(&api, &campaign, &theirs).await;
                tokio::time::sleep(LOOK).await;
            }
        });
        Self { seen, task }
    }

    /// Ends it; answers how often it looked. Nothing wrong may have been seen.
    pub fn verdict(self) -> u64 {
        self.task.abort();
        let seen = self.seen.lock().expect("nobody panics holding it");
        assert!(seen.wrong.is_empty(), "seen in {} samples: {:#?}", seen.samples, seen.wrong);
        assert!(seen.samples > 0, "nothing was seen");
        seen.samples
    }
}

async fn look(api: &Api, campaign: &str, seen: &Mutex<Seen>) {
    // Asked one after the other: each answer is one moment for itself.
    let Some(answer) = api.try_get(&format!("/campaigns/{campaign}")).await else { return };
    let messages = api.try_get(&format!("/campaigns/{campaign}/messages?limit=100")).await;
    let mut seen = seen.lock().expect("nobody panics holding it");
    seen.samples += 1;
    seen.totals(&answer);
    for message in messages.iter().flat_map(|page| page["items"].as_array()).flatten() {
        seen.message(message);
    }
}

impl Seen {
    fn totals(&mut self, campaign: &Value) {
        let of = |states: &[&str]| states.iter().map(|state| total(campaign, state)).sum::<i64>();
        if of(&["enrolled"]) != of(&STATES) {
            self.wrong.push(format!("not conserved: {}", campaign["totals"]));
        }
        // Each of these only ever grows.
        let sums = [of(&["enrolled"]), of(&["sent", "delivered", "read"]), of(&["delivered", "read"]), of(&["read"])];
        if sums.iter().zip(&self.sums).any(|(now, before)| now < before) {
            self.wrong.push(format!("went back from {:?} to {sums:?}: {}", self.sums, campaign["totals"]));
        }
        self.sums = sums;
    }

    fn message(&mut self, message: &Value) {
        let status = message["status"].as_str().expect("a status");
        let rank = match status {
            "read" => 4,
            "delivered" => 3,
            "sent" => 2,
            _ => 0,
        };
        let id = message["id"].as_str().expect("an id");
        if let Some((before, name)) = self.ranks.get(id)
            && *before > rank
        {
            self.wrong.push(format!("message {id} went back from {name} to {status}"));
        }
        self.ranks.insert(id.to_owned(), (rank, status.to_owned()));
    }
}
