//! Events on the wire: names, versions, encoding, and the macro that ties a Rust variant to them.
//!
//! A wire name and its version are constants in the `events!` table of a category and never follow a Rust rename.
//! Unknown types and versions decode to `None`: an older reader skips and counts what a newer writer wrote.

use crate::personal::Unsealed;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An event as it enters the store: facts as JSON, the personal part still in the clear beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    pub kind: &'static str,
    pub schema_version: i16,
    pub data: String,
    pub personal: Option<Unsealed>,
}

/// Name and version of one event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wire {
    pub kind: &'static str,
    pub schema_version: i16,
}

#[derive(Debug, thiserror::Error)]
#[error("event {kind} v{schema_version}: {source}")]
pub struct DecodeError {
    pub kind: String,
    pub schema_version: i16,
    #[source]
    pub source: serde_json::Error,
}

/// One event's payload. The default is a payload that speaks of nobody.
pub trait Payload: Serialize + DeserializeOwned {
    fn unsealed(&self) -> Option<Unsealed> {
        None
    }

    /// Puts the decrypted personal part back; `None` is erased.
    fn open(&mut self, _personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
        Ok(())
    }
}

/// The events of one category.
pub trait EventSet: Sized {
    const WIRES: &'static [Wire];

    fn wire(&self) -> Wire;
    fn encode(&self) -> Encoded;
    /// `Ok(None)`: a type or version that this build does not know.
    fn decode(
        kind: &str,
        schema_version: i16,
        data: &str,
        personal: Option<&[u8]>,
    ) -> Result<Option<Self>, DecodeError>;
}

/// Declares the events of a category: `Variant(Payload) = "wire.name", version;`.
///
/// To change an event, give the payload its next version and keep the old payload beside it: `= "wire.name", 2, was 1 as
/// OldPayload;`, with `From<OldPayload>`. The log keeps both; whoever reads it sees only the new one. The golden file of
/// the old version stays and must still decode.
#[macro_export]
macro_rules! events {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident($payload:ty) = $kind:literal, $version:literal $(, was $former:literal as $old:ty)*;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name { $($(#[$vmeta])* $variant($payload)),* }

        impl $crate::event::EventSet for $name {
            const WIRES: &'static [$crate::event::Wire] =
                &[$($crate::event::Wire { kind: $kind, schema_version: $version },
                    $($crate::event::Wire { kind: $kind, schema_version: $former },)*)*];

            fn wire(&self) -> $crate::event::Wire {
                match self { $($name::$variant(_) => $crate::event::Wire { kind: $kind, schema_version: $version }),* }
            }

            fn encode(&self) -> $crate::event::Encoded {
                match self {$(
                    $name::$variant(payload) => $crate::event::Encoded {
                        kind: $kind,
                        schema_version: $version,
                        data: serde_json::to_string(payload).expect("event payloads are plain data and serialise"),
                        personal: $crate::event::Payload::unsealed(payload),
                    },
                )*}
            }

            fn decode(
                kind: &str,
                schema_version: i16,
                data: &str,
                personal: Option<&[u8]>,
            ) -> Result<Option<Self>, $crate::event::DecodeError> {
                let fail = |source| $crate::event::DecodeError { kind: kind.to_owned(), schema_version, source };
                match (kind, schema_version) {
                    $(($kind, $version) => {
                        let mut payload: $payload = serde_json::from_str(data).map_err(fail)?;
                        $crate::event::Payload::open(&mut payload, personal).map_err(fail)?;
                        Ok(Some($name::$variant(payload)))
                    }
                    $(($kind, $former) => {
                        let mut payload: $old = serde_json::from_str(data).map_err(fail)?;
                        $crate::event::Payload::open(&mut payload, personal).map_err(fail)?;
                        Ok(Some($name::$variant(payload.into())))
                    })*)*
                    _ => Ok(None),
                }
            }
        }

        $(impl From<$payload> for $name {
            fn from(payload: $payload) -> Self { $name::$variant(payload) }
        })*
    };
}

/// Payloads without a personal part.
#[macro_export]
macro_rules! impersonal {
    ($($payload:ty),* $(,)?) => {$( impl $crate::event::Payload for $payload {} )*};
}

/// A payload whose field `$field` is personal to the subject in `$subject`.
#[macro_export]
macro_rules! personal_to {
    ($payload:ty, $field:ident, $subject:ident) => {
        impl $crate::event::Payload for $payload {
            fn unsealed(&self) -> Option<$crate::personal::Unsealed> {
                $crate::personal::Unsealed::of(self.$subject.0, &self.$field)
            }

            fn open(&mut self, personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
                self.$field = $crate::personal::read(personal)?;
                Ok(())
            }
        }
    };
}
