//! Whatever people, files and providers write is read or refused: nothing makes a parser fail. `just fuzz` throws more.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use std::collections::BTreeMap;
use waybill_domain::content::{Attachment, Parameter, Pattern, TemplateUse};
use waybill_domain::hours::ActiveHours;
use waybill_domain::phone::{Phone, is_country, mask};
use waybill_domain::template::{Template, Values};

/// Text of what placeholders are made of, and of anything else.
const PLACEHOLDERS: &str = "(\\{\\{|\\}\\}|\\{|\\}|\\||name|phone|[a-z_.\\- ]|é|😀|\u{301}|\n|\\PC){0,60}";
const NUMBERS: &str = "(\\+|00|[0-9]|[٠-٩]|[-()./ ;x#*]|ext|tel:|\u{202e}|\\PC){0,40}";

/// The moments that a calendar has, and not only those of our time.
fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = prop_oneof![0i64..4_102_444_800, -62_000_000_000i64..250_000_000_000];
    seconds.prop_map(|at| DateTime::from_timestamp(at, 0).expect("within the calendar"))
}

proptest! {
    #[test]
    fn no_template_panics_and_what_is_read_is_filled_or_lacks_a_value(
        text in PLACEHOLDERS,
        name in prop::option::of("\\PC{0,12}"),
        fields in prop::collection::btree_map("[a-z_.é]{1,4}", "\\PC{0,8}", 0..4),
    ) {
        let values = Values { name: name.as_deref(), phone: "+6281234567890", fields: &fields };
        if let Ok(template) = Template::parse(&text) {
            let known = |name: &&str| name.trim().is_empty() || {
                let value = match *name { "name" => values.name, "phone" => Some(values.phone), other => fields.get(other).map(String::as_str) };
                value.is_some_and(|value| !value.trim().is_empty())
            };
            prop_assert_eq!(template.render(values).is_ok(), template.required_variables().iter().all(known), "{}", text);
        }
        // A text without a sign of a placeholder is as it is.
        let plain = text.replace("{{", "");
        if let Ok(template) = Template::parse(&plain) {
            prop_assert_eq!(template.render(values).ok(), Some(plain));
        }
    }

    #[test]
    fn no_pattern_panics(text in PLACEHOLDERS, parameters in prop::collection::vec((PLACEHOLDERS, prop::option::of("[a-z]{0,4}")), 0..4), name in "\\PC{0,12}") {
        let body = parameters.into_iter().map(|(text, name)| Parameter { text, name }).collect();
        let used = TemplateUse { name, language: "en_US".into(), header: None, body, buttons: vec![] };
        let attachment = Attachment::Template(used);
        for attachment in [None, Some(&attachment)] {
            if let Ok(pattern) = Pattern::parse(&text, attachment) {
                let fields = BTreeMap::new();
                let _ = pattern.required_variables();
                let _ = pattern.render(Values { name: Some("Ana"), phone: "+6281234567890", fields: &fields });
            }
        }
    }

    #[test]
    fn no_attachment_panics(text in "(\\{|\\}|\\[|\\]|:|,|\"(type|media|location|contacts|buttons|list|template|header|body)\"|\"\\PC{0,4}\"|-?[0-9e.]{1,5}|null){0,40}") {
        if let Ok(attachment) = serde_json::from_str::<Attachment>(&text) {
            let _ = Pattern::parse("", Some(&attachment));
        }
    }

    #[test]
    fn no_phone_number_panics_and_what_is_read_reads_as_itself(text in NUMBERS, country in prop::option::of("([A-Z]{2}|\\PC{0,4})")) {
        if let Ok(phone) = Phone::parse(&text, country.as_deref()) {
            prop_assert!(phone.as_str().strip_prefix('+').is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit())));
            prop_assert_eq!(Phone::parse(phone.as_str(), None), Ok(phone));
        }
        let _ = (mask(&text), country.as_deref().map(is_country));
    }

    #[test]
    fn no_active_hours_panic_at_any_time(
        zone in prop::sample::select(vec!["UTC", "Asia/Jakarta", "America/Sao_Paulo", "Pacific/Apia", "Antarctica/Troll", "Europe/Berlin"]),
        windows in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..3), 0u8..26, 0u8..62, 0u8..26, 0u8..62), 0..5),
        at in moments(),
    ) {
        let windows: Vec<serde_json::Value> = windows.iter().map(|(days, from_h, from_m, to_h, to_m)| {
            serde_json::json!({ "days": days, "from": format!("{from_h}:{from_m:02}"), "to": format!("{to_h:02}:{to_m:02}") })
        }).collect();
        let text = serde_json::json!({ "time_zone": zone, "windows": windows }).to_string();
        if let Ok(hours) = serde_json::from_str::<ActiveHours>(&text) && hours.check().is_ok() {
            let open = hours.is_open(at);
            if let Some(next) = hours.next_open(at) {
                prop_assert!(next >= at && (next == at) == open);
            }
            prop_assert!(hours.closes(at) >= at);
            let _ = hours.open_until(at, at + TimeDelta::days(9));
        }
    }

    #[test]
    fn no_text_panics_as_active_hours(text in "(\\{|\\}|\\[|\\]|:|,|\"(time_zone|windows|days|from|to)\"|\"(UTC|[0-9:]{0,6}|\\PC{0,4})\"|-?[0-9]{1,3}){0,40}") {
        if let Ok(hours) = serde_json::from_str::<ActiveHours>(&text) {
            let _ = hours.check();
        }
    }
}
