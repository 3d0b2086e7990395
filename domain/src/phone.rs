//! Phone numbers: E.164 or a reason. The rules are libphonenumber's.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A valid number in E.164, such as `+6281234567890`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("phone number is empty")]
    Empty,
    #[error("not a phone number")]
    Unreadable,
    #[error("no country: write the number with + or name a default country")]
    NoCountry,
    #[error("no such number in its country")]
    Invalid,
}

impl PhoneError {
    /// A stable word for tables and exports.
    pub fn code(self) -> &'static str {
        match self {
            PhoneError::Empty => "phone_empty",
            PhoneError::Unreadable => "phone_unreadable",
            PhoneError::NoCountry => "phone_without_country",
            PhoneError::Invalid => "phone_invalid",
        }
    }
}

impl Phone {
    /// Reads a number as people write it. `default_country` is ISO 3166-1 alpha-2, for numbers without a prefix.
    pub fn parse(text: &str, default_country: Option<&str>) -> Result<Self, PhoneError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let text: std::borrow::Cow<'_, str> = match text.strip_prefix("00") {
            Some(rest) => format!("+{rest}").into(),
            None => text.into(),
        };
        let region = match default_country {
            _ if text.starts_with('+') => None,
            None => return Err(PhoneError::NoCountry),
            Some(country) => Some(Region::from_code(country).map_err(|_| PhoneError::NoCountry)?),
        };
        let number = PHONE_NUMBER_UTIL.parse(&text, region).map_err(|_| PhoneError::Unreadable)?;
        if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
            return Err(PhoneError::Invalid);
        }
        let e164 = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164);
        Ok(Self(e164.into_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For previews and logs: country code and the last two digits.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Whether numbers can be read as those of this country, by its code of ISO 3166-1 alpha-2.
pub fn is_country(code: &str) -> bool {
    Region::from_code(code).is_ok_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some())
}

/// Masks an E.164 number: `+62•••••••90`.
pub fn mask(e164: &str) -> String {
    let shown = e164.len().saturating_sub(2);
    e164.char_indices().map(|(at, c)| if at < 3 || at >= shown { c } else { '•' }).collect()
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, country, expected) in [
            ("+62 812-3456-7890", None, "+6281234567890"),
            ("0812 3456 7890", Some("ID"), "+6281234567890"),
            ("0049 1511 2345678", None, "+4915112345678"),
            ("(650) 253-0000", Some("US"), "+16502530000"),
        ] {
            assert_eq!(Phone::parse(text, country).map(|p| p.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        assert_eq!(Phone::parse("  ", None), Err(PhoneError::Empty));
        assert_eq!(Phone::parse("0812345", None), Err(PhoneError::NoCountry));
        assert_eq!(Phone::parse("hello", Some("ID")), Err(PhoneError::Unreadable));
        assert_eq!(Phone::parse("+49 1000", None), Err(PhoneError::Invalid));
    }
}
