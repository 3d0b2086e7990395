//! Providers over real connections: the contract that each of them keeps, and the cases in which
//! only a connection can show what a client does.

mod contents;
mod contract;
mod documents;
mod fixtures;
mod groups;
mod inbound;
mod journal;
mod linking;
mod media;
mod meta_stub;
mod reach;
mod rig;
mod sends;
mod signatures;
mod templates;
mod wire_faults;
