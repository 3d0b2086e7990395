//! Providers over real connections: the contract that each of them keeps, and the cases in which
//! only a connection can show what a client does.

mod cloud_api;
mod contract;
mod wire_faults;
