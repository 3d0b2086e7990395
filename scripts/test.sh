# Sourced by ./dev: everything CI runs, step by step. A failing step does not stop the others; its
# name and the end of its log are shown at once, and the totals at the end.
# shellcheck shell=bash
: "${root:?} ${target:?} ${schemathesis:?} ${locked+x}" # set by ./dev

steps=(format lint rust openapi web-lint web-types web-unit web-build web-schema browser schemathesis web-audit deny)
logs=$target/test-logs
passed=0
failed=0

# Steps: each one's output goes to its log; what they count is read from there.

step_format() { cargo fmt --all --check; }

step_lint() { cargo clippy --workspace --all-targets "${locked[@]}" -- -D warnings; }

# Dependency directions, the environment's example and the protocol files are tests among these.
step_rust() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace "${locked[@]}" --no-fail-fast
    else
        cargo test --workspace "${locked[@]}" --no-fail-fast --lib --bins --tests
    fi
}

step_openapi() {
    cargo run -q "${locked[@]}" -p waybill -- openapi >"$logs/openapi.json" || return
    diff -u docs/openapi.json "$logs/openapi.json" && return
    say 'docs/openapi.json is not what the code says: just openapi writes it anew'
    return 1
}

step_web-lint() { install_packages web && (cd web && npm run --silent lint); }

step_web-types() { install_packages web && (cd web && npm run --silent typecheck); }

step_web-unit() { install_packages web && (cd web && npm run --silent test); }

step_web-build() { build_web; }

step_web-schema() {
    local kept=$logs/schema.d.ts
    install_packages web && cp web/src/api/schema.d.ts "$kept" && (cd web && npm run --silent gen:api) || return
    cmp "$kept" web/src/api/schema.d.ts && return
    # A check changes nothing in the checkout.
    cp web/src/api/schema.d.ts "$kept.new" && cp "$kept" web/src/api/schema.d.ts
    diff -u "$kept" "$kept.new"
    return 1
}

# The browser against the running product.
step_browser() {
    cargo build "${locked[@]}" -p waybill && build_web || return
    with_product browse
}

browse() {
    (cd web && CI=true WAYBILL_URL=$1 WAYBILL_SANDBOX_URL=$2 \
        WAYBILL_CHROMIUM=${WAYBILL_CHROMIUM:-$(command -v chromium)} timeout 900 npm run --silent e2e)
}

# Requests made from the OpenAPI document, against the running product: a few for each operation, and
# `just schemathesis` for many.
step_schemathesis() {
    cargo build "${locked[@]}" -p waybill || return
    local report=$logs/schemathesis.json
    rm -f "$report"
    WAYBILL_REQUESTS_PER_MINUTE=1000000 WAYBILL_REQUESTS_PER_MINUTE_PER_ADDRESS=1000000 \
        with_product ask_everything && return
    # How each failure was made stands above, with the command that repeats it.
    [ ! -f "$report" ] || "$schemathesis/bin/python" - "$report" <<'PYTHON'
import json, sys
for failure in json.load(open(sys.argv[1]))["failures"]:
    print(failure["code"], failure["title"], *failure["operations"], sep="\n    ")
PYTHON
    return 1
}

ask_everything() {
    local examples=${SCHEMATHESIS_EXAMPLES:-4} config=$logs/schemathesis.toml phases=()
    # What follows from the document alone is the same in every run, so CI stands on that. What is made up, and
    # sequences of steps, depend on ids that differ from run to run: the long form has them too.
    [ -n "${SCHEMATHESIS_EXAMPLES-}" ] || phases=(--phases "examples,coverage")
    # What a phase has in the file goes before the command line.
    sed "s/^max-examples = .*/max-examples = $((examples * 10))/" scripts/schemathesis.toml >"$config"
    # The demo has something of everything. A short run takes about a minute; the guard is for one that
    # hangs. Any FORCE_COLOR, 0 as well, makes it draw what it is doing.
    env -u FORCE_COLOR PYTHONDONTWRITEBYTECODE=1 WAYBILL_URL="$1" \
        WAYBILL_TEST_EMAIL=demo@waybill.local WAYBILL_TEST_PASSWORD=waybill-demo-1 \
        timeout $((300 + 60 * examples)) \
        "$schemathesis/bin/schemathesis" --config-file "$config" \
        run "$1/api/v1/openapi.json" "${phases[@]}" --max-examples "$examples" --no-color \
        --report json --report-json-path "$report"
}

# Known weaknesses of what the page, its tools and the tests' provider are made of.
step_web-audit() {
    local status=0
    # What reaches people first: those of the page itself are named apart from those of its tools.
    audit_packages web --omit=dev --audit-level=high || status=1
    audit_packages web || status=1
    audit_packages services/gateway/tests/oidc || status=1
    return "$status"
}

# audit_packages FOLDER [OPTION...]: fails on findings. Not every registry can be asked.
audit_packages() {
    local folder=$1 report status=0
    shift
    report=$(cd "$folder" && npm audit --json "$@" 2>/dev/null) || status=$?
    case $report in
        *'"auditReportVersion"'*) ;;
        *)
            say "not checked: npm audit of $folder; the registry has no answer: $(head -n 2 <<<"$report" | tail -n 1)"
            return 0
            ;;
    esac
    if [ "$status" -eq 0 ]; then
        say "npm audit $*: no findings in $folder"
        return 0
    fi
    (cd "$folder" && npm audit "$@") || true
    return 1
}

# Licences, sources, banned crates and advisories of the crates, by deny.toml.
step_deny() {
    if ! cargo deny --version 2>/dev/null; then
        say 'not checked: cargo-deny is not installed; just deny installs it'
        return 0
    fi
    cargo deny "${locked[@]}" check bans licenses sources || return
    if ! cargo deny fetch db; then
        say 'not checked: advisories; their database cannot be fetched'
        return 0
    fi
    cargo deny "${locked[@]}" check --disable-fetch advisories
}

# with_product COMMAND: starts the product on data and ports of its own, runs the command with the
# addresses of the page and of the sandbox, and stops the product.
with_product() {
    local data port status=0
    data=$(mktemp -d)
    port=$(free_port)
    env -u DATABASE_URL -u NATS_URL \
        "$target/debug/waybill" up --detach --data "$data" --port "$port" || status=$?
    if [ "$status" -eq 0 ]; then
        "$1" "http://127.0.0.1:$port" "http://127.0.0.1:$((port + 10))" || status=$?
    fi
    "$target/debug/waybill" down --data "$data" || status=$?
    if [ "$status" -ne 0 ]; then
        say "the product's own logs:"
        tail -n 30 "$data"/logs/*.log || true
    fi
    rm -rf "$data"
    return "$status"
}

# Two ports, ten apart, that nobody listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 10000))
        if ! is_taken "$port" && ! is_taken "$((port + 10))"; then
            echo "$port"
            return
        fi
    done
}

is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

run_tests() {
    case ${1-} in --list) printf '%s\n' "${steps[@]}"; return ;; esac
    local wanted=("${steps[@]}") step broken=()
    [ $# -eq 0 ] || wanted=("$@")
    for step in "${wanted[@]}"; do
        declare -F "step_$step" >/dev/null || fail "there is no step $step; ./dev test --list names them"
    done
    install_for_tests
    mkdir -p "$logs" web/dist
    export NO_COLOR=1 CARGO_TERM_COLOR=never FORCE_COLOR=0
    trap stop_test_servers EXIT

    local begun=$SECONDS
    for step in "${wanted[@]}"; do
        run_step "$step" || broken+=("$step")
    done
    say ''
    say "took $((SECONDS - begun)) s; logs are in ${logs#"$root"/}"
    if [ ${#broken[@]} -gt 0 ]; then say "failing: ${broken[*]}"; fi
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

run_step() {
    local step=$1 log=$logs/$1.log begun=$SECONDS ok=yes
    printf '%-12s' "$step" >&2
    "step_$step" >"$log" 2>&1 </dev/null || ok=no
    local now_passed now_failed
    now_passed=$(count_passed "$log")
    now_failed=$(count_failed "$log")
    # A step that fails without a failing test (it does not compile, say) is a failure all the same.
    if [ "$ok" = no ] && [ "$now_failed" -eq 0 ]; then now_failed=1; fi
    if [ "$ok" = yes ] && [ "$now_failed" -gt 0 ]; then ok=no; fi
    passed=$((passed + now_passed))
    failed=$((failed + now_failed))
    local counts=''
    if [ $((now_passed + now_failed)) -gt 0 ]; then counts=" ($now_passed passed, $now_failed failed)"; fi
    if [ "$ok" = yes ]; then
        say "ok, $((SECONDS - begun)) s$counts"
        grep '^not checked: ' "$log" | sed 's/^/    /' >&2 || true
        return 0
    fi
    say "FAILED, $((SECONDS - begun)) s$counts; the end of ${log#"$root"/}:"
    tail -n 60 "$log" | sed 's/^/    /' >&2
    return 1
}

# One pattern a runner: nextest, cargo test, Vitest, Playwright, schemathesis (operations in each phase).
runner_lines() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -E \
        -e '^ *Summary \[' \
        -e '^test result: ' \
        -e '^ *Tests +[0-9]' \
        -e '^ +[0-9]+ (passed|failed|flaky|interrupted|did not run)( \(|$)' \
        -e '^ +(✅|❌) +[0-9]+ (passed|failed)' || true
}

sum() { awk '{ total += $1 } END { print total + 0 }'; }

count_passed() { runner_lines "$1" | grep -oE '[0-9]+ passed' | sum; }

count_failed() {
    runner_lines "$1" | grep -oE '[0-9]+ (failed|timed out|exec failed|flaky|interrupted|did not run)' | sum
}

stop_test_servers() {
    local guard=${WAYBILL_TEST_DIR:-$target/test-servers}/guard.sh
    [ -f "$guard" ] || return 0
    sh "$guard" stop >&2 || true
}
