//! The sandbox as its users see it: over HTTP, with a callback of their own.

mod counting;
mod faults;
mod journal;
mod receipts;
mod rig;
