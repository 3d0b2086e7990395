//! The sandbox as its users see it: over HTTP, with a callback of their own.

mod cloud;
mod counting;
mod everywhere;
mod faults;
mod green;
mod journal;
mod postbox;
mod receipts;
mod rig;
mod specifications;
mod waha;
mod zentra;
