//! The domain of Waybill: streams, commands, events and decisions.
//!
//! Pure: no IO, no clock, no randomness, no async. What a decision needs is in its command, so a test can
//! run years in a second and a decision can be explained from the log alone.
//!
//! One module a stream category. Each has `Event` (past facts), `State`, `Command`, `Refusal`, and two functions:
//! `decide(&State, Command) -> Result<Vec<Event>, Refusal>` and a total `evolve(State, &Event) -> State`.
//! A repeat that changes nothing is `Ok(vec![])`; a refusal is an error and never an event.

pub mod access;
pub mod actor;
pub mod aggregate;
pub mod api_key;
pub mod audit;
pub mod campaign;
pub mod catalog;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod envelope;
pub mod event;
pub mod hours;
pub mod id;
pub mod import;
pub mod invite;
pub mod list;
pub mod media;
pub mod member;
pub mod message;
pub mod package;
pub mod personal;
pub mod phone;
pub mod plan;
pub mod profile;
pub mod provider;
pub mod provider_template;
pub mod retry;
pub mod stream;
pub mod template;
pub mod tenant;
pub mod wallet;
pub mod webhook_inbox;
