//! The one folder that holds everything `waybill up` keeps: opened by one process at a time.
//!
//! ```text
//! waybill-data   format of the folder: proof that it is ours
//! lock           held by flock while an `up` runs; holds its process number
//! postgres/      the cluster (the log: sacred)      nats/     JetStream's store (a cache)
//! sandbox/       the sandbox's memory               run/      sockets
//! secrets/       the master key, 0600               logs/     one file a child
//! ```
//! The master key is made once. If it is gone while the cluster is there, nothing starts: a new key
//! would make every personal part of the log unreadable for ever.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    account::private_folder,
    error::{LaunchError, at},
    nats::{hex, random, write_private},
};

const MARKER: &str = "waybill-data";
const FORMAT: u32 = 1;

/// A new cluster with the demo takes some 300 MB; a running one needs room for its write-ahead log.
const FREE_MB_FOR_FIRST_START: u64 = 1024;
const FREE_MB_FOR_NEXT_START: u64 = 256;

/// An open data folder. Its lock is released when this is dropped, or when the process dies.
#[derive(Debug)]
pub struct DataFolder {
    root: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes or checks the folder, and locks it for this process.
    pub fn open(path: &Path) -> Result<Self, LaunchError> {
        fs::create_dir_all(path).map_err(at("making", path))?;
        let root = path.canonicalize().map_err(at("finding", path))?;
        let is_new = check_marker(&root)?;
        let needed_mb = if is_new { FREE_MB_FOR_FIRST_START } else { FREE_MB_FOR_NEXT_START };
        check_space(&root, needed_mb)?;
        let lock = lock(&root)?;
        if is_new {
            let marker = root.join(MARKER);
            fs::write(&marker, format!("{FORMAT}\n")).map_err(at("writing", &marker))?;
        }
        for name in ["sandbox", "logs"] {
            let folder = root.join(name);
            fs::create_dir_all(&folder).map_err(at("making", &folder))?;
        }
        private_folder(&root.join("secrets"), None)?;
        Ok(Self { root, _lock: lock })
    }

    /// The process that has the folder open, if one has.
    pub fn holder(path: &Path) -> Option<u32> {
        let file = File::open(path.join("lock")).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let text = fs::read_to_string(path.join("lock")).ok()?;
                text.trim().parse().ok()
            }
            _ => None,
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn sandbox(&self) -> PathBuf {
        self.root.join("sandbox")
    }

    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// 32 bytes in hexadecimal, made at the first start.
    pub fn master_key(&self) -> Result<String, LaunchError> {
        let file = self.root.join("secrets/master.key");
        match fs::read_to_string(&file) {
            Ok(key) => {
                let key = key.trim();
                if key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Ok(key.to_owned());
                }
                Err(self.damaged("secrets/master.key does not hold 64 hexadecimal digits"))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if self.root.join("postgres/PG_VERSION").exists() {
                    return Err(self.damaged(
                        "secrets/master.key is gone; put it back from its copy, without it personal data cannot be read",
                    ));
                }
                let key = hex(&random::<32>()?);
                write_private(&file, &key)?;
                Ok(key)
            }
            Err(error) => Err(at("reading", file)(error)),
        }
    }

    fn damaged(&self, what: &str) -> LaunchError {
        LaunchError::Damaged { path: self.root.clone(), what: what.to_owned() }
    }
}

/// True for an empty folder, false for one of ours; anything else is refused untouched.
fn check_marker(root: &Path) -> Result<bool, LaunchError> {
    let marker = root.join(MARKER);
    match fs::read_to_string(&marker) {
        Ok(found) if found.trim() == FORMAT.to_string() => Ok(false),
        Ok(found) => {
            Err(LaunchError::OtherFormat { path: root.to_owned(), found: found.trim().to_owned(), wanted: FORMAT })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let files = fs::read_dir(root).map_err(at("reading", root))?;
            let mut strangers = files
                .flatten()
                .map(|file| file.file_name())
                // A start that was broken off leaves its lock; a disk's root its lost+found.
                .filter(|name| name != "lock" && name != "lost+found");
            if strangers.next().is_some() {
                return Err(LaunchError::ForeignFolder { path: root.to_owned(), marker: MARKER });
            }
            Ok(true)
        }
        Err(error) => Err(at("reading", marker)(error)),
    }
}

fn check_space(root: &Path, needed_mb: u64) -> Result<(), LaunchError> {
    let disk = rustix::fs::statvfs(root).map_err(std::io::Error::from).map_err(at("measuring", root))?;
    let free_mb = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
    if free_mb < needed_mb {
        return Err(LaunchError::DiskFull { path: root.to_owned(), free_mb, needed_mb });
    }
    Ok(())
}

fn lock(root: &Path) -> Result<File, LaunchError> {
    let path = root.join("lock");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(at("opening", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let pid = fs::read_to_string(&path).unwrap_or_default();
            return Err(LaunchError::InUse { path: root.to_owned(), pid: pid.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(at("locking", path)(error)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(at("writing", &path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_strange_files_is_refused_and_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("thesis.txt"), "mine").expect("writing");
        let refusal = DataFolder::open(folder.path()).expect_err("not ours");
        assert!(matches!(refusal, LaunchError::ForeignFolder { .. }));
        let left = fs::read_dir(folder.path()).expect("reading").count();
        assert_eq!(left, 1);
    }

    #[test]
    fn the_second_opening_names_the_first_process() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(DataFolder::holder(folder.path()), None);
        let first = DataFolder::open(folder.path()).expect("the first opening");
        let refusal = DataFolder::open(folder.path()).expect_err("it is in use");
        let own = std::process::id();
        assert!(refusal.to_string().contains(&own.to_string()), "{refusal}");
        assert_eq!(DataFolder::holder(folder.path()), Some(own));
        drop(first);
        assert_eq!(DataFolder::holder(folder.path()), None);
        DataFolder::open(folder.path()).expect("it is free again");
    }

    #[test]
    fn a_disk_with_too_little_space_is_refused_with_both_figures() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        check_space(folder.path(), 0).expect("nothing is needed");
        let refusal = check_space(folder.path(), 123_456_789_012).expect_err("too much");
        assert!(refusal.to_string().contains("123456789012 MB are needed"));
    }

    #[test]
    fn a_newer_format_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join(MARKER), "2\n").expect("writing");
        let refusal = DataFolder::open(folder.path()).expect_err("from the future");
        assert!(matches!(refusal, LaunchError::OtherFormat { .. }));
    }

    #[test]
    fn the_master_key_stays_and_is_never_replaced_beside_data() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(folder.path()).expect("opening");
        let key = data.master_key().expect("a key");
        assert_eq!(data.master_key().expect("the same key"), key);
        let file = data.root().join("secrets/master.key");
        let mode = fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::create_dir(data.root().join("postgres")).expect("a cluster");
        fs::write(data.root().join("postgres/PG_VERSION"), "15").expect("a cluster");
        fs::remove_file(&file).expect("losing the key");
        assert!(data.master_key().is_err());
    }
}
