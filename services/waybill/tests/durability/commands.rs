//! Commands whose answer was given are kept, whatever happens to Postgres.

use crate::api::Api;
use crate::rig::{Options, Rig};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const CLIENTS: usize = 8;
/// Acknowledged contacts between two strikes.
const STEP: usize = 60;

fn phone(n: usize) -> String {
    format!("+62813{n:07}")
}

#[derive(Default)]
struct Progress {
    next: AtomicUsize,
    acknowledged: AtomicUsize,
}

impl Progress {
    fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }
}

/// Adds contacts until there are so many; answers the ids by phone number.
async fn add_contacts(api: Api, progress: Arc<Progress>, contacts: usize) -> HashMap<String, String> {
    let mut known = HashMap::new();
    loop {
        let n = progress.next.fetch_add(1, Ordering::Relaxed);
        if n >= contacts {
            return known;
        }
        let body = json!({ "phone": phone(n), "name": format!("Ana {n}"), "consent": true });
        let contact = api.post("/contacts", &format!("contact-{n}"), body).await.expect(201, "adding a contact");
        known.insert(phone(n), contact["id"].as_str().expect("an id").to_owned());
        progress.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_contact_that_was_acknowledged_while_postgres_died_is_there_exactly_once() {
    let rig = Rig::start(Options::default()).await;
    let (kills, stops) = (rig.size.postgres_kills.max(5), rig.size.postgres_immediate_stops.max(3));
    let contacts = (kills + stops + 2) * STEP;
    let begun = Instant::now();
    let progress = Arc::new(Progress::default());
    let clients: Vec<_> =
        (0..CLIENTS).map(|_| tokio::spawn(add_contacts(rig.api.clone(), progress.clone(), contacts))).collect();

    let mut order = [vec![true; kills], vec![false; stops]].concat();
    rig.dice().shuffle(&mut order);
    for (nth, kill) in order.iter().enumerate() {
        rig.until("more contacts", async || progress.acknowledged() >= (nth + 1) * STEP).await;
        let (at, struck) = (progress.acknowledged(), Instant::now());
        rig.postgres(|postgres| {
            if *kill {
                postgres.kill()
            } else {
                postgres.stop_immediately()
            }
            postgres.restart().expect("postgres starts again");
        });
        let back = struck.elapsed();
        rig.until("the gateway", async || rig.api.is_ready(0).await).await;
        let how = if *kill { "kill -9" } else { "immediate" };
        rig.note(format!("at {at} contacts: {how}, postgres back in {back:.1?}, gateway in {:.1?}", struck.elapsed()));
    }
    assert!(progress.acknowledged() < contacts, "all was over before the strikes were");
    let mut known = HashMap::new();
    for client in clients {
        known.extend(client.await.expect("a client that is content"));
    }
    assert_eq!(known.len(), contacts);

    let added: Vec<(uuid::Uuid, i64)> =
        sqlx::query_as("select stream_id, count(*) from es.event where type = 'contact.added' group by stream_id")
            .fetch_all(&mut rig.database().await)
            .await
            .expect("the log can be read");
    let times: HashMap<String, i64> = added.into_iter().map(|(id, times)| (id.to_string(), times)).collect();
    for (phone, id) in &known {
        assert_eq!(times.get(id), Some(&1), "{phone} was acknowledged as {id}");
    }
    assert_eq!(times.len(), contacts, "contacts that nobody asked for");

    // The other roles are back by themselves: what they make of the log is there, and a campaign goes through.
    let shown = async || rig.api.get("/contacts?limit=1").await["total"] == contacts;
    rig.until("every contact in the read model", shown).await;
    let campaign = rig.campaign("after").await;
    let truth = rig.settle(&campaign, contacts as u64).await;
    assert_eq!((truth.sent, truth.ever_uncertain), (contacts as i64, 0), "{truth:?}");
    eprintln!("ended by themselves: {:?}", rig.ended_by_themselves());
    eprintln!("{kills} kills, {stops} stops, {contacts} contacts, {:.0?}", begun.elapsed());
}
