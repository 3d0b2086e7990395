//! `deploy/env.example` names every variable the program and the compose file read, and no other.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// Read by the private servers' launcher, not through the command line's definitions.
const OUTSIDE_THE_COMMAND_LINE: &[&str] = &["WAYBILL_NATS_SERVER"];

#[test]
fn every_variable_is_in_the_example_and_nothing_else_is() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let example = fs::read_to_string(deploy.join("env.example")).expect("the example");
    let compose = fs::read_to_string(deploy.join("compose.yaml")).expect("the compose file");

    let mut read = variables_of(&[]);
    read.extend(compose_variables(&compose));
    read.extend(OUTSIDE_THE_COMMAND_LINE.iter().map(|name| (*name).to_owned()));
    let listed = example_variables(&example);

    let missing: Vec<&String> = read.difference(&listed).collect();
    assert!(missing.is_empty(), "read, but not in deploy/env.example: {missing:?}");
    let dead: Vec<&String> = listed.difference(&read).collect();
    assert!(dead.is_empty(), "in deploy/env.example, but nothing reads them: {dead:?}");
}

/// What the help of a command and of all commands below it says about the environment.
fn variables_of(command: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_waybill")).args(command).arg("--help").output().expect("it runs");
    assert!(output.status.success(), "waybill {command:?} --help fails");
    let help = String::from_utf8(output.stdout).expect("readable help");
    let mut found: BTreeSet<String> =
        help.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next()).map(str::to_owned).collect();
    let below = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    for name in below {
        found.extend(variables_of(&[command, &[name]].concat()));
    }
    found
}

/// `${NAME}`, `${NAME:-default}`, `${NAME:?complaint}`.
fn compose_variables(text: &str) -> BTreeSet<String> {
    text.split("${")
        .skip(1)
        .map(|rest| rest.chars().take_while(|one| one.is_ascii_alphanumeric() || *one == '_').collect())
        .collect()
}

/// `NAME=value`, or `#NAME=value` for one that is left at its default.
fn example_variables(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(|line| line.trim_start_matches('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            !name.is_empty() && name.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_')
        })
        .map(str::to_owned)
        .collect()
}
