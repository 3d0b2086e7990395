//! The domain of Waybill: streams, commands, events, decisions. Pure: no IO, no clock, no randomness.
pub mod provider;
