//! What is wrong with a message before anybody is asked.

use waybill_domain::provider::{ContentKind, ErrorClass, Refusal};

use crate::http::refusal;

/// A message that this provider would not take as it is.
pub fn invalid(detail: &str) -> Refusal {
    refusal(ErrorClass::Param, "invalid_message", detail)
}

/// A kind of content that this provider does not know.
pub fn unsupported(kind: ContentKind) -> Refusal {
    refusal(ErrorClass::Param, "unsupported_content", &format!("this provider sends no {}", kind.as_str()))
}

/// There is something, and not more of it than `most` letters.
pub fn length(what: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(invalid(&format!("{what} is empty")));
    }
    at_most(what, text, most)
}

pub fn at_most(what: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(invalid(&format!("{what} has more than {most} letters")));
    }
    Ok(())
}

pub fn count(what: &str, found: usize, most: usize) -> Result<(), Refusal> {
    if found == 0 {
        return Err(invalid(&format!("there are no {what}")));
    }
    if found > most {
        return Err(invalid(&format!("there are more than {most} {what}")));
    }
    Ok(())
}

pub fn coordinates(latitude: f64, longitude: f64) -> Result<(), Refusal> {
    if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
        return Ok(());
    }
    Err(invalid("the coordinates are not on earth"))
}

/// An address that a provider can fetch from.
pub fn link(url: &str) -> Result<(), Refusal> {
    match reqwest::Url::parse(url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
        _ => Err(invalid("the link of the media is no web address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_letters_and_not_bytes() {
        assert!(length("the text", &"ä".repeat(10), 10).is_ok());
        let refusal = length("the text", &"ä".repeat(11), 10).expect_err("too long");
        assert_eq!((refusal.class, refusal.detail.as_str()), (ErrorClass::Param, "the text has more than 10 letters"));
        assert!(length("the text", " \n", 10).is_err());
    }

    #[test]
    fn numbers_that_are_none_are_nowhere() {
        assert!(coordinates(52.5, 13.4).is_ok());
        for (latitude, longitude) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert!(coordinates(latitude, longitude).is_err());
        }
    }
}
