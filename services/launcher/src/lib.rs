//! Private servers for Waybill: a Postgres cluster and a NATS server of our own, in one data folder.
//!
//! [`data_folder`] owns the folder and its lock, [`postgres`] and [`nats`] prepare and start one
//! server each, [`supervisor`] keeps them alive, and [`test_servers`] shares a pair of them among
//! all test processes of a checkout. Everything here blocks and uses plain threads, because a
//! child's parent-death signal follows the thread that spawned it: call it from `spawn_blocking`
//! where an executor must not be held up.
//!
//! What must stay true: no child outlives its parent by accident, nothing listens beyond this
//! machine, and this crate imports nothing of the workspace, so that every other crate's tests may
//! depend on it.

pub mod account;
pub mod data_folder;
pub mod error;
pub mod nats;
pub mod postgres;
pub mod process;
pub mod supervisor;
pub mod test_servers;

pub use data_folder::DataFolder;
pub use error::LaunchError;
pub use nats::{NatsServer, PrivateNats};
pub use postgres::{PostgresServer, PrivatePostgres, Tuning};
pub use process::{Process, ProcessSpec};
pub use rustix::process::Signal;
pub use supervisor::{Report, Supervisor, Unit};
pub use test_servers::{TestDatabase, TestServers, shared_test_servers};
