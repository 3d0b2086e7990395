//! The table of permissions in the documentation is the one of the domain.

use std::fmt::Write;
use waybill_domain::access::Permission;
use waybill_domain::member::Role;

const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");

#[test]
fn the_checked_in_table_of_permissions_is_the_present_one() {
    let now = table();
    if std::env::var_os("WAYBILL_UPDATE_OPENAPI").is_some() {
        std::fs::write(CHECKED_IN, &now).unwrap();
    }
    let before = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        now == before,
        "docs/permissions.md is not what the code says; if the change is meant, write it anew with \
         `WAYBILL_UPDATE_OPENAPI=1 cargo nextest run -p waybill-gateway checked_in` and look at the difference"
    );
}

fn table() -> String {
    let mut text = "# Who may do what\n\nRoles of people and scopes of API keys. One table in the code \
        (`domain/src/access.rs`) decides; this page is made from it.\n\n\
        | permission | allows to | agent | manager | admin | key |\n| --- | --- | :-: | :-: | :-: | :-: |\n"
        .to_owned();
    for permission in Permission::ALL {
        let yes = |may: bool| if may { "yes" } else { "" };
        let [agent, manager, admin] = Role::ALL.map(|role| yes(role.may(*permission)));
        let (name, about) = (permission.as_str(), permission.about().trim());
        let about = about[..1].to_lowercase() + &about[1..];
        let key = yes(!permission.is_for_people_only());
        writeln!(text, "| `{name}` | {about} | {agent} | {manager} | {admin} | {key} |").unwrap();
    }
    text
}
