//! Every event ever written can be read: one file an event type and version, with an example, added and never edited.
//!
//! A file holds `data` as it stands in the log and, where the event speaks of a person, `personal` with the subject and
//! the plain value. Reading it and writing it again must give the same.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use waybill_domain::event::{EventSet, Wire};
use waybill_domain::stream::Category;
use waybill_domain::{
    api_key, audit, campaign, catalog, contact, conversation, import, invite, list, media, member, message, package,
    profile, provider_template, tenant, wallet, webhook_inbox,
};

#[test]
fn every_event_type_reads_its_golden_file_and_writes_it_again() {
    let mut wrong = Vec::new();
    for (category, wires) in catalog::all() {
        for wire in wires {
            if let Err(reason) = check(category, *wire) {
                wrong.push(format!("{}: {reason}", file_name(*wire)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_file_belongs_to_an_event_type() {
    let known: BTreeSet<String> =
        catalog::all().into_iter().flat_map(|(_, wires)| wires).map(|wire| file_name(*wire)).collect();
    let files = fs::read_dir(folder()).expect("the folder is there");
    let names = files.map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned());
    let orphans: Vec<String> = names.filter(|name| !known.contains(name)).collect();
    assert!(
        orphans.is_empty(),
        "{orphans:?}: the log may hold events of these types for ever. A type or version is never removed or renamed; \
         keep it in the `events!` table of its category"
    );
}

/// The compiler asks for a new category here.
fn check(category: Category, wire: Wire) -> Result<(), String> {
    match category {
        Category::Tenant => round_trip::<tenant::Event>(wire),
        Category::Member => round_trip::<member::Event>(wire),
        Category::Invite => round_trip::<invite::Event>(wire),
        Category::ApiKey => round_trip::<api_key::Event>(wire),
        Category::Contact => round_trip::<contact::Event>(wire),
        Category::Import => round_trip::<import::Event>(wire),
        Category::List => round_trip::<list::Event>(wire),
        Category::Package => round_trip::<package::Event>(wire),
        Category::Profile => round_trip::<profile::Event>(wire),
        Category::Campaign => round_trip::<campaign::Event>(wire),
        Category::Message => round_trip::<message::Event>(wire),
        Category::Conversation => round_trip::<conversation::Event>(wire),
        Category::Media => round_trip::<media::Event>(wire),
        Category::Template => round_trip::<provider_template::Event>(wire),
        Category::Wallet => round_trip::<wallet::Event>(wire),
        Category::WebhookInbox => round_trip::<webhook_inbox::Event>(wire),
        Category::Audit => round_trip::<audit::Event>(wire),
    }
}

fn round_trip<E: EventSet>(wire: Wire) -> Result<(), String> {
    let path = folder().join(file_name(wire));
    let text = fs::read_to_string(&path).map_err(|_| {
        "missing. Add it: an example as `{\"data\": …}`, with `\"personal\": {\"subject\": …, \"plain\": …}` \
             where the event has a personal part, every optional field filled. It is never edited afterwards"
            .to_owned()
    })?;
    let golden: Value = serde_json::from_str(&text).map_err(|error| format!("not json: {error}"))?;
    let plain = golden.get("personal").map(|personal| personal["plain"].to_string());
    let event =
        E::decode(wire.kind, wire.schema_version, &golden["data"].to_string(), plain.as_deref().map(str::as_bytes))
            .map_err(|error| format!("does not decode: {error}"))?
            .ok_or("decodes to nothing: the category does not know its own type")?;
    if event.wire() != wire {
        // An older version: it reads as the present one, which has a golden file of its own.
        let newer = event.wire().kind == wire.kind && event.wire().schema_version > wire.schema_version;
        return if newer { Ok(()) } else { Err("reads as another type".to_owned()) };
    }
    let encoded = event.encode();
    let mut again = json!({ "data": parse(&encoded.data)? });
    if let Some(personal) = encoded.personal {
        let plain = parse(&String::from_utf8_lossy(&personal.bytes))?;
        again["personal"] = json!({ "subject": personal.subject, "plain": plain });
    }
    let same_name = (encoded.kind, encoded.schema_version) == (wire.kind, wire.schema_version);
    match same_name && again == golden {
        true => Ok(()),
        false => Err(format!("is written again otherwise.\n  file:  {golden}\n  again: {again}")),
    }
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("encodes to what is not json: {error}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn file_name(wire: Wire) -> String {
    format!("{}.v{}.json", wire.kind, wire.schema_version)
}
