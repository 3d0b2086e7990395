//! The read models against a real Postgres: what rows follow from what events, and the laws over all of them.

#![allow(clippy::unwrap_used)]

mod batches;
mod campaigns;
mod contacts;
mod fixture;
mod inbox;
mod isolation;
mod log;
mod messages;
mod money_and_counters;
mod numbers;
mod story;
