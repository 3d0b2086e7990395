//! The parts of the `waybill` binary that tests start by themselves.

pub mod up;
