//! A row as a contact, or the reason why it is none. Pure.

use crate::columns::Columns;
use crate::reader::Row;
use std::collections::BTreeMap;
use waybill_domain::phone::Phone;

/// Stable words for rows that become no contact; those of phone numbers are `PhoneError::code`.
pub mod reason {
    pub const TOO_FEW_COLUMNS: &str = "too_few_columns";
    pub const TOO_MANY_COLUMNS: &str = "too_many_columns";
    /// More than 32 KiB in the cells of one row.
    pub const TOO_LONG: &str = "row_too_long";
    /// Control characters that are no text.
    pub const NOT_TEXT: &str = "not_text";
    /// A number that an earlier row of the file has.
    pub const SAME_NUMBER: &str = "same_number_in_file";
}

/// A contact becomes one event, which must fit into a message of the bus.
const MAX_CONTACT_BYTES: usize = 32 << 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    pub phone: Phone,
    pub name: Option<String>,
    /// Without blanks.
    pub fields: BTreeMap<String, String>,
    /// Whether the row says that the person agreed.
    pub consent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Ok(NewContact),
    /// A stable word.
    Rejected(&'static str),
}

impl Columns {
    /// Cells may be missing at the end as long as only fields are missing, and be too many as long as they are blank.
    pub fn read(&self, row: &Row, default_country: Option<&str>) -> Outcome {
        if row.len() < self.needed {
            return Outcome::Rejected(reason::TOO_FEW_COLUMNS);
        }
        if (self.headers.len()..row.len()).any(|at| !row.cell(at).trim().is_empty()) {
            return Outcome::Rejected(reason::TOO_MANY_COLUMNS);
        }
        if row.bytes().len() > MAX_CONTACT_BYTES {
            return Outcome::Rejected(reason::TOO_LONG);
        }
        // Tables and JSON documents of Postgres cannot hold it.
        if row.bytes().contains(&0) {
            return Outcome::Rejected(reason::NOT_TEXT);
        }
        let phone = match Phone::parse(written(&row.cell(self.phone)), default_country) {
            Ok(phone) => phone,
            Err(error) => return Outcome::Rejected(error.code()),
        };
        Outcome::Ok(NewContact {
            phone,
            name: self.name(row),
            fields: self.fields(row),
            consent: self.consent.is_some_and(|at| grants(&row.cell(at))),
        })
    }

    pub(crate) fn name(&self, row: &Row) -> Option<String> {
        let mut name = String::new();
        for part in self.name.iter().map(|at| row.cell(*at)) {
            let part = part.trim();
            if !part.is_empty() && !name.is_empty() {
                name.push(' ');
            }
            name.push_str(part);
        }
        Some(name).filter(|name| !name.is_empty())
    }

    pub(crate) fn fields(&self, row: &Row) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        for (field, at) in &self.fields {
            let cell = row.cell(*at);
            let value = cell.trim();
            if !value.is_empty() {
                fields.insert(field.clone(), value.to_owned());
            }
        }
        fields
    }
}

/// Spreadsheets protect the plus of a number: `'+62…`, `="+62…"`.
fn written(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner,
        None => cell.strip_prefix('\'').unwrap_or(cell),
    }
}

/// Whether a cell says that the person agreed. What is not understood is no agreement.
pub(crate) fn grants(cell: &str) -> bool {
    const YES: &[&str] = &[
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "✓",
        "✔",
        "ok",
        "on",
        "granted",
        "given",
        "consent",
        "consented",
        "opt-in",
        "opt in",
        "optin",
        "opt_in",
        "opted in",
        "opted-in",
        "opted_in",
        "subscribed",
        "accepted",
        "agreed",
        "ja",
        "j",
        "wahr",
        "si",
        "sí",
        "s",
        "verdadero",
        "ya",
        "iya",
        "setuju",
        "benar",
        "oui",
        "o",
        "vrai",
        "sim",
        "verdadeiro",
        "vero",
        "waar",
        "evet",
        "doğru",
        "có",
        "да",
        "نعم",
        "是",
        "はい",
        "हाँ",
        "हां",
        "ใช่",
    ];
    let cell = cell.trim().to_lowercase();
    YES.contains(&cell.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::RowReader;
    use bytes::Bytes;
    use std::convert::Infallible;

    fn outcomes(text: &str) -> Vec<Outcome> {
        let source = [Ok::<_, Infallible>(Bytes::copy_from_slice(text.as_bytes()))];
        let mut reader = RowReader::open(source.into_iter(), None, 0).unwrap();
        let mut row = Row::default();
        let mut outcomes = Vec::new();
        while reader.read(&mut row).unwrap() {
            outcomes.push(reader.columns().read(&row, Some("ID")));
        }
        outcomes
    }

    fn contact(text: &str) -> NewContact {
        match outcomes(text).remove(0) {
            Outcome::Ok(contact) => contact,
            Outcome::Rejected(reason) => panic!("rejected: {reason}"),
        }
    }

    #[test]
    fn a_row_becomes_a_contact() {
        let it = contact("phone,name,consent,city,note\n0812 3456 7890, Ana ,Ya,Jakarta,  \n");
        assert_eq!(it.phone.as_str(), "+6281234567890");
        assert_eq!(it.name.as_deref(), Some("Ana"));
        assert_eq!(it.fields, BTreeMap::from([("city".to_owned(), "Jakarta".to_owned())]));
        assert!(it.consent);
    }

    #[test]
    fn what_spreadsheets_do_to_numbers_is_undone() {
        assert_eq!(contact("phone\n'+6281234567890\n").phone.as_str(), "+6281234567890");
        assert_eq!(contact("phone\n\"=\"\"+6281234567890\"\"\"\n").phone.as_str(), "+6281234567890");
    }

    #[test]
    fn a_row_that_is_no_contact_says_why() {
        for (row, expected) in [
            (",Ana,yes,Bonn", "phone_empty"),
            ("hello,Ana,yes,Bonn", "phone_unreadable"),
            ("+49 1000,Ana,yes,Bonn", "phone_invalid"),
            ("+6281234567890,Ana", reason::TOO_FEW_COLUMNS),
            ("+6281234567890,Doe, Jane,yes,Bonn", reason::TOO_MANY_COLUMNS),
            ("+6281234567890,A\0na,yes,Bonn", reason::NOT_TEXT),
        ] {
            // Behind the head, in which a zero byte would make the file no text at all.
            let before = "+6281234567899,x,y,z\n".repeat(4_000);
            let found = outcomes(&format!("phone,name,consent,city\n{before}{row}\n")).pop();
            assert_eq!(found, Some(Outcome::Rejected(expected)), "{row}");
        }
        let long = format!("phone,name,consent,city\n+6281234567890,Ana,yes,{}\n", "x".repeat(MAX_CONTACT_BYTES));
        assert_eq!(outcomes(&long), [Outcome::Rejected(reason::TOO_LONG)]);
    }

    #[test]
    fn only_fields_and_blanks_may_be_missing_or_left_over() {
        assert!(contact("phone,name,consent,city\n+6281234567890,Ana,yes\n").fields.is_empty());
        assert!(contact("phone,name,consent,city\n+6281234567890,Ana,yes,Bonn,, \n").consent);
    }

    #[test]
    fn only_a_clear_yes_is_consent() {
        for yes in ["yes", "TRUE", "1", "Y", "ja", "Sí", "si", "ya", "granted", "Opt-In"] {
            assert!(grants(yes), "{yes}");
        }
        for no in ["", "no", "false", "0", "n", "nein", "tidak", "maybe", "2024-01-05", "withdrawn", "opt-out"] {
            assert!(!grants(no), "{no}");
        }
    }
}
