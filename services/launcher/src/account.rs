//! Who the servers run as. Postgres refuses to run as root, so as root it gets an unprivileged user.
//!
//! No `sudo`, `su` or `runuser`: the child drops its rights itself between fork and exec.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use crate::error::{LaunchError, at};

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// The user Postgres must run as, or `None` when the present one will do.
    pub fn for_postgres() -> Result<Option<Self>, LaunchError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(at("reading", "/etc/passwd"))?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| find_user(&users, name))
            .map(Some)
            .ok_or(LaunchError::NoUnprivilegedUser)
    }

    /// May this user walk down to `path`? Parts that do not exist yet do not count.
    pub fn can_reach(self, path: &Path) -> bool {
        path.ancestors().skip(1).filter_map(|parent| fs::metadata(parent).ok()).all(|parent| {
            let mode = parent.mode();
            mode & 0o001 != 0
                || (parent.uid() == self.uid && mode & 0o100 != 0)
                || (parent.gid() == self.gid && mode & 0o010 != 0)
        })
    }
}

/// A folder that only `account` (or the present user) may enter; made if it is missing.
///
/// A folder that is there already must be a real one of that owner: in /tmp a stranger could have
/// put a link in its place.
pub(crate) fn private_folder(path: &Path, account: Option<Account>) -> Result<(), LaunchError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at("making", parent))?;
    }
    match fs::create_dir(path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(at("making", path)(error)),
    }
    let found = fs::symlink_metadata(path).map_err(at("reading", path))?;
    let own = rustix::process::geteuid().as_raw();
    let allowed = found.uid() == own || account.is_some_and(|account| account.uid == found.uid());
    if !found.is_dir() || !allowed {
        return Err(LaunchError::Damaged { path: path.to_owned(), what: "it is not a folder of its user".to_owned() });
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(at("closing", path))?;
    if let Some(Account { uid, gid }) = account {
        chown(path, Some(uid), Some(gid)).map_err(at("giving away", path))?;
    }
    Ok(())
}

/// Where Postgres keeps the folder `name` of `home`: there, or, when `account` cannot reach it (a
/// checkout under /root), in /var/lib with a link left at the usual place.
pub(crate) fn reachable(home: &Path, name: &str, account: Option<Account>) -> Result<PathBuf, LaunchError> {
    let usual = home.join(name);
    let Some(account) = account else {
        return Ok(usual);
    };
    if account.can_reach(home) && !account.can_reach(&usual) {
        // Only the folder itself is closed: walking through is enough, listing stays forbidden.
        let mode = fs::metadata(home).map_err(at("reading", home))?.mode();
        fs::set_permissions(home, fs::Permissions::from_mode(mode | 0o011)).map_err(at("opening", home))?;
    }
    if account.can_reach(&usual) {
        return Ok(usual);
    }
    let moved = Path::new("/var/lib/waybill").join(short_hash(home));
    fs::create_dir_all(&moved).map_err(at("making", &moved))?;
    let target = moved.join(name);
    if fs::symlink_metadata(&usual).is_err() {
        std::os::unix::fs::symlink(&target, &usual).map_err(at("linking", &usual))?;
    }
    Ok(target)
}

/// A short name for a path that stays the same between runs and versions (FNV-1a, 64 bits).
pub(crate) fn short_hash(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let hash = path
        .as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

fn find_user(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_exact_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(find_user(users, "postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(find_user(users, "nobody"), None);
    }

    #[test]
    fn a_closed_parent_is_out_of_reach_for_a_stranger() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("closing it");
        let stranger = Account { uid: 65_533, gid: 65_533 };
        assert!(!stranger.can_reach(&folder.path().join("postgres")));
        assert!(stranger.can_reach(folder.path()));
    }

    #[test]
    fn the_hash_of_a_path_never_changes() {
        assert_eq!(short_hash(Path::new("/a")), "07d66707b49cd92d");
    }
}
