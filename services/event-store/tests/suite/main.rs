//! The log against a real Postgres.

mod append;
mod checkpoints;
mod connections;
mod crash;
mod density;
mod facts;
mod folding;
mod isolation;
mod personal;
mod rig;
mod sending;
