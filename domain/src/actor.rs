//! Who did it. Written into every event as `user:<id>`, `api_key:<id>`, `process:<name>`, `provider:<name>` or `system`.

use crate::id::UserId;
use crate::provider::ProviderKind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(Cow<'static, str>);

impl Actor {
    pub const SYSTEM: Actor = Actor(Cow::Borrowed("system"));
    /// Somebody who has not shown who they are.
    pub const ANONYMOUS: Actor = Actor(Cow::Borrowed("anonymous"));

    pub fn user(id: UserId) -> Self {
        Self(format!("user:{id}").into())
    }

    /// A program, by its key.
    pub fn api_key(id: Uuid) -> Self {
        Self(format!("api_key:{id}").into())
    }

    pub fn process(name: &'static str) -> Self {
        Self(format!("process:{name}").into())
    }

    pub fn provider(kind: ProviderKind) -> Self {
        Self(format!("provider:{}", kind.as_str()).into())
    }

    /// As it was written in the log.
    pub fn from_log(text: String) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
