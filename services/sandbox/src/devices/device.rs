//! One device while the sandbox runs.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;

use crate::devices::mail::{About, Letter};
use crate::devices::{Card, Message, Provider};
use crate::profile::{Allowance, Counts};
use crate::receipts::{Planned, Status};

/// How many messages of other people a device remembers.
const INBOX_LIMIT: usize = 10_000;

/// A send a device took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub message: Message,
    /// The recipient's digits, when it is a person with a number.
    pub to: Option<u64>,
    /// When it is handed to the network; receipts count from here.
    pub leaves_ms: u64,
    pub plan: Vec<Planned>,
    /// The slots of the plan that are done with, one bit each. The last bit is the echo's.
    #[serde(default)]
    pub settled: u32,
    /// The furthest state a webhook told.
    #[serde(default)]
    pub state: Option<Status>,
    /// Why it failed.
    #[serde(default)]
    pub code: u32,
    /// Its webhooks are on their way, as far as they are not settled.
    #[serde(skip)]
    pub scheduled: bool,
}

/// The slot of the echo of a send.
pub const ECHO: u8 = 31;

impl Sent {
    pub fn is_settled(&self, slot: u8) -> bool {
        self.settled & (1 << u32::from(slot)) != 0
    }
}

/// What happens by itself after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// A start is over.
    Started,
    /// Somebody scans without being asked.
    Scanned,
    /// The code is replaced by the next one.
    NextCode,
}

/// The code a phone is to scan.
#[derive(Debug, Clone)]
pub struct Code {
    pub nonce: String,
    /// How many there were since the linking began, this one included.
    pub nth: u32,
    /// No more codes until then.
    pub run_out_until_ms: Option<u64>,
}

/// What changes while a device runs.
pub struct Inner {
    pub card: Card,
    pub sends: Vec<Sent>,
    pub by_id: HashMap<String, u32>,
    seen: HashSet<[u8; 16]>,
    pub inbox: VecDeque<Message>,
    pub mail: BinaryHeap<Reverse<Letter>>,
    /// Rises with each reset, so that letters on their way at that moment settle nothing.
    pub generation: u64,
    next_letter: u64,
    pub code: Option<Code>,
    pub timers: Vec<(u64, Timer)>,
    /// The states it went through, newest last.
    pub history: VecDeque<(String, u64)>,
    /// When the send before leaves, for providers that space them.
    pub last_leaves_ms: u64,
    /// A letter a poller has in its hands.
    pub polled: Option<Letter>,
    /// Read and typing marks: what was asked, newest last.
    pub marks: VecDeque<Value>,
}

/// One device.
pub struct Device {
    pub provider: Provider,
    pub number_id: String,
    pub counts: Counts,
    pub allowance: Allowance,
    /// The task has something to look at.
    pub changed: Notify,
    /// Webhooks go somewhere else now.
    pub moved: Notify,
    /// A letter was settled.
    pub settled: Notify,
    inner: Mutex<Inner>,
}

impl Device {
    pub fn new(card: Card) -> Self {
        Self {
            provider: card.provider,
            number_id: card.number_id.clone(),
            counts: Counts::default(),
            allowance: Allowance::default(),
            changed: Notify::new(),
            moved: Notify::new(),
            settled: Notify::new(),
            inner: Mutex::new(Inner {
                card,
                sends: Vec::new(),
                by_id: HashMap::new(),
                seen: HashSet::new(),
                inbox: VecDeque::new(),
                mail: BinaryHeap::new(),
                generation: 0,
                next_letter: 0,
                code: None,
                timers: Vec::new(),
                history: VecDeque::new(),
                last_leaves_ms: 0,
                polled: None,
                marks: VecDeque::new(),
            }),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no holder of this lock panics")
    }

    pub fn card(&self) -> Card {
        self.lock().card.clone()
    }
}

impl Inner {
    /// Keeps a send and tells whether it is new.
    pub fn add(&mut self, sent: Sent, fingerprint: [u8; 16]) -> (u32, bool) {
        let index = u32::try_from(self.sends.len()).expect("four thousand million sends do not fit in memory");
        self.by_id.insert(sent.message.id.clone(), index);
        self.sends.push(sent);
        (index, self.seen.insert(fingerprint))
    }

    /// Puts a webhook on its way. Without a body nothing is posted, but its time counts all the same.
    pub fn post(&mut self, at_ms: u64, event: &str, body: Option<Value>, about: About) {
        self.next_letter += 1;
        let letter = Letter {
            at_ms,
            number: self.next_letter,
            generation: self.generation,
            event: event.to_owned(),
            body,
            about,
        };
        self.mail.push(Reverse(letter));
    }

    pub fn remember(&mut self, message: Message) {
        if self.inbox.len() == INBOX_LIMIT {
            self.inbox.pop_front();
        }
        self.inbox.push_back(message);
    }

    /// A message by the provider's bare id, whoever wrote it.
    pub fn message(&self, id: &str) -> Option<(&Message, Option<&Sent>)> {
        if let Some(sent) = self.by_id.get(id).and_then(|index| self.sends.get(*index as usize)) {
            return Some((&sent.message, Some(sent)));
        }
        self.inbox.iter().rev().find(|message| message.id == id).map(|message| (message, None))
    }

    /// All messages, newest first.
    pub fn messages(&self) -> Vec<(&Message, Option<&Sent>)> {
        let mut all: Vec<_> = self
            .inbox
            .iter()
            .map(|message| (message, None))
            .chain(self.sends.iter().map(|sent| (&sent.message, Some(sent))))
            .collect();
        all.sort_by_key(|(message, _)| Reverse(message.at_ms));
        all
    }

    /// Remembers that a chat was marked as read, or that typing was shown.
    pub fn mark(&mut self, mark: Value) {
        if self.marks.len() == INBOX_LIMIT {
            self.marks.pop_front();
        }
        self.marks.push_back(mark);
    }

    pub fn clear(&mut self) {
        self.generation += 1;
        self.sends.clear();
        self.by_id.clear();
        self.seen.clear();
        self.inbox.clear();
        self.mail.clear();
        self.polled = None;
        self.marks.clear();
        self.last_leaves_ms = 0;
    }
}
