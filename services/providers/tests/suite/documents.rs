//! What the documents say of providers is what the code says.

use waybill_domain::provider::{Abilities, ContentKind, ProviderKind, Receipts};

const DOCUMENT: &str = include_str!("../../../../docs/providers.md");

const KINDS: [(ProviderKind, &str); 4] = [
    (ProviderKind::CloudApi, "Cloud API"),
    (ProviderKind::GreenApi, "Green API"),
    (ProviderKind::Waha, "WAHA"),
    (ProviderKind::Zentra, "Zentra"),
];

fn row(name: &str, cell: impl Fn(&Abilities) -> String) -> String {
    let cells: Vec<String> = KINDS.iter().map(|(kind, _)| cell(kind.abilities())).collect();
    format!("| {name} | {} |", cells.join(" | "))
}

fn yes(can: bool) -> String {
    if can { "yes" } else { "–" }.to_owned()
}

fn table() -> Vec<String> {
    let names: Vec<&str> = KINDS.iter().map(|(_, name)| *name).collect();
    let mut rows = vec![format!("| | {} |", names.join(" | ")), "| --- | --- | --- | --- | --- |".to_owned()];
    for kind in ContentKind::ALL {
        rows.push(row(&format!("sends {}", kind.as_str()), |abilities| yes(abilities.sends.contains(&kind))));
    }
    rows.push(row("receipts", |abilities| {
        match abilities.receipts {
            Receipts::Full => "full",
            Receipts::BestEffort => "best effort",
            Receipts::None => "none",
        }
        .to_owned()
    }));
    rows.push(row("receives messages", |abilities| yes(abilities.receives)));
    rows.push(row("links a device by QR", |abilities| yes(abilities.links_by_qr)));
    rows.push(row("checks numbers", |abilities| yes(abilities.checks_numbers)));
    rows.push(row("approved templates", |abilities| yes(abilities.has_templates)));
    rows.push(row("24-hour window", |abilities| yes(abilities.has_window)));
    rows.push(row("lists groups and members", |abilities| yes(abilities.lists_groups)));
    rows.push(row("keeps uploaded media", |abilities| yes(abilities.keeps_media)));
    rows.push(row("tells quality and limits", |abilities| yes(abilities.tells_quality)));
    rows.push(row("tells afterwards what was sent", |abilities| yes(abilities.has_journal)));
    rows.push(row("takes our message ids", |abilities| yes(abilities.takes_own_ids)));
    rows.push(row("signs webhooks", |abilities| yes(abilities.signs_webhooks)));
    rows
}

#[test]
fn the_table_of_what_providers_can_do_is_that_of_the_code() {
    let table = table().join("\n");
    assert!(DOCUMENT.contains(&table), "docs/providers.md should contain:\n{table}");
}

#[test]
fn every_setting_is_documented() {
    for name in [
        "business_account_id",
        "media_url",
        "delay_ms",
        "engine",
        "path",
        "check_path",
        "device_field",
        "type_field",
        "text_field",
        "contact_type_field",
        "ids_field",
        "media_field",
        "media_url_field",
        "success_pointer",
        "success_value",
        "id_pointers",
        "document_type",
    ] {
        assert!(DOCUMENT.contains(&format!("`{name}`")), "{name}");
    }
}
