//! Dispatched messages that were read and not begun: those of a number in the order of the log, numbers in turns.

use crate::room::{Permit, Room, Whose};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Default)]
pub struct Waiting {
    queues: HashMap<Whose, VecDeque<Arc<Recorded>>>,
    /// Whose turn it is next; each with something that waits is in it once.
    turns: VecDeque<Whose>,
    len: usize,
}

/// A message that is to begin. Without a permit it is not going to be called.
pub type Picked = (Arc<Recorded>, Option<Permit>);

impl Waiting {
    pub fn push(&mut self, whose: Whose, dispatched: Arc<Recorded>) {
        let queue = self.queues.entry(whose).or_default();
        if queue.is_empty() {
            self.turns.push_back(whose);
        }
        queue.push_back(dispatched);
        self.len += 1;
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The position in front of everything that waits.
    pub fn through(&self) -> Option<i64> {
        self.queues.values().filter_map(|queue| queue.front()).map(|first| first.position - 1).min()
    }

    /// What may begin now, at most so many. What goes back to the dispatcher needs no call.
    pub fn pick(&mut self, room: &Room, most: usize, goes_back: impl Fn(Whose) -> bool) -> Vec<Picked> {
        let worth_it = |whose: &Whose| {
            goes_back(*whose) || room.is_worth_it(*whose, self.queues.get(whose).map_or(0, VecDeque::len))
        };
        if !self.turns.iter().any(worth_it) {
            return Vec::new();
        }
        let mut picked = Vec::new();
        let mut full = Vec::new();
        while picked.len() < most
            && let Some(whose) = self.turns.pop_front()
        {
            let permit = if goes_back(whose) { None } else { Some(room.take(whose)) };
            if matches!(permit, Some(None)) {
                full.push(whose);
                continue;
            }
            let Some(queue) = self.queues.get_mut(&whose) else { continue };
            let Some(dispatched) = queue.pop_front() else { continue };
            picked.push((dispatched, permit.flatten()));
            self.len -= 1;
            if queue.is_empty() {
                self.queues.remove(&whose);
            } else {
                self.turns.push_back(whose);
            }
        }
        self.turns.extend(full);
        picked
    }
}
