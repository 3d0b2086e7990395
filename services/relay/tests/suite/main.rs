//! The relay against real servers that lose, damage and restore what they hold.

mod recovery;
#[path = "../../../runtime/tests/suite/rig.rs"]
mod rig;
mod speed;
mod stream;
mod two_relays;
