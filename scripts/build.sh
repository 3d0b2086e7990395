# Sourced by ./dev: builds the web page and the binary, and nothing that is built already.
# shellcheck shell=bash
: "${root:?} ${target:?} ${locked+x}" # set by ./dev

# A fingerprint of files, to know whether what was made of them is still right.
fingerprint() {
    { find "$@" -type f -print0 2>/dev/null || true; } | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# made_from STAMP FINGERPRINT: was it made from these files?
made_from() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# install_packages FOLDER: its npm packages
install_packages() {
    local folder=$1
    local stamp=$folder/node_modules/.waybill now
    now=$(fingerprint "$folder/package-lock.json")-$(node --version)
    made_from "$stamp" "$now" && return
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || return
    mkdir -p "$folder/node_modules"
    printf '%s' "$now" >"$stamp"
}

web_sources=(web/src web/public web/index.html web/vite.config.ts web/tsconfig.json web/package-lock.json)

build_web() {
    install_packages web || return
    local stamp=$target/web-dist.made-from now
    now=$(fingerprint "${web_sources[@]}")
    if [ -f web/dist/index.html ] && made_from "$stamp" "$now"; then return; fi
    (cd web && npm run --silent build) || return
    mkdir -p "$target"
    printf '%s' "$now" >"$stamp"
}

# The web page and a debug binary are built side by side: the binary reads the page from web/dist
# when it runs. A release binary embeds the page, which must therefore be there first.
build_product() {
    local profile=$1 log=$target/web-build.log
    mkdir -p web/dist "$target"
    if [ "$profile" = release ]; then
        build_web >"$log" 2>&1 || { cat "$log" >&2; fail 'the web page cannot be built'; }
        cargo build --release "${locked[@]}" -p waybill
        return
    fi
    build_web >"$log" 2>&1 &
    local web=$!
    cargo build "${locked[@]}" -p waybill || { kill "$web" 2>/dev/null; fail 'the binary cannot be built'; }
    wait "$web" || { cat "$log" >&2; fail 'the web page cannot be built'; }
}
