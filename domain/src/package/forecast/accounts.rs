//! Messaging limits that several numbers have between them, while a forecast reckons with these numbers.

use super::{Pace, share_out};
use crate::package::distribution::{Candidate, Distribution};
use crate::package::limits::day_of;
use chrono::{DateTime, Utc};

/// The messaging limit of an account, which is that of all its numbers together.
struct SharedLimit<'a> {
    account: &'a str,
    limit: u64,
    used_in_day: u64,
}

pub struct SharedLimits<'a>(Vec<SharedLimit<'a>>);

impl<'a> SharedLimits<'a> {
    pub fn of(paces: &mut [Pace<'a>], at: DateTime<Utc>) -> Self {
        let mut limits: Vec<SharedLimit<'a>> = Vec::new();
        for pace in paces {
            let (Some(account), Some(limit)) = (&pace.number.account, pace.number.messaging_limit) else { continue };
            let used_in_day = u64::from(pace.number.used_of_account(at));
            let known = limits.iter().position(|it| it.account == account);
            let nth = known.unwrap_or_else(|| {
                limits.push(SharedLimit { account, limit: limit.into(), used_in_day });
                limits.len() - 1
            });
            // Numbers of which the provider said different things at different times: the least.
            limits[nth].limit = limits[nth].limit.min(limit.into());
            pace.account = Some(nth);
        }
        Self(limits)
    }

    /// A stretch begins.
    pub fn enter(&mut self, paces: &mut [Pace<'_>], from: DateTime<Utc>) {
        if day_of(from) == from {
            self.0.iter_mut().for_each(|limit| limit.used_in_day = 0);
        }
        self.tell(paces);
    }

    fn tell(&self, paces: &mut [Pace<'_>]) {
        for pace in paces {
            pace.messaging_left = match pace.account {
                Some(nth) => self.left(nth),
                None => {
                    let limit = pace.number.messaging_limit.map_or(u64::MAX, u64::from);
                    limit.saturating_sub(pace.used_in_day)
                }
            };
        }
    }

    fn left(&self, nth: usize) -> u64 {
        self.0[nth].limit.saturating_sub(self.0[nth].used_in_day)
    }

    /// Messages of all numbers that have started by then, in this stretch.
    pub fn by(&self, paces: &[Pace<'_>], at: DateTime<Utc>) -> u64 {
        let mut of_account = vec![0_u64; self.0.len()];
        let mut all = 0;
        for pace in paces {
            match pace.account {
                Some(nth) => of_account[nth] += pace.by(at),
                None => all += pace.by(at),
            }
        }
        all + of_account.into_iter().enumerate().map(|(nth, by)| by.min(self.left(nth))).sum::<u64>()
    }

    /// The same for each number: those of one account have what is left of its limit between them.
    pub fn caps(
        &self,
        paces: &[Pace<'_>],
        at: DateTime<Utc>,
        distribution: Distribution,
        numbers: &[Candidate],
    ) -> Vec<u64> {
        let mut caps: Vec<u64> = paces.iter().map(|pace| pace.by(at)).collect();
        for nth in 0..self.0.len() {
            let is_of = |pace: &Pace<'_>| pace.account == Some(nth);
            let own: Vec<u64> = paces.iter().zip(&caps).map(|(pace, cap)| if is_of(pace) { *cap } else { 0 }).collect();
            if own.iter().sum::<u64>() > self.left(nth) {
                let shares = share_out(self.left(nth), &own, distribution, numbers);
                for ((pace, cap), share) in paces.iter().zip(&mut caps).zip(shares) {
                    if is_of(pace) {
                        *cap = share;
                    }
                }
            }
        }
        caps
    }

    pub fn count(&mut self, paces: &mut [Pace<'_>], shares: &[u64]) {
        for (pace, share) in paces.iter().zip(shares) {
            if let Some(nth) = pace.account {
                self.0[nth].used_in_day += share;
            }
        }
        for (pace, share) in paces.iter_mut().zip(shares) {
            pace.used_in_day += share;
        }
        self.tell(paces);
    }
}
