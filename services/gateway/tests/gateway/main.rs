//! The gateway in process, on a real Postgres and NATS.

#![allow(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod audit;
mod auth;
mod campaigns;
mod chats;
mod contacts;
mod conversations;
mod document;
mod hooks;
mod idempotency;
mod imports;
mod isolation;
mod keys;
mod limits;
mod matrix;
mod media;
mod messages;
mod no_panic;
mod numbers;
mod openapi;
mod operation;
mod packages;
mod people;
mod permissions;
mod privacy;
mod problems;
mod projector;
mod rig;
mod sends;
mod shop;
mod sign_in;
mod sso;
mod strangers;
mod terms;
mod wallet;
mod world;
