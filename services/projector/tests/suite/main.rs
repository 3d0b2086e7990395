//! The projector against real servers: once, beside, and in spite of failures.

mod catalogue;
mod failures;
mod live;
mod rebuilds;
#[path = "../../../runtime/tests/suite/rig.rs"]
mod rig;
mod scenario;
mod speed;
mod tables;
mod tally;
