//! Contact cards as vCard 3.0, RFC 2426, with WhatsApp's own mark of a number that is on it.

use crate::Card;
use crate::values::e164;

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

/// A card that somebody sent; nothing where it names nobody. What else may stand on it, such as a picture, is left out.
pub fn read(vcard: &str) -> Option<Card> {
    let mut card = Card::default();
    let mut name = Vec::new();
    for line in unfolded(vcard).lines() {
        let Some((field, value)) = line.trim().split_once(':') else { continue };
        let mut marks = field.split(';');
        // Apple writes groups, such as `item1.TEL`.
        let field = marks.next().map(|field| field.rsplit('.').next().unwrap_or(field)).unwrap_or_default();
        match field.to_ascii_uppercase().as_str() {
            "FN" => card.formatted_name = plain(value),
            "N" => name = parts(value),
            "ORG" => card.organisation = parts(value).into_iter().find(|part| !part.is_empty()),
            "EMAIL" if !value.trim().is_empty() => card.emails.push(plain(value)),
            "TEL" => {
                let on_whatsapp = marks.find_map(|mark| mark.strip_prefix("waid=")).and_then(e164);
                card.phones.extend(on_whatsapp.or_else(|| number(value)));
            }
            _ => {}
        }
    }
    let part = |at: usize| name.get(at).filter(|part| !part.is_empty()).cloned();
    (card.last_name, card.first_name) = (part(0), part(1));
    if card.formatted_name.is_empty() {
        let names: Vec<String> = [card.first_name.clone(), card.last_name.clone()].into_iter().flatten().collect();
        card.formatted_name = names.join(" ");
    }
    (!card.formatted_name.is_empty()).then_some(card)
}

/// A number of people as E.164 where it is one, otherwise as it was written.
pub fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let international = digits.strip_prefix('+').and_then(e164);
    international.or_else(|| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Long lines go on in the next one, behind a blank.
fn unfolded(vcard: &str) -> String {
    vcard.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
}

/// The parts of a field that has several, such as a name.
fn parts(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, parts.last_mut()) {
            (';', _) => parts.push(String::new()),
            ('\\', Some(part)) => part.extend(['\\'].into_iter().chain(letters.next())),
            (letter, Some(part)) => part.push(letter),
            (_, None) => {}
        }
    }
    parts.iter().map(|part| plain(part)).collect()
}

fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next().map(|letter| if matches!(letter, 'n' | 'N') { ' ' } else { letter })),
            letter => plain.push(letter),
        }
    }
    plain
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
    fn a_card_is_read_again() {
        let sent = Card {
            formatted_name: "Ann; Lee".into(),
            first_name: Some("Ann".into()),
            last_name: Some("Lee, Jr".into()),
            organisation: Some("A, B & Co".into()),
            phones: vec!["+4915112345678".into()],
            emails: vec!["ann@example.com".into()],
        };
        assert_eq!(read(&vcard(&sent)), Some(sent));
    }

    #[test]
    fn cards_of_other_phones_are_read_as_they_come() {
        let folded =
            "BEGIN:VCARD\r\nN:Lee;;;;\r\nitem1.TEL:+49 (151) 1234-\r\n 5678\r\nTEL;TYPE=HOME:0151 1234\r\nEND:VCARD";
        let card = read(folded).expect("a card");
        assert_eq!((card.formatted_name.as_str(), card.first_name), ("Lee", None));
        assert_eq!(card.phones, ["+4915112345678", "0151 1234"]);
        for nobody in ["", "BEGIN:VCARD\nEND:VCARD", "FN:", "FN: \\", "N:;;;;", ":::"] {
            assert_eq!(read(nobody), None, "{nobody}");
        }
    }
}
