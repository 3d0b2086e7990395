//! Everything that can keep a private server from running, said so that a person can act on it.

use std::{io, path::PathBuf, time::Duration};

use crate::{nats, postgres};

/// Why a folder could not be opened or a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    #[error("{action} {path:?}: {source}")]
    Io { action: &'static str, path: PathBuf, source: io::Error },

    #[error("no PostgreSQL server was found on the PATH or in /usr/lib/postgresql: install the package postgresql")]
    PostgresMissing,

    #[error("PostgreSQL {found} in {path:?} is too old: version {} or newer is needed", postgres::OLDEST_MAJOR)]
    PostgresTooOld { found: String, path: PathBuf },

    #[error(
        "the data in {path:?} was written by PostgreSQL {wanted}, but only {found} is installed: install postgresql-{wanted}, or start with another data folder"
    )]
    PostgresOtherVersion { path: PathBuf, wanted: String, found: String },

    #[error(
        "no nats-server of version {} or newer was found{detail}: put one on the PATH, or let ./dev up install one",
        nats::OLDEST_VERSION
    )]
    NatsMissing { detail: String },

    #[error("{path:?} is not a Waybill data folder (it is not empty and has no {marker} file): choose another one")]
    ForeignFolder { path: PathBuf, marker: &'static str },

    #[error(
        "the data folder {path:?} has format {found}, and this version reads format {wanted}: start it with the version that wrote it"
    )]
    OtherFormat { path: PathBuf, found: String, wanted: u32 },

    #[error("the data folder {path:?} is damaged: {what}")]
    Damaged { path: PathBuf, what: String },

    #[error(
        "the data folder {path:?} is in use by process {pid}: stop it with ./dev down, or choose another folder with --data"
    )]
    InUse { path: PathBuf, pid: String },

    #[error(
        "the disk of {path:?} is full: {free_mb} MB are free and {needed_mb} MB are needed; free some, or choose another disk with --data"
    )]
    DiskFull { path: PathBuf, free_mb: u64, needed_mb: u64 },

    #[error("port {port} on 127.0.0.1 is taken by another program: choose another port")]
    PortTaken { port: u16 },

    #[error("PostgreSQL does not run as root, and neither the user postgres nor nobody exists: create one of them")]
    NoUnprivilegedUser,

    #[error("{program} failed ({status}):\n{output}")]
    Failed { program: String, status: String, output: String },

    #[error("{name} ended while starting ({status}); the end of its log {log:?}:\n{tail}")]
    EndedEarly { name: String, status: String, log: PathBuf, tail: String },

    #[error("{name} was not ready after {} s; the end of its log {log:?}:\n{tail}", after.as_secs())]
    NotReady { name: String, after: Duration, log: PathBuf, tail: String },

    #[error("{name} was told to stop while it was starting")]
    Stopped { name: String },
}

/// Names the action and the path in an I/O error; a full disk gets a message of its own.
pub(crate) fn at(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> LaunchError {
    let path = path.into();
    move |source| {
        if source.kind() == io::ErrorKind::StorageFull {
            return LaunchError::DiskFull { path, free_mb: 0, needed_mb: 1 };
        }
        LaunchError::Io { action, path, source }
    }
}
