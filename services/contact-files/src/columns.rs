//! A mapping laid onto the headers of one file.

use crate::error::FileError;
use crate::mapping::{CONSENT, FIRST_NAME, LAST_NAME, Mapping, NAME, PHONE, normalised};
use std::collections::{BTreeMap, HashSet};

/// Where the parts of a contact stand in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    pub headers: Vec<String>,
    pub(crate) phone: usize,
    /// Joined by a space.
    pub(crate) name: Vec<usize>,
    pub(crate) consent: Option<usize>,
    /// Name of the field, column.
    pub(crate) fields: Vec<(String, usize)>,
    /// Columns without which a row is broken.
    pub(crate) needed: usize,
}

impl Columns {
    /// `wanted` is what the uploader said; what it leaves open is found by well-known names.
    pub fn resolve(headers: Vec<String>, wanted: Option<&Mapping>) -> Result<Self, FileError> {
        let names: Vec<String> = headers.iter().map(|header| normalised(header)).collect();
        let known = |words: &[&str]| words.iter().find_map(|word| names.iter().position(|name| name == word));
        let (phone, name, consent, fields) = match wanted {
            Some(mapping) => {
                let name = mapping.name.as_deref().map(|name| joined(&headers, &names, name)).transpose()?;
                let consent = mapping.consent.as_deref().map(|it| find(&headers, &names, it)).transpose()?;
                let phone = find(&headers, &names, &mapping.phone)?;
                (phone, name.unwrap_or_default(), consent, mapping.fields.as_ref())
            }
            None => {
                let Some(phone) = known(PHONE) else { return Err(FileError::NoPhoneColumn { headers }) };
                let full = known(NAME).map(|at| vec![at]);
                let parts = || [known(FIRST_NAME), known(LAST_NAME)].into_iter().flatten().collect();
                (phone, full.unwrap_or_else(parts), known(CONSENT), None)
            }
        };
        let fields = match fields {
            Some(fields) => {
                let fields = fields.iter().map(|(field, header)| Ok((field.clone(), find(&headers, &names, header)?)));
                fields.collect::<Result<Vec<_>, FileError>>()?
            }
            None => {
                let taken: HashSet<usize> = name.iter().copied().chain([phone]).chain(consent).collect();
                remaining(&names, &taken)
            }
        };
        let needed = name.iter().copied().chain([phone]).chain(consent).max().unwrap_or(phone) + 1;
        Ok(Self { headers, phone, name, consent, fields, needed })
    }

    /// The mapping in full, as a preview shows it.
    pub fn mapping(&self) -> Mapping {
        let header = |at: &usize| self.headers[*at].clone();
        let name: Vec<String> = self.name.iter().map(header).collect();
        Mapping {
            phone: header(&self.phone),
            name: Some(name.join(" + ")).filter(|name| !name.is_empty()),
            consent: self.consent.as_ref().map(header),
            fields: Some(self.fields.iter().map(|(field, at)| (field.clone(), header(at))).collect::<BTreeMap<_, _>>()),
        }
    }
}

fn find(headers: &[String], names: &[String], wanted: &str) -> Result<usize, FileError> {
    let exact = headers.iter().position(|header| header == wanted.trim());
    let alike = || {
        let wanted = normalised(wanted);
        names.iter().position(|name| !name.is_empty() && *name == wanted)
    };
    exact.or_else(alike).ok_or_else(|| FileError::NoSuchColumn { wanted: wanted.to_owned(), headers: headers.to_vec() })
}

/// One column, or several written with a plus.
fn joined(headers: &[String], names: &[String], wanted: &str) -> Result<Vec<usize>, FileError> {
    match find(headers, names, wanted) {
        Ok(at) => Ok(vec![at]),
        Err(error) if !wanted.contains(" + ") => Err(error),
        Err(_) => wanted.split(" + ").map(|part| find(headers, names, part)).collect(),
    }
}

/// Every other column is a field under its header; columns without a header are left out.
fn remaining(names: &[String], taken: &HashSet<usize>) -> Vec<(String, usize)> {
    let mut used = HashSet::new();
    let mut fields = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if taken.contains(&at) || name.is_empty() {
            continue;
        }
        let mut field = name.clone();
        let mut nth = 1;
        while !used.insert(field.clone()) {
            nth += 1;
            field = format!("{name}_{nth}");
        }
        fields.push((field, at));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn automatic(text: &str) -> Mapping {
        Columns::resolve(headers(text), None).unwrap().mapping()
    }

    #[test]
    fn well_known_headers_are_found_in_several_languages() {
        for (text, phone, name, consent) in [
            ("phone_e164,name,consent", "phone_e164", Some("name"), Some("consent")),
            ("Nama,No. HP,Persetujuan", "No. HP", Some("Nama"), Some("Persetujuan")),
            ("Vorname,Nachname,Telefon,Einwilligung", "Telefon", Some("Vorname + Nachname"), Some("Einwilligung")),
            ("Full Name,E-Mail,WhatsApp,Phone,Opt-In", "WhatsApp", Some("Full Name"), Some("Opt-In")),
            ("Nombre,Teléfono Móvil", "Teléfono Móvil", Some("Nombre"), None),
            ("number", "number", None, None),
        ] {
            let mapping = automatic(text);
            assert_eq!((mapping.phone.as_str(), mapping.name.as_deref()), (phone, name), "{text}");
            assert_eq!(mapping.consent.as_deref(), consent, "{text}");
        }
    }

    #[test]
    fn other_columns_are_fields() {
        let fields = automatic("Phone,City,,City,Order No.").fields.unwrap();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["city", "city_2", "order_no"]);
    }

    #[test]
    fn a_missing_phone_column_names_what_was_found() {
        let error = Columns::resolve(headers("Ana,E-Mail"), None).unwrap_err();
        assert_eq!(error.to_string(), "no column for the phone number; the headers are `Ana`, `E-Mail`");
    }

    #[test]
    fn what_the_uploader_says_is_followed() {
        let fields = Some(BTreeMap::from([("town".to_owned(), "B".to_owned())]));
        let mut mapping = Mapping { phone: "C".into(), name: Some("a".into()), consent: None, fields };
        let columns = Columns::resolve(headers("A,B,C,D"), Some(&mapping)).unwrap();
        assert_eq!((columns.phone, columns.name, columns.fields), (2, vec![0], vec![("town".to_owned(), 1)]));
        mapping.fields = None;
        let columns = Columns::resolve(headers("A,B,C,D"), Some(&mapping)).unwrap();
        assert_eq!(columns.fields, [("b".to_owned(), 1), ("d".to_owned(), 3)]);
        mapping.phone = "E".into();
        let error = Columns::resolve(headers("A,B"), Some(&mapping)).unwrap_err();
        assert_eq!(error.code(), "no_such_column");
    }
}
