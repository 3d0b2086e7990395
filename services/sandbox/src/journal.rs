//! An append-only file from which a restarted sandbox learns what it had accepted and which
//! receipts it still owes.
//!
//! A send is handed to the operating system before it is answered, so it outlives the process; it
//! is not flushed to the disk, so it may not outlive the machine. Delivered receipts are noted a
//! little later: after a crash some may be delivered twice, none is forgotten.
//!
//! One record a line, fields parted by tabs: `p` registration, `a` accepted send, `d` delivered
//! receipts as `send.slot`, `r` refused sends, `i` inbound messages. Of linked devices: `c` card,
//! `s` send taken, `t` webhook settled.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write as _};
use std::path::Path;

use crate::devices::device::Sent;
use crate::devices::mail::End;
use crate::devices::{Card, Provider};
use crate::ledger::{Key, Send, Wamid};
use crate::profile::Registration;
use crate::receipts::{Planned, Status};

mod parse;

use parse::parse;

/// What a line of the journal says.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    Registered(Registration),
    Accepted { phone_number_id: String, accepted_at_ms: u64, key: Key, wamid: Wamid, to: u64, plan: Vec<Planned> },
    Delivered(Vec<(u32, u8)>),
    Refused { phone_number_id: String, count: u64 },
    Inbound { phone_number_id: String, count: u64 },
    Card(Box<Card>),
    Taken { path: String, sent: Box<Sent>, fingerprint: [u8; 16] },
    Settled { path: String, send: u32, slot: u8, end: End },
}

/// The file and the lines that are not yet handed over.
pub struct Journal {
    file: File,
    /// What the operating system has.
    length: u64,
    pending: String,
}

impl Journal {
    /// Opens the journal and hands each record in it to `replay`. A torn last line is cut off.
    pub fn open(path: &Path, mut replay: impl FnMut(Record)) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let mut line = Vec::new();
        let mut whole = 0;
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            let text = String::from_utf8_lossy(&line[..read - 1]);
            match parse(&text) {
                Some(record) => replay(record),
                None => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        format!("{} is not a sandbox journal at byte {whole}", path.display()),
                    ));
                }
            }
            whole += read as u64;
        }
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length: whole, pending: String::new() })
    }

    /// Hands everything to the operating system.
    pub fn flush(&mut self) -> io::Result<()> {
        if let Err(error) = self.file.write_all(self.pending.as_bytes()) {
            // Half a line would make the rest unreadable.
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Forgets everything.
    pub fn clear(&mut self) -> io::Result<()> {
        self.pending.clear();
        self.length = 0;
        self.file.set_len(0)
    }

    pub fn registered(&mut self, registration: &Registration) -> io::Result<()> {
        let json = serde_json::to_string(registration)?;
        let _ = writeln!(self.pending, "p\t{json}");
        self.flush()
    }

    /// Notes a send; once this returns it survives the process.
    pub fn accepted(
        &mut self,
        phone_number_id: &str,
        accepted_at_ms: u64,
        send: &Send,
        plan: &[Planned],
    ) -> io::Result<()> {
        let before = self.pending.len();
        let out = &mut self.pending;
        let _ = write!(out, "a\t{phone_number_id}\t{accepted_at_ms}\t{}\t{}\t", hex::encode(send.wamid.0), send.to);
        let _ = match &send.key {
            Key::Uuid(id) => write!(out, "u{id}\t"),
            Key::Hash(hash) => write!(out, "h{}\t", hex::encode(hash)),
            Key::Text(text) => write!(out, "t{}\t", serde_json::to_string(text)?),
        };
        for (place, receipt) in plan.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let _ =
                write!(out, "{comma}{}:{}:{}:{}", letter(receipt.status), receipt.code, receipt.due_ms, receipt.lag_ms);
        }
        out.push('\n');
        // What could not be written will be refused, so it must not be written later.
        self.flush().inspect_err(|_| self.pending.truncate(before))
    }

    pub fn delivered(&mut self, receipts: impl Iterator<Item = (u32, u8)>) {
        self.pending.push('d');
        for (send, slot) in receipts {
            let _ = write!(self.pending, "\t{send}.{slot}");
        }
        self.pending.push('\n');
    }

    pub fn refused(&mut self, phone_number_id: &str) {
        let _ = writeln!(self.pending, "r\t{phone_number_id}\t1");
    }

    pub fn card(&mut self, card: &Card) -> io::Result<()> {
        let json = serde_json::to_string(card)?;
        let _ = writeln!(self.pending, "c\t{json}");
        self.flush()
    }

    /// Notes a send of a linked device; once this returns it survives the process.
    pub fn taken(&mut self, provider: Provider, number_id: &str, sent: &Sent, fingerprint: [u8; 16]) -> io::Result<()> {
        let before = self.pending.len();
        let json = serde_json::to_string(sent)?;
        let _ = writeln!(self.pending, "s\t{}/{number_id}\t{}\t{json}", provider.as_str(), hex::encode(fingerprint));
        self.flush().inspect_err(|_| self.pending.truncate(before))
    }

    pub fn settled(&mut self, provider: Provider, number_id: &str, send: u32, slot: u8, end: End) {
        let letter = match end {
            End::Told => 't',
            End::Untold => 'u',
            End::Dropped => 'd',
        };
        let _ = writeln!(self.pending, "t\t{}/{number_id}\t{send}\t{slot}\t{letter}", provider.as_str());
    }

    pub fn inbound(&mut self, phone_number_id: &str, count: u64) {
        let _ = writeln!(self.pending, "i\t{phone_number_id}\t{count}");
    }
}

fn letter(status: Status) -> char {
    match status {
        Status::Sent => 's',
        Status::Delivered => 'd',
        Status::Read => 'r',
        Status::Failed => 'f',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_a_torn_line_is_cut_off() {
        let path = std::env::temp_dir().join(format!("sandbox-journal-{}", uuid::Uuid::new_v4()));
        let plan = vec![
            Planned { status: Status::Sent, code: 0, due_ms: 40, lag_ms: 0 },
            Planned { status: Status::Failed, code: 131026, due_ms: 90, lag_ms: 7 },
        ];
        let send = Send {
            key: Key::Text("a\tb\n".into()),
            wamid: Wamid([7; 16]),
            to: 491511234567,
            received_at_us: 5_000,
            profile: 0,
            state: None,
        };
        let mut journal = Journal::open(&path, |_| panic!("a new journal is empty")).expect("opens");
        journal.accepted("1", 5, &send, &plan).expect("written");
        journal.delivered([(0, 1)].into_iter());
        journal.refused("1");
        journal.flush().expect("written");
        journal.file.write_all(b"a\t1\t5").expect("written");
        drop(journal);

        let expected = vec![
            Record::Accepted {
                phone_number_id: "1".into(),
                accepted_at_ms: 5,
                key: send.key.clone(),
                wamid: send.wamid,
                to: send.to,
                plan,
            },
            Record::Delivered(vec![(0, 1)]),
            Record::Refused { phone_number_id: "1".into(), count: 1 },
        ];
        for _ in 0..2 {
            let mut found = Vec::new();
            Journal::open(&path, |record| found.push(record)).expect("opens");
            assert_eq!(found, expected);
        }
        std::fs::remove_file(&path).expect("removed");
    }
}
