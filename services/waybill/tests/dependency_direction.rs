//! Who may import whom. Arrows point toward `domain` only, roles never import each other, and a crate
//! that nobody listed here does not exist yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

use serde_json::Value;

/// What each crate may import of the workspace. Tests may also import [`FOR_TESTS`].
const ROOMS: &[(&str, &[&str])] = &[
    ("waybill-domain", &[]),
    ("waybill-launcher", &[]),
    ("waybill-sandbox", &[]),
    ("waybill-projections", &["domain"]),
    ("waybill-event-store", &["domain"]),
    ("waybill-providers", &["domain"]),
    ("waybill-runtime", &["domain", "event-store", "media-files", "providers"]),
    ("waybill-contact-files", &["domain"]),
    ("waybill-media-files", &["domain"]),
    (
        "waybill-gateway",
        &["contact-files", "domain", "event-store", "media-files", "projections", "providers", "runtime"],
    ),
    ("waybill-relay", &["domain", "event-store", "runtime"]),
    ("waybill-projector", &["domain", "event-store", "projections", "runtime"]),
    (
        "waybill-processes",
        &["contact-files", "domain", "event-store", "media-files", "projections", "providers", "runtime"],
    ),
    ("waybill-sender", &["domain", "event-store", "media-files", "projections", "providers", "runtime"]),
    ("waybill", &["*"]),
];

/// Servers, a counterpart, and the roles that a test of the main job runs beside its own.
const FOR_TESTS: &[&str] = &[
    "waybill-launcher",
    "waybill-sandbox",
    "waybill-relay",
    "waybill-projector",
    "waybill-processes",
    "waybill-sender",
];

/// What would bring input, output, a clock or randomness into the domain.
const NOT_PURE: &[&str] =
    &["tokio", "sqlx", "reqwest", "async-nats", "axum", "rand", "tracing", "metrics", "futures", "rustix", "libc"];

#[test]
fn every_import_is_in_the_table() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, imports) in &imports() {
        let Some(allowed) = table.get(name.as_str()) else {
            wrong.push(format!("{name} is not in the table"));
            continue;
        };
        for (import, is_for_tests) in imports.iter().filter(|(import, _)| import.starts_with("waybill")) {
            let listed = allowed.iter().any(|one| *one == "*" || *import == format!("waybill-{one}"));
            let for_tests = *is_for_tests && FOR_TESTS.contains(&import.as_str());
            if !listed && !for_tests {
                wrong.push(format!("{name} must not import {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_domain_is_pure() {
    let all = imports();
    let domain = all.get("waybill-domain").expect("the domain is a crate");
    let impure: Vec<&String> = domain
        .iter()
        .filter(|(import, is_for_tests)| !is_for_tests && NOT_PURE.contains(&import.as_str()))
        .map(|(import, _)| import)
        .collect();
    assert!(impure.is_empty(), "the domain imports {impure:?}");
}

#[test]
fn the_table_names_no_crate_that_is_gone() {
    let all = imports();
    let gone: Vec<&str> = ROOMS.iter().map(|(name, _)| *name).filter(|name| !all.contains_key(*name)).collect();
    assert!(gone.is_empty(), "in the table but not in the workspace: {gone:?}");
}

/// For each crate of the workspace what it imports, and whether only its tests do.
fn imports() -> BTreeMap<String, BTreeSet<(String, bool)>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let imports = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .map(|one| (text(&one["name"]), one["kind"].as_str() == Some("dev")))
                .collect();
            (text(&package["name"]), imports)
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
