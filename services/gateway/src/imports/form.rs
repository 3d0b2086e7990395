//! The fields of an upload beside the file.

use crate::extract;
use crate::problem::Problem;
use waybill_contact_files::{Mapping, UploadOptions};
use waybill_domain::contact::tag_is_good;
use waybill_domain::id::UserId;

#[derive(Debug, Default)]
pub struct Form {
    /// Not said yet when `None`: a browser may send the file first.
    pub commit: Option<bool>,
    pub options: UploadOptions,
}

impl Form {
    /// Takes one field; fields that are not ours are passed over.
    pub fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let value = value.trim();
        if value.contains('\0') {
            return Err(Problem::invalid(name, "texts have no NUL characters"));
        }
        let said = (!value.is_empty()).then(|| value.to_owned());
        match name {
            "commit" => match value {
                "true" => self.commit = Some(true),
                "false" | "" => self.commit = Some(false),
                _ => return Err(Problem::invalid("commit", "is true or false")),
            },
            "default_country" => match said {
                Some(code) if code.len() != 2 || !code.chars().all(|c| c.is_ascii_alphabetic()) => {
                    return Err(Problem::invalid("default_country", "is a country code of two letters"));
                }
                code => self.options.default_country = code.map(|code| code.to_ascii_uppercase()),
            },
            "mapping" => {
                let read = |text: String| extract::read::<Option<Mapping>>(text.as_bytes());
                self.options.mapping = said.map(read).transpose().map(Option::flatten).map_err(|problem| {
                    let detail = problem.detail;
                    Problem::invalid("mapping", format_args!("not a mapping in JSON ({detail})"))
                })?;
            }
            "list_name" => match said {
                Some(name) if name.chars().count() > 120 => {
                    return Err(Problem::invalid("list_name", "a list has a name of 1 to 120 characters"));
                }
                name => self.options.list_name = name,
            },
            "tags" => {
                let tags = value.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                self.options.tags = tags.map(str::to_owned).collect();
                if self.options.tags.len() > 50 || !self.options.tags.iter().all(|tag| tag_is_good(tag)) {
                    return Err(Problem::invalid("tags", "50 tags of 1 to 64 characters at most"));
                }
            }
            "consent_source" => match said {
                Some(source) if source.chars().count() > 200 => {
                    return Err(Problem::invalid("consent_source", "has 200 characters at most"));
                }
                source => self.options.consent_source = source,
            },
            _ => {}
        }
        Ok(())
    }

    pub fn by(mut self, user: UserId, country: Option<String>) -> UploadOptions {
        self.options.user_id = Some(user);
        self.options.default_country = self.options.default_country.or(country);
        self.options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_refused_by_name() {
        let mut form = Form::default();
        for (name, value) in [("commit", "true"), ("tags", "a, b,"), ("default_country", "id"), ("other", "x")] {
            form.take(name, value).expect("good");
        }
        assert_eq!((form.commit, form.options.tags.len()), (Some(true), 2));
        assert_eq!(form.options.default_country.as_deref(), Some("ID"));
        for (name, value) in [("commit", "maybe"), ("mapping", "{}"), ("mapping", "["), ("default_country", "IDN")] {
            assert_eq!(form.take(name, value).expect_err("bad").errors[0].field, name);
        }
    }
}
