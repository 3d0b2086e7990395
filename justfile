# Finer verbs for daily work; `./dev` has the coarse ones and needs no just.

set shell := ["bash", "-euo", "pipefail", "-c"]

export SQLX_OFFLINE := env("SQLX_OFFLINE", "true")

# What there is
default:
    @just --list

# Everything on this machine
up *arguments:
    ./dev up {{arguments}}

# Stop it
down *arguments:
    ./dev down {{arguments}}

# What CI runs, or only some steps of it
test *steps:
    ./dev test {{steps}}

# Compile without building
check:
    cargo check --workspace --all-targets

# Write all sources the way they are checked
fmt:
    cargo fmt --all
    cd web && npm run --silent format

lint:
    cargo clippy --workspace --all-targets -- -D warnings
    cd web && npm run --silent lint

# Rust tests of one crate, for example: just unit domain
unit crate *filters:
    cargo nextest run -p waybill-{{crate}} {{filters}}

# Many requests for each operation of the OpenAPI document: ./dev test has the short form
schemathesis examples="100":
    SCHEMATHESIS_EXAMPLES={{examples}} ./dev test schemathesis

# What comes from outside, thrown at every parser so many times: CI has the short form
fuzz cases="10000000":
    PROPTEST_CASES={{cases}} cargo test --release -p waybill-domain -p waybill-projections -p waybill-providers \
        -p waybill-contact-files -p waybill-media-files -p waybill-gateway -- panic mutations

# Receipts, commands, kills and storms at the size that is promised
durability:
    WAYBILL_DURABILITY=full cargo nextest run --profile full -p waybill --test durability
    WAYBILL_DURABILITY=full cargo nextest run --profile full -p waybill-processes --test main_job disorder

# Stop the servers that tests share, and forget their data
stop-test-servers:
    sh target/test-servers/guard.sh stop

# Write docs/openapi.json anew, and the web client's types from it
openapi:
    cargo run -q -p waybill -- openapi > docs/openapi.json.new
    mv docs/openapi.json.new docs/openapi.json
    cd web && npm run --silent gen:api

# The web page with hot reload, against a running `./dev up`
web:
    cd web && npm run dev

# A session on the private Postgres of a data folder
psql data=".waybill":
    psql "postgresql:///waybill?host={{canonicalize(data)}}/run&user=waybill"

# Licences, sources, advisories and banned crates; installs cargo-deny, which takes some minutes
deny:
    cargo deny --version || cargo install --locked cargo-deny --version 0.20.2
    ./dev test deny

# That, and known weaknesses of the npm packages
audit: deny
    ./dev test web-audit

# Measurements, against the peers too with --peers
bench *arguments:
    ./dev bench {{arguments}}

# Run one role by itself, for example: just role sender
role name:
    cargo run -p waybill -- run {{name}}
