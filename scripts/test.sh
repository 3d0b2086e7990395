# Sourced by ./dev: everything CI runs, step by step. A failing step does not stop the others; its
# name and the end of its log are shown at once, and the totals at the end.
# shellcheck shell=bash
: "${root:?} ${target:?} ${locked+x}" # set by ./dev

steps=(format lint rust openapi web-lint web-types web-unit web-build web-schema browser)
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

step_web-lint() { install_packages && (cd web && npm run --silent lint); }

step_web-types() { install_packages && (cd web && npm run --silent typecheck); }

step_web-unit() { install_packages && (cd web && npm run --silent test); }

step_web-build() { build_web; }

step_web-schema() {
    local kept=$logs/schema.d.ts
    install_packages && cp web/src/api/schema.d.ts "$kept" && (cd web && npm run --silent gen:api) || return
    cmp "$kept" web/src/api/schema.d.ts && return
    # A check changes nothing in the checkout.
    cp web/src/api/schema.d.ts "$kept.new" && cp "$kept" web/src/api/schema.d.ts
    diff -u "$kept" "$kept.new"
    return 1
}

# The browser against the running product, on data and ports of its own.
step_browser() {
    cargo build "${locked[@]}" -p waybill && build_web || return
    local data port status=0
    data=$(mktemp -d)
    port=$(free_port)
    env -u DATABASE_URL -u NATS_URL \
        "$target/debug/waybill" up --detach --data "$data" --port "$port" || status=$?
    if [ "$status" -eq 0 ]; then
        (
            cd web
            export WAYBILL_URL=http://127.0.0.1:$port WAYBILL_SANDBOX_URL=http://127.0.0.1:$((port + 10))
            export WAYBILL_CHROMIUM=${WAYBILL_CHROMIUM:-$(command -v chromium)}
            CI=true timeout 900 npm run --silent e2e
        ) || status=$?
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
        return 0
    fi
    say "FAILED, $((SECONDS - begun)) s$counts; the end of ${log#"$root"/}:"
    tail -n 60 "$log" | sed 's/^/    /' >&2
    return 1
}

# One pattern a runner: nextest, cargo test, Vitest, Playwright.
runner_lines() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -E \
        -e '^ *Summary \[' \
        -e '^test result: ' \
        -e '^ *Tests +[0-9]' \
        -e '^ +[0-9]+ (passed|failed|flaky|interrupted|did not run)( \(|$)' || true
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
