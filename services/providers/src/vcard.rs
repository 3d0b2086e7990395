//! Contact cards as vCard 3.0, RFC 2426, with WhatsApp's own mark of a number that is on it.

use crate::Card;

pub fn vcard(card: &Card) -> String {
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:3.0".to_owned()];
    let part = |name: &Option<String>| name.as_deref().map(escaped).unwrap_or_default();
    lines.push(format!("N:{};{};;;", part(&card.last_name), part(&card.first_name)));
    lines.push(format!("FN:{}", escaped(&card.formatted_name)));
    if let Some(company) = &card.organisation {
        lines.push(format!("ORG:{};", escaped(company)));
    }
    for phone in &card.phones {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        lines.push(format!("TEL;type=CELL;type=VOICE;waid={digits}:+{digits}"));
    }
    for email in &card.emails {
        lines.push(format!("EMAIL;type=INTERNET:{}", escaped(email)));
    }
    lines.push("END:VCARD".to_owned());
    lines.join("\n")
}

/// The name on a card that somebody sent.
pub fn name_of(vcard: &str) -> Option<String> {
    let name = vcard.lines().find_map(|line| line.trim().strip_prefix("FN:"))?.trim();
    let name = name.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
    (!name.is_empty()).then_some(name)
}

/// A line cannot be left, nor a field.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_written_line_by_line() {
        let card = Card {
            formatted_name: "Ann; Lee\nBEGIN:VCARD".into(),
            first_name: Some("Ann".into()),
            last_name: None,
            organisation: Some("A, B & Co".into()),
            phones: vec!["+4915112345678".into()],
            emails: vec!["ann@example.com".into()],
        };
        let expected = [
            "BEGIN:VCARD",
            "VERSION:3.0",
            "N:;Ann;;;",
            r"FN:Ann\; Lee\nBEGIN:VCARD",
            r"ORG:A\, B & Co;",
            "TEL;type=CELL;type=VOICE;waid=4915112345678:+4915112345678",
            "EMAIL;type=INTERNET:ann@example.com",
            "END:VCARD",
        ];
        assert_eq!(vcard(&card), expected.join("\n"));
    }

    #[test]
    fn a_name_is_found_again() {
        assert_eq!(name_of("BEGIN:VCARD\r\nFN:Lee\\, Ann\r\nEND:VCARD").as_deref(), Some("Lee, Ann"));
        assert_eq!(name_of("BEGIN:VCARD\nEND:VCARD"), None);
    }
}
