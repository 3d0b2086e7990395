//! Reads the lines of a journal.

use uuid::Uuid;

use crate::devices::mail::End;
use crate::journal::Record;
use crate::ledger::{Key, Wamid};
use crate::receipts::{Planned, Status};

/// What a line says, if it is one.
pub fn parse(line: &str) -> Option<Record> {
    let (kind, rest) = line.split_once('\t').unwrap_or((line, ""));
    let mut fields = rest.split('\t');
    match kind {
        "p" => serde_json::from_str(rest).ok().map(Record::Registered),
        "a" => Some(Record::Accepted {
            phone_number_id: fields.next()?.to_owned(),
            accepted_at_ms: fields.next()?.parse().ok()?,
            wamid: Wamid(hex::decode(fields.next()?).ok()?.try_into().ok()?),
            to: fields.next()?.parse().ok()?,
            key: parse_key(fields.next()?)?,
            plan: fields
                .next()?
                .split(',')
                .filter(|part| !part.is_empty())
                .map(parse_planned)
                .collect::<Option<_>>()?,
        }),
        "d" => Some(Record::Delivered(
            fields
                .filter(|field| !field.is_empty())
                .map(|field| {
                    field.split_once('.').and_then(|(send, slot)| Some((send.parse().ok()?, slot.parse().ok()?)))
                })
                .collect::<Option<_>>()?,
        )),
        "r" => {
            Some(Record::Refused { phone_number_id: fields.next()?.to_owned(), count: fields.next()?.parse().ok()? })
        }
        "i" => {
            Some(Record::Inbound { phone_number_id: fields.next()?.to_owned(), count: fields.next()?.parse().ok()? })
        }
        "c" => serde_json::from_str(rest).ok().map(Record::Card),
        "s" => Some(Record::Taken {
            path: fields.next()?.to_owned(),
            fingerprint: hex::decode(fields.next()?).ok()?.try_into().ok()?,
            sent: serde_json::from_str(fields.next()?).ok()?,
        }),
        "t" => Some(Record::Settled {
            path: fields.next()?.to_owned(),
            send: fields.next()?.parse().ok()?,
            slot: fields.next()?.parse().ok().filter(|slot| *slot < 32)?,
            end: match fields.next()? {
                "t" => End::Told,
                "u" => End::Untold,
                "d" => End::Dropped,
                _ => return None,
            },
        }),
        _ => None,
    }
}

fn parse_key(field: &str) -> Option<Key> {
    match field.split_at_checked(1)? {
        ("u", id) => Uuid::try_parse(id).ok().map(Key::Uuid),
        ("h", hash) => Some(Key::Hash(hex::decode(hash).ok()?.try_into().ok()?)),
        ("t", json) => serde_json::from_str::<Box<str>>(json).ok().map(Key::Text),
        _ => None,
    }
}

fn parse_planned(part: &str) -> Option<Planned> {
    let mut numbers = part.split(':');
    let status = match numbers.next()? {
        "s" => Status::Sent,
        "d" => Status::Delivered,
        "r" => Status::Read,
        "f" => Status::Failed,
        _ => return None,
    };
    let mut number = || numbers.next()?.parse().ok();
    Some(Planned { status, code: number()?, due_ms: number()?, lag_ms: number()? })
}
