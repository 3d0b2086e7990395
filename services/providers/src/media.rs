//! Media that a provider keeps for us, and media that people sent.

use crate::content::MediaKind;
use crate::notice::InboundMedia;
use crate::{Account, Asked};
use bytes::Bytes;
use chrono::{DateTime, Utc};

/// What a provider keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub mime_type: Option<String>,
    pub bytes: Bytes,
}

pub trait MediaStore: Send + Sync {
    /// Uploads for this number. Answers what it is called there, for [`crate::MediaSource::Uploaded`], and until when.
    /// `None` where the provider takes the bytes with the message only.
    fn upload<'a>(
        &'a self,
        account: &'a Account,
        kind: MediaKind,
        mime_type: &'a str,
        file_name: &'a str,
        bytes: Bytes,
    ) -> Asked<'a, Option<(String, DateTime<Utc>)>>;

    /// What a person sent; never more than `most` bytes.
    fn fetch<'a>(&'a self, account: &'a Account, media: &'a InboundMedia, most: u64) -> Asked<'a, Received>;
}
