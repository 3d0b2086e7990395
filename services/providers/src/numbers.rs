//! What providers tell of numbers, groups and what they have sent.

use crate::notice::{QualityChange, ReceiptStatus};
use crate::{Account, Asked};
use chrono::{DateTime, Utc};
use waybill_domain::provider::Refusal;

/// Whether numbers are on WhatsApp.
pub trait NumberCheck: Send + Sync {
    /// `phone` is E.164 with the plus sign.
    fn is_on_whatsapp<'a>(&'a self, account: &'a Account, phone: &'a str) -> Asked<'a, bool>;
}

/// What the provider thinks of one of our numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    pub quality: QualityChange,
    /// The name that people see.
    pub verified_name: Option<String>,
    /// As shown to people; not always E.164.
    pub display_phone_number: Option<String>,
    /// The provider's word for how fast the number may send.
    pub throughput: Option<String>,
    /// To whom the number's business account belongs.
    pub portfolio: Option<String>,
}

pub trait NumberHealth: Send + Sync {
    fn standing<'a>(&'a self, account: &'a Account) -> Asked<'a, Standing>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The provider's id, usable as [`crate::Recipient::Chat`].
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The provider's id of the person.
    pub id: String,
    /// E.164 with the plus sign; missing where the person hides it.
    pub phone: Option<String>,
    pub admin: bool,
}

pub trait Groups: Send + Sync {
    fn groups<'a>(&'a self, account: &'a Account) -> Asked<'a, Vec<Group>>;
    fn members<'a>(&'a self, account: &'a Account, group_id: &'a str) -> Asked<'a, Vec<Member>>;
}

/// A message that the provider has sent, or still has in its queue.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Empty where the provider names none as long as the message waits in its queue.
    pub provider_message_id: String,
    /// E.164 with the plus sign; missing for groups.
    pub to: Option<String>,
    pub text: Option<String>,
    /// `None` while nothing is known of it but that it was taken.
    pub status: Option<ReceiptStatus>,
    pub error: Option<Refusal>,
    pub at: DateTime<Utc>,
}

/// Asked to settle messages of which nobody knows whether they were sent.
pub trait Journal: Send + Sync {
    /// What was sent to `phone` (E.164) since then, as far back as the provider remembers.
    fn sent_to<'a>(
        &'a self,
        account: &'a Account,
        phone: &'a str,
        since: DateTime<Utc>,
    ) -> Asked<'a, Vec<JournalEntry>>;
}
