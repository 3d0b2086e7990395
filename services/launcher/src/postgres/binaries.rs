//! Finding a PostgreSQL that is new enough, and the one that wrote a cluster.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::error::{LaunchError, at};

/// Older servers lack `wal_compression=lz4` and `unique nulls not distinct`, which we use.
pub const OLDEST_MAJOR: u32 = 15;

/// The folder with `postgres`, `initdb` and `psql` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    /// The binaries for a cluster: those of the version that wrote it, or the newest for a new one.
    pub fn for_cluster(cluster: &Path) -> Result<Self, LaunchError> {
        let found = Self::installed();
        let version_file = cluster.join("PG_VERSION");
        if !version_file.exists() {
            return Self::newest(found);
        }
        let wanted = fs::read_to_string(&version_file).map_err(at("reading", &version_file))?;
        let wanted = wanted.trim().to_owned();
        let Ok(major) = wanted.parse::<u32>() else {
            return Err(LaunchError::Damaged {
                path: cluster.to_owned(),
                what: format!("its PG_VERSION says {wanted:?}"),
            });
        };
        if let Some(same) = found.iter().find(|one| one.major == major) {
            return Ok(same.clone());
        }
        let newest = Self::newest(found)?;
        Err(LaunchError::PostgresOtherVersion { path: cluster.to_owned(), wanted, found: newest.major.to_string() })
    }

    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub fn psql(&self) -> PathBuf {
        self.folder.join("psql")
    }

    /// All complete installations: Debian's folders, the PATH, and what `pg_config` names.
    fn installed() -> Vec<Self> {
        let debian = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"));
        let on_path: Vec<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        let configured = Command::new("pg_config")
            .arg("--bindir")
            .output()
            .ok()
            .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
        let mut found: Vec<Self> = debian.chain(on_path).chain(configured).filter_map(Self::in_folder).collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.major));
        found
    }

    fn newest(found: Vec<Self>) -> Result<Self, LaunchError> {
        let newest = found.into_iter().next().ok_or(LaunchError::PostgresMissing)?;
        if newest.major < OLDEST_MAJOR {
            return Err(LaunchError::PostgresTooOld { found: newest.major.to_string(), path: newest.folder });
        }
        Ok(newest)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        let complete = ["postgres", "initdb", "psql"].iter().all(|program| folder.join(program).is_file());
        if !complete {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder, major })
    }
}

/// "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)" is 15; "17beta1" is 17.
fn major_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_known_spelling() {
        let debian = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(major_version(debian), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_version("something else"), None);
    }

    #[test]
    fn a_server_that_is_too_old_is_named() {
        let old = Binaries { folder: "/opt/pg13/bin".into(), major: 13 };
        let refusal = Binaries::newest(vec![old]).expect_err("13 is too old");
        assert!(refusal.to_string().contains("PostgreSQL 13 in"), "{refusal}");
    }
}
