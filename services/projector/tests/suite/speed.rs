//! How fast read models are filled. `WAYBILL_PROJECTOR_PEOPLE` sets the size; each person makes some seven events.

use crate::rig::Rig;
use crate::scenario::happen;
use crate::tables::until_caught_up;
use std::time::Instant;
use waybill_projections::registry;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn catching_up_and_rebuilding_are_measured() {
    let people = std::env::var("WAYBILL_PROJECTOR_PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    let rig = Rig::start().await;
    happen(&rig.context, people).await;
    let events = rig.head().await;
    let all = registry::all();
    let began = Instant::now();
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    until_caught_up(&rig, &all).await;
    let speed = events as f64 / began.elapsed().as_secs_f64();
    println!("all {} read models followed {events} events, {speed:.0} a second", all.len());
    for projection in &all {
        let report = waybill_projector::rebuild(&rig.context, projection.name(), |_| ()).await.expect("rebuilt");
        let speed = report.events as f64 / report.took.as_secs_f64();
        println!("{}: rebuilt {} events, {speed:.0} a second", report.name, report.events);
    }
}
