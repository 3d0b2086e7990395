//! What a plan allows. Which plan a tenant is on is in its stream.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    #[default]
    Free,
    Basic,
    Pro,
    Enterprise,
}

impl Plan {
    pub const ALL: [Self; 4] = [Self::Free, Self::Basic, Self::Pro, Self::Enterprise];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Basic => "basic",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text)
    }

    /// Of the API, by all people and keys of a tenant together.
    pub fn requests_per_minute(self) -> u32 {
        match self {
            Self::Free => 600,
            Self::Basic => 1_200,
            Self::Pro => 6_000,
            Self::Enterprise => 30_000,
        }
    }
}
