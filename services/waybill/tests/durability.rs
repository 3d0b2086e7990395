//! Durability, seen from outside: the real binary, a process a role, on a private Postgres and NATS; roles and servers
//! are killed, wiped and damaged while campaigns run. The sandbox counts what is really sent and is never disturbed.
//!
//! Strikes are triggered by progress, not by time, and in an order that follows from a seed; a failure prints the seed,
//! what was done, and the end of each role's log. `WAYBILL_DURABILITY=full` runs at the promised size, and
//! `WAYBILL_DURABILITY_SEED` repeats a run.

#[path = "durability/api.rs"]
mod api;
#[path = "durability/child.rs"]
mod child;
#[path = "durability/dice.rs"]
mod dice;
#[path = "durability/job.rs"]
mod job;
#[path = "ports/mod.rs"]
mod ports;
#[path = "durability/rig.rs"]
mod rig;
#[path = "durability/size.rs"]
mod size;
#[path = "durability/strikes.rs"]
mod strikes;
#[path = "durability/truth.rs"]
mod truth;

#[path = "durability/commands.rs"]
mod commands;
#[path = "durability/erasure.rs"]
mod erasure;
#[path = "durability/jetstream.rs"]
mod jetstream;
#[path = "durability/kills.rs"]
mod kills;
#[path = "durability/receipts.rs"]
mod receipts;
#[path = "durability/stopped.rs"]
mod stopped;
#[path = "durability/wallet.rs"]
mod wallet;
