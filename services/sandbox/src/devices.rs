//! Numbers on linked devices: what Green API, WAHA and Zentra have in common.
//!
//! A device has a card (who it is and how it is set up), a state by the provider's own name, the
//! sends it took, the messages that came to it, and the webhooks it still owes. The wires differ in
//! shapes and habits; the counting, the faults, the disorder of receipts and the journal are the
//! same as the Cloud API's.

pub mod card;
pub mod content;
pub mod device;
pub mod door;
pub mod habits;
pub mod linking;
pub mod mail;
pub mod qr;
pub mod registry;
pub mod take;
pub mod world;

pub use card::{Callback, Card, Engine, Group, Member, Provider};
pub use content::{Content, FileRef, Message};
pub use device::{Device, Inner};
