//! Mends escapes that JSON allows and our stores do not.
//!
//! A text that was cut in the middle of an emoji arrives as half a surrogate pair, on which a
//! parser gives up: one such message would cost the whole batch, again at each retry. And NUL is a
//! letter in JSON but not in Postgres. Both become U+FFFD.

use std::borrow::Cow;

const REPLACEMENT: &[u8] = br"\ufffd";

/// The body with every such escape replaced. Copies only if there is one.
pub fn mend(body: &[u8]) -> Cow<'_, [u8]> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(skipped) = body[at..].iter().position(|byte| *byte == b'\\') {
        let start = at + skipped;
        let broken = match unit(body, start) {
            Some(0xD800..=0xDBFF) if matches!(unit(body, start + 6), Some(0xDC00..=0xDFFF)) => {
                at = start + 12;
                continue;
            }
            Some(0 | 0xD800..=0xDFFF) => true,
            Some(_) => {
                at = start + 6;
                continue;
            }
            // Another escape, such as an escaped backslash: its second letter starts no other.
            None => false,
        };
        if !broken {
            at = (start + 2).min(body.len());
            continue;
        }
        let copy = mended.get_or_insert_with(|| body.to_vec());
        copy[start..start + 6].copy_from_slice(REPLACEMENT);
        at = start + 6;
    }
    mended.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// The UTF-16 unit of the escape at this place, if one is there.
fn unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(br"\u")?;
    digits.iter().try_fold(0u16, |unit, digit| Some(unit << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        String::from_utf8(mend(text.as_bytes()).into_owned()).expect("utf-8")
    }

    #[test]
    fn halves_and_nuls_are_replaced() {
        assert_eq!(mended(r#""a\ud83cb""#), r#""a\ufffdb""#);
        assert_eq!(mended(r#""\udf89\ud83c""#), r#""\ufffd\ufffd""#);
        assert_eq!(mended(r#""\ud83c\ud83c\udf89""#), r#""\ufffd\ud83c\udf89""#);
        assert_eq!(mended(r#""\u0000""#), r#""\ufffd""#);
    }

    #[test]
    fn everything_else_is_left_alone() {
        for text in [r#""\ud83c\udf89""#, r#""\\u0000""#, r#""\\\\ud83c""#, r#""\u00e4\/\n""#, r#""\"#, r#""\u12"#, ""]
        {
            assert!(matches!(mend(text.as_bytes()), Cow::Borrowed(_)), "{text}");
        }
        assert_eq!(mended(r#""\\\u0000""#), r#""\\\ufffd""#);
    }
}
