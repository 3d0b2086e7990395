//! The feed and its subscriptions, on Postgres alone and with a stream that cannot be trusted.

mod feeds;
mod rig;
mod subscriptions;
