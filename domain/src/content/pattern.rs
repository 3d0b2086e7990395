//! A campaign's message before it is anybody's: text and attachment with placeholders.

use super::{Attachment, BadContent, Header, TemplateUse, check};
use crate::template::{RenderError, Template, TemplateError, Values};

#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// `None` where a file or a place says it all.
    text: Option<Template>,
    attachment: Option<Attachment>,
    /// What fills a registered template, in the order in which `fill` walks over it.
    parameters: Vec<Template>,
}

/// Why a pattern cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    #[error(transparent)]
    Text(#[from] TemplateError),
    #[error(transparent)]
    Content(#[from] BadContent),
    #[error("{place}: {error}")]
    Parameter { place: String, error: TemplateError },
}

impl Pattern {
    pub fn parse(text: &str, attachment: Option<&Attachment>) -> Result<Self, BadPattern> {
        let template = match attachment {
            Some(_) if text.is_empty() => None,
            _ => Some(Template::parse(text)?),
        };
        check(text, attachment)?;
        let mut parameters = Vec::new();
        if let Some(Attachment::Template(template)) = attachment {
            for (place, text) in places(&mut template.clone()) {
                let parsed = Template::parse(text);
                parameters.push(parsed.map_err(|error| BadPattern::Parameter { place, error })?);
            }
        }
        Ok(Self { text: template, attachment: attachment.cloned(), parameters })
    }

    pub fn attachment(&self) -> Option<&Attachment> {
        self.attachment.as_ref()
    }

    /// The placeholders without a fallback, each once, in order of appearance.
    pub fn required_variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for name in self.text.iter().chain(&self.parameters).flat_map(Template::required_variables) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What one person is sent.
    pub fn render(&self, values: Values<'_>) -> Result<(String, Option<Attachment>), RenderError> {
        let text = self.text.as_ref().map_or(Ok(String::new()), |text| text.render(values))?;
        // A caption that grew too long by somebody's values is found as a text would be.
        let most = match &self.attachment {
            None | Some(Attachment::Template(_)) => crate::template::MAX_CHARACTERS,
            Some(_) => check::MAX_CAPTION,
        };
        match text.chars().count() {
            length if length > most => return Err(RenderError::TooLong(length)),
            _ => {}
        }
        let mut attachment = self.attachment.clone();
        if let Some(Attachment::Template(template)) = &mut attachment {
            for ((_, text), parameter) in places(template).into_iter().zip(&self.parameters) {
                *text = one_line(&parameter.render(values)?);
            }
        }
        Ok((text, attachment))
    }
}

/// Where a registered template is filled.
fn places(template: &mut TemplateUse) -> Vec<(String, &mut String)> {
    let mut places = Vec::new();
    if let Some(Header::Text { parameter }) = &mut template.header {
        places.push(("attachment.header.parameter.text".to_owned(), &mut parameter.text));
    }
    for (nth, parameter) in template.body.iter_mut().enumerate() {
        places.push((format!("attachment.body[{nth}].text"), &mut parameter.text));
    }
    for (nth, button) in template.buttons.iter_mut().enumerate() {
        places.push((format!("attachment.buttons[{nth}].text"), &mut button.text));
    }
    places
}

/// A value with new lines or many blanks would have the whole template refused because of one person's data.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Parameter;
    use std::collections::BTreeMap;

    fn template(body: &str) -> Attachment {
        Attachment::Template(TemplateUse {
            name: "order_ready".into(),
            language: "en".into(),
            header: None,
            body: vec![Parameter { name: None, text: body.into() }],
            buttons: vec![],
        })
    }

    fn render(pattern: &Pattern, name: &str) -> Result<(String, Option<Attachment>), RenderError> {
        pattern.render(Values { name: Some(name), phone: "+4915112345678", fields: &BTreeMap::new() })
    }

    #[test]
    fn text_and_parameters_are_filled_for_each_person() {
        let pattern = Pattern::parse("Hi {{name}}", Some(&template("{{name}}"))).expect("a pattern");
        assert_eq!(pattern.required_variables(), ["name"]);
        assert_eq!(render(&pattern, "Ana\n B"), Ok(("Hi Ana\n B".into(), Some(template("Ana B")))));
        assert_eq!(render(&pattern, " "), Err(RenderError::Missing("name".into())));
    }

    #[test]
    fn a_parameter_that_cannot_be_read_is_named() {
        let bad = Pattern::parse("Hi", Some(&template("{{name"))).unwrap_err();
        assert!(matches!(&bad, BadPattern::Parameter { place, .. } if place == "attachment.body[0].text"), "{bad}");
        assert!(matches!(Pattern::parse("", None), Err(BadPattern::Text(TemplateError::Empty))));
    }
}
