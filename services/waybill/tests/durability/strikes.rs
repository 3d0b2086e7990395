//! Strikes against a running campaign, each after so much more progress.

use crate::rig::{ROLES, Rig};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Instant;
use waybill_launcher::{PrivateNats, PrivatePostgres};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    Kill(&'static str),
    Terminate(&'static str),
    KillPostgres,
    StopPostgresImmediately,
    KillNats,
    WipeNats,
    TruncateStream,
    FlipBitOfStream,
}

/// Every role so often, in an order drawn anew for each round, with `others` in between.
pub fn rounds(rig: &Rig, times: usize, role: fn(&'static str) -> Strike, others: &[Strike]) -> Vec<Strike> {
    let mut dice = rig.dice();
    let mut strikes = Vec::new();
    for _ in 0..times {
        let mut round = ROLES;
        dice.shuffle(&mut round);
        strikes.extend(round.map(role));
    }
    for other in others {
        strikes.insert(dice.below(strikes.len() + 1), *other);
    }
    strikes
}

impl Rig {
    /// Carries the strikes out, spread over most of a campaign. Each of them must come before its end.
    pub async fn strike_all(&self, campaign: &str, recipients: u64, strikes: &[Strike]) {
        // The last ones may be uncertain and never accepted, so progress is only asked for up to nine tenths.
        let step = recipients * 9 / 10 / (strikes.len() as u64 + 1);
        let mut dice = self.dice();
        for (nth, strike) in strikes.iter().enumerate() {
            self.until_accepted(step * (nth as u64 + 1), campaign).await;
            if matches!(strike, Strike::TruncateStream | Strike::FlipBitOfStream) {
                // It may be on its way back from the strike before.
                self.until("a stream with something in it", async || self.has_blocks()).await;
            }
            let status = self.api.get(&format!("/campaigns/{campaign}")).await["status"].clone();
            assert_eq!(status, "running", "the campaign was over before {strike:?}");
            let (accepted, begun) = (self.counted().await.accepted, Instant::now());
            self.strike(*strike, dice.throw());
            self.note(format!("at {accepted} accepted, in {:.1?}: {strike:?}", begun.elapsed()));
        }
    }

    fn has_blocks(&self) -> bool {
        let mut blocks = Vec::new();
        self.nats(|nats| find_blocks(&nats.store(), &mut blocks));
        blocks.iter().any(|block| fs::metadata(block).is_ok_and(|it| it.len() > 0))
    }

    fn strike(&self, strike: Strike, chance: u64) {
        match strike {
            Strike::Kill(role) => tokio::task::block_in_place(|| self.role(role).kill()),
            Strike::Terminate(role) => {
                let end = tokio::task::block_in_place(|| self.role(role).terminate());
                assert!(end.success, "{role} was asked to stop and ended with {}", end.how);
            }
            Strike::KillPostgres => self.postgres(|postgres| {
                postgres.kill();
                restart(postgres);
            }),
            Strike::StopPostgresImmediately => self.postgres(|postgres| {
                postgres.stop_immediately();
                restart(postgres);
            }),
            Strike::KillNats => self.nats(|nats| {
                nats.kill();
                nats.restart().expect("nats starts again");
            }),
            Strike::WipeNats => self.nats(|nats| nats.wipe().expect("nats starts anew")),
            Strike::TruncateStream => self.nats(|nats| damage(nats, |file| truncate(file, chance))),
            Strike::FlipBitOfStream => self.nats(|nats| damage(nats, |file| flip_bit(file, chance))),
        }
    }
}

fn restart(postgres: &mut PrivatePostgres) {
    postgres.restart().expect("postgres starts again");
}

/// Damages the largest block of the stream while the server is down.
fn damage(nats: &mut PrivateNats, how: impl FnOnce(&Path)) {
    nats.stop();
    let mut blocks = Vec::new();
    find_blocks(&nats.store(), &mut blocks);
    let largest = blocks.iter().max_by_key(|block| fs::metadata(block).map_or(0, |it| it.len()));
    how(largest.expect("a block of messages"));
    if let Err(error) = nats.restart() {
        // A server that never comes out of restoring what is garbled is given an empty store: nothing in it is needed.
        eprintln!("nats does not start from its damaged store: {error}");
        nats.wipe().expect("nats starts anew");
    }
}

fn find_blocks(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_blocks(&path, found);
        } else if path.extension().is_some_and(|it| it == "blk") && path.to_string_lossy().contains("EVENTS/msgs") {
            found.push(path);
        }
    }
}

fn truncate(file: &Path, chance: u64) {
    let file = OpenOptions::new().write(true).open(file).expect("the block");
    let length = file.metadata().expect("its length").len();
    file.set_len(chance % length).expect("a shorter block");
}

fn flip_bit(file: &Path, chance: u64) {
    let file = OpenOptions::new().read(true).write(true).open(file).expect("the block");
    let length = file.metadata().expect("its length").len();
    let (at, mut byte) = (chance % length, [0]);
    file.read_exact_at(&mut byte, at).expect("the byte");
    byte[0] ^= 1 << (chance >> 32 & 7);
    file.write_all_at(&byte, at).expect("the damaged byte");
}
