//! The gateway in process, on a real Postgres and NATS.

#![allow(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

mod auth;
mod campaigns;
mod chats;
mod contacts;
mod hooks;
mod idempotency;
mod imports;
mod isolation;
mod keys;
mod messages;
mod openapi;
mod operation;
mod packages;
mod people;
mod permissions;
mod problems;
mod projector;
mod rig;
mod wallet;
