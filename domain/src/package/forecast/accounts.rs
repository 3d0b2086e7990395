//! Messaging limits, which several numbers may have between them, while a forecast reckons with these numbers.

use super::{Pace, share_out};
use crate::package::distribution::{Candidate, Distribution};
use crate::package::recent::Recent;
use chrono::{DateTime, Utc};

/// The messaging limit of an account, which is that of all its numbers together; of a number without one, its own.
struct SharedLimit<'a> {
    account: Option<&'a str>,
    limit: u32,
    recent: Recent,
    /// What it still lets through in this stretch.
    left: u64,
}

pub struct SharedLimits<'a> {
    limits: Vec<SharedLimit<'a>>,
    from: DateTime<Utc>,
}

impl<'a> SharedLimits<'a> {
    pub fn of(paces: &mut [Pace<'a>], at: DateTime<Utc>) -> Self {
        let mut limits: Vec<SharedLimit<'a>> = Vec::new();
        for pace in paces {
            let (account, Some(limit)) = (pace.number.account.as_deref(), pace.number.messaging_limit) else {
                continue;
            };
            let known = limits.iter().position(|it| account.is_some() && it.account == account);
            let nth = known.unwrap_or_else(|| {
                let recent = pace.number.usage.recent.and(&pace.number.others);
                limits.push(SharedLimit { account, limit, recent, left: 0 });
                limits.len() - 1
            });
            // Numbers of which the provider said different things at different times: the least.
            limits[nth].limit = limits[nth].limit.min(limit);
            pace.account = Some(nth);
        }
        Self { limits, from: at }
    }

    /// A stretch begins.
    pub fn enter(&mut self, paces: &mut [Pace<'_>], from: DateTime<Utc>) {
        self.from = from;
        for limit in &mut self.limits {
            limit.left = limit.limit.saturating_sub(limit.recent.used(from)).into();
        }
        self.tell(paces);
    }

    fn tell(&self, paces: &mut [Pace<'_>]) {
        for pace in paces {
            pace.messaging_left = pace.account.map_or(u64::MAX, |nth| self.limits[nth].left);
        }
    }

    /// Messages of all numbers that have started by then, in this stretch.
    pub fn by(&self, paces: &[Pace<'_>], at: DateTime<Utc>) -> u64 {
        let mut of_account = vec![0_u64; self.limits.len()];
        let mut all = 0;
        for pace in paces {
            match pace.account {
                Some(nth) => of_account[nth] += pace.by(at),
                None => all += pace.by(at),
            }
        }
        all + of_account.into_iter().enumerate().map(|(nth, by)| by.min(self.limits[nth].left)).sum::<u64>()
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
        for nth in 0..self.limits.len() {
            let is_of = |pace: &Pace<'_>| pace.account == Some(nth);
            let own: Vec<u64> = paces.iter().zip(&caps).map(|(pace, cap)| if is_of(pace) { *cap } else { 0 }).collect();
            if own.iter().sum::<u64>() > self.limits[nth].left {
                let shares = share_out(self.limits[nth].left, &own, distribution, numbers);
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
        let from = self.from;
        for (pace, share) in paces.iter().zip(shares).filter(|(_, share)| **share > 0) {
            if let Some(limit) = pace.account.map(|nth| &mut self.limits[nth]) {
                limit.recent.count(from, u32::try_from(*share).unwrap_or(u32::MAX));
                limit.left = limit.left.saturating_sub(*share);
            }
        }
        for (pace, share) in paces.iter_mut().zip(shares) {
            pace.used_in_day += share;
        }
        self.tell(paces);
    }
}
