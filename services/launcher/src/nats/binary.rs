//! Finding a nats-server that is new enough.
//!
//! Older ones acknowledge what they then ignore (several filter subjects, `first_seq`), so the
//! version is checked before anything is trusted to them.

use std::{env, fmt, path::PathBuf, process::Command};

use crate::error::LaunchError;

/// A server's version, without its patch level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

impl Version {
    /// "2.15.1" is 2.15.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        Some(Self { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

pub const OLDEST_VERSION: Version = Version { major: 2, minor: 10 };

/// Where `./dev up` puts the server it installs, below the user's cache folder.
const PRIVATE_PLACE: &str = "waybill/tools/nats-server";

#[derive(Debug, Clone)]
pub struct Binary {
    pub path: PathBuf,
    pub version: Version,
}

impl Binary {
    /// `WAYBILL_NATS_SERVER`, else the PATH, else the one `./dev` installed; the first new enough.
    pub fn find() -> Result<Self, LaunchError> {
        let mut too_old = Vec::new();
        for path in Self::places() {
            let Some(version) = version_of(&path) else {
                continue;
            };
            if version >= OLDEST_VERSION {
                return Ok(Self { path, version });
            }
            too_old.push(format!("{} is {version}", path.display()));
        }
        let detail = if too_old.is_empty() { String::new() } else { format!(" ({})", too_old.join(", ")) };
        Err(LaunchError::NatsMissing { detail })
    }

    fn places() -> impl Iterator<Item = PathBuf> {
        let named = env::var_os("WAYBILL_NATS_SERVER").map(PathBuf::from);
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path: Vec<PathBuf> = env::split_paths(&path).map(|folder| folder.join("nats-server")).collect();
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
        named
            .into_iter()
            .chain(on_path)
            .chain(cache.map(|cache| cache.join(PRIVATE_PLACE)))
            .filter(|path| path.is_file())
    }
}

fn version_of(path: &PathBuf) -> Option<Version> {
    let output = Command::new(path).arg("--version").output().ok()?;
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// "nats-server: v2.15.1" is 2.15.
fn parse(text: &str) -> Option<Version> {
    let (_, version) = text.trim().split_once(": v")?;
    Version::parse(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_not_by_letters() {
        let debian = parse("nats-server: v2.9.10\n").expect("a version");
        let new = parse("nats-server: v2.15.1\n").expect("a version");
        assert!(debian < OLDEST_VERSION);
        assert!(new > OLDEST_VERSION);
        assert_eq!(parse("command not found"), None);
    }
}
