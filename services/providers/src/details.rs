//! Explanations of providers, made fit to be shown: without telephone numbers and without secrets.

use secrecy::ExposeSecret;

use crate::Account;

/// Takes the account's secrets and whatever could be a telephone number out of a text, and shortens it.
pub fn clean(account: &Account, text: &str) -> String {
    let mut text = text.to_owned();
    for secret in [&account.access_token, &account.webhook_secret, &account.verify_token] {
        let secret = secret.expose_secret();
        // Shorter ones are no secrets, and would tear words apart.
        if secret.len() >= 4 {
            text = text.replace(secret, "…");
        }
    }
    without_numbers(&text)
}

/// Explanations sometimes quote the recipient. What could be a telephone number becomes `…`.
pub fn without_numbers(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut clean = String::with_capacity(text.len().min(LONGEST));
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        clean.push_str(before);
        let joins = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '.' | '/');
        let end = number.find(|letter| !joins(letter)).unwrap_or(number.len());
        let end = number[..end].trim_end_matches(|letter: char| !letter.is_ascii_digit()).len();
        let digits = number[..end].bytes().filter(u8::is_ascii_digit).count();
        // Codes have up to six digits, international numbers more.
        clean.push_str(if digits > 6 { "…" } else { &number[..end] });
        rest = &number[end..];
    }
    clean.push_str(rest);
    match clean.char_indices().nth(LONGEST) {
        Some((end, _)) => clean[..end].to_owned(),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_name_no_telephone_numbers() {
        assert_eq!(without_numbers("(#131030) +49 (151) 234-5678 is not allowed"), "(#131030) +… is not allowed");
        assert_eq!(without_numbers("recipient 491511234567."), "recipient ….");
        assert_eq!(without_numbers("limit 5 of 250, code 131026"), "limit 5 of 250, code 131026");
        assert_eq!(without_numbers(&"ä".repeat(400)).chars().count(), 300);
    }
}
