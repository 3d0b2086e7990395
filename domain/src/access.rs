//! Who may do what: one table, from which the API's checks, what the web page offers, the scopes of API keys and the
//! documentation follow.

use crate::member::Role;
use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[doc = $about:literal])* $name:ident = $text:literal, $least:ident;)*) => {
        /// Something that a person or a key may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[doc = $about])* #[serde(rename = $text)] $name,)*
        }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in tokens, scopes and documents.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The lowest role that has it.
            pub const fn least_role(self) -> Role {
                match self {
                    $(Self::$name => Role::$least,)*
                }
            }

            /// What it allows, for people.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($about),*),)*
                }
            }
        }
    };
}

permissions! {
    /// See contacts, their consent, lists, tags and imports
    ReadContacts = "contacts.read", Agent;
    /// Add, change, import, tag, block and remove contacts; record consent
    WriteContacts = "contacts.write", Agent;
    /// See campaigns, their messages and why someone was left out
    ReadCampaigns = "campaigns.read", Agent;
    /// Draft, change, start, pause, resume, cancel and discard campaigns; settle uncertain messages
    WriteCampaigns = "campaigns.write", Manager;
    /// See conversations
    ReadChats = "chats.read", Agent;
    /// Reply, and mark conversations as read
    WriteChats = "chats.write", Agent;
    /// See the files of the gallery and those that people sent
    ReadMedia = "media.read", Agent;
    /// Add files to the gallery, and remove files
    WriteMedia = "media.write", Agent;
    /// See packages and numbers, their limits and their state
    ReadNumbers = "numbers.read", Agent;
    /// Make and change packages, connect, change and remove numbers
    WriteNumbers = "numbers.write", Manager;
    /// See the wallet and its entries
    ReadWallet = "wallet.read", Agent;
    /// Add points
    WriteWallet = "wallet.write", Admin;
    /// See the history of anything, event by event
    ReadHistory = "history.read", Manager;
    /// See read models and their state
    ReadOperation = "operation.read", Agent;
    /// Rebuild read models
    WriteOperation = "operation.write", Admin;
    /// See who belongs to the organisation
    ReadTeam = "team.read", Agent;
    /// Invite people, change their roles, deactivate and reactivate them
    WriteTeam = "team.write", Admin;
    /// See API keys, never the keys themselves
    ReadKeys = "keys.read", Admin;
    /// Make, rotate and revoke API keys
    WriteKeys = "keys.write", Admin;
    /// See the organisation's profile and settings
    ReadSettings = "settings.read", Agent;
    /// Change the organisation's profile and settings
    WriteSettings = "settings.write", Admin;
    /// See who did what, when and from where
    ReadAudit = "audit.read", Admin;
    /// Export and erase what is known of a person
    WritePrivacy = "privacy.write", Admin;
}

impl Permission {
    /// What no key may do: one that leaked could otherwise make itself at home.
    pub const fn is_for_people_only(self) -> bool {
        matches!(self, Self::WriteTeam | Self::WriteKeys)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == text)
    }
}

impl Role {
    pub const ALL: [Self; 3] = [Role::Agent, Role::Manager, Role::Admin];

    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }

    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.may(*permission))
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u64);

impl Scopes {
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u64) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Scopes {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | 1 << permission as u64))
    }
}

const _: () = assert!(Permission::ALL.len() <= 64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_all_that_a_lower_one_may() {
        for permission in Permission::ALL {
            let may = Role::ALL.map(|role| role.may(*permission));
            assert!(may.is_sorted(), "{}", permission.as_str());
            assert!(may[2], "an admin may everything, but not {}", permission.as_str());
        }
    }

    #[test]
    fn a_name_is_of_one_permission() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
            assert_eq!(serde_json::to_value(permission).expect("a name"), permission.as_str());
        }
        assert_eq!(Permission::parse("everything"), None);
    }

    /// Agents answer and look; money, people and numbers are for others.
    #[test]
    fn an_agent_may_not_spend_or_manage() {
        for permission in [Permission::WriteCampaigns, Permission::WriteWallet, Permission::WriteTeam] {
            assert!(!Role::Agent.may(permission));
        }
        assert!(!Role::Manager.may(Permission::WriteTeam));
        assert!(Role::Agent.may(Permission::WriteChats));
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let scopes: Scopes = [Permission::ReadContacts, Permission::WriteSettings].into_iter().collect();
        assert!(scopes.contains(Permission::WriteSettings) && !scopes.contains(Permission::WriteContacts));
        assert_eq!(scopes.iter().collect::<Vec<_>>(), [Permission::ReadContacts, Permission::WriteSettings]);
        assert_eq!(Permission::ALL.iter().copied().collect::<Scopes>().iter().count(), Permission::ALL.len());
    }
}
