//! Message text with `{{name}}` placeholders. No expressions: a template of a tenant can not compute.
//!
//! `name` and `phone` are the contact's own; every other word is a custom field. A placeholder may carry a fallback:
//! `{{city|our town}}`. A value that is missing or blank and has no fallback is *missing*, and whoever lacks it is
//! excluded with that reason rather than sent half a sentence.

use std::collections::BTreeMap;

/// Cloud API text limit, in characters; the other providers allow more.
pub const MAX_CHARACTERS: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable { name: String, fallback: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("template text is empty")]
    Empty,
    #[error("template text has {0} characters, {MAX_CHARACTERS} at most")]
    TooLong(usize),
    #[error("the placeholder that opens at character {0} is never closed")]
    Unclosed(usize),
    #[error("the placeholder at character {at} needs a name of letters, digits, `_`, `-`, `.` or blanks, got `{name}`")]
    BadName { at: usize, name: String },
}

/// Why one contact's text could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("missing variable {0}")]
    Missing(String),
    #[error("the filled text has {0} characters, {MAX_CHARACTERS} at most")]
    TooLong(usize),
}

/// Whose values fill the placeholders.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub name: Option<&'a str>,
    pub phone: &'a str,
    pub fields: &'a BTreeMap<String, String>,
}

impl<'a> Values<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let value = match name {
            "name" => self.name,
            "phone" => Some(self.phone),
            other => self.fields.get(other).map(String::as_str),
        };
        value.map(str::trim).filter(|value| !value.is_empty())
    }
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let length = text.chars().count();
        if length > MAX_CHARACTERS {
            return Err(TemplateError::TooLong(length));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let at = text[..text.len() - rest.len() + open].chars().count() + 1;
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let inside = &rest[open + 2..];
            let close = inside.find("}}").ok_or(TemplateError::Unclosed(at))?;
            parts.push(Self::variable(&inside[..close], at)?);
            rest = &inside[close + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    fn variable(inside: &str, at: usize) -> Result<Part, TemplateError> {
        let (name, fallback) = match inside.split_once('|') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim().to_owned())),
            None => (inside.trim(), None),
        };
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        if name.is_empty() || !name.chars().all(allowed) {
            return Err(TemplateError::BadName { at, name: name.to_owned() });
        }
        Ok(Part::Variable { name: name.to_owned(), fallback })
    }

    /// The placeholders without a fallback, each once, in order of appearance.
    pub fn required_variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.parts {
            if let Part::Variable { name, fallback: None } = part
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    pub fn render(&self, values: Values<'_>) -> Result<String, RenderError> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Variable { name, fallback } => match (values.get(name), fallback) {
                    (Some(value), _) => text.push_str(value),
                    (None, Some(fallback)) => text.push_str(fallback),
                    (None, None) => return Err(RenderError::Missing(name.clone())),
                },
            }
        }
        match text.chars().count() {
            length if length > MAX_CHARACTERS => Err(RenderError::TooLong(length)),
            _ => Ok(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, name: Option<&str>, fields: &[(&str, &str)]) -> Result<String, RenderError> {
        let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Template::parse(text).expect("parses").render(Values { name, phone: "+4915112345678", fields: &fields })
    }

    #[test]
    fn placeholders_are_filled_from_the_contact_and_its_fields() {
        assert_eq!(render("Hi {{ name }}, {{city}}!", Some("Ana"), &[("city", "Bonn")]), Ok("Hi Ana, Bonn!".into()));
    }

    #[test]
    fn a_missing_or_blank_value_is_named_unless_it_has_a_fallback() {
        assert_eq!(render("Hi {{name}}", Some("  "), &[]), Err(RenderError::Missing("name".into())));
        assert_eq!(render("Hi {{name|friend}}", None, &[]), Ok("Hi friend".into()));
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(render("Hi {{name}}", Some("{{phone}}"), &[]), Ok("Hi {{phone}}".into()));
    }

    #[test]
    fn a_template_that_cannot_be_read_says_where() {
        assert_eq!(Template::parse("a {{name"), Err(TemplateError::Unclosed(3)));
        assert_eq!(Template::parse("{{}}"), Err(TemplateError::BadName { at: 1, name: String::new() }));
        assert_eq!(Template::parse(" "), Err(TemplateError::Empty));
    }
}
