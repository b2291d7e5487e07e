#!/bin/sh
#   tools/test.sh all|checks|long|spark|k8s
#
# What `make test`, `make check`, `make test-long`, `make test-spark` and `make test-k8s` run: every stage, then how long each took, and how many
# tests passed and failed.
#
# A stage that fails does not stop the others: one run tells everything. A check counts as one test.
set -u
cd "$(dirname "$0")/.."
results=$(mktemp)
trap 'rm -f "$results"' EXIT
passed=0
failed=0
# A JVM that lives for seconds spends most of them on compiling: these ones do less of it.
export JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${JAVA_TOOL_OPTIONS-}"

# stage NAME COMMAND...: runs the command; its own counts of tests count, else it is one.
stage() {
    name=$1
    shift
    echo "==> $name"
    start=$(date +%s)
    { "$@" 2>&1; echo "stage status $?"; } | tee "$results" | sed -u '/^stage status /d'
    status=$(sed -n 's/^stage status //p' "$results" | tail -n 1)
    # Cargo prints `test result: ok. 12 passed; 0 failed; ...` for each test binary.
    counts=$(sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' "$results" | awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }')
    stage_passed=${counts% *}
    stage_failed=${counts#* }
    if [ "$stage_passed" -eq 0 ] && [ "$stage_failed" -eq 0 ] && [ "$status" -eq 0 ]; then
        stage_passed=1
    elif [ "$stage_failed" -eq 0 ] && [ "$status" -ne 0 ]; then
        stage_failed=1
    fi
    passed=$((passed + stage_passed))
    failed=$((failed + stage_failed))
    echo "    $name: $(($(date +%s) - start)) s, $([ "$stage_failed" -eq 0 ] && echo ok || echo FAILED)"
}

scripts() {
    git ls-files -z '*.py' | xargs -0 python3 -c 'import ast, sys; [ast.parse(open(path, encoding="utf-8").read(), path) for path in sys.argv[1:]]' &&
        git ls-files '*.sh' .ci/run | while read -r script; do sh -n "$script" || exit 1; done
}

# The dependencies' bans read the lock file; only the tool itself may have to be built.
dependencies() {
    deny=$(tools/cargo-tool.sh cargo-deny 0.20.2) && "$deny" --log-level warn check bans licenses sources
}

# What is fuzzed is a workspace of its own.
formats() {
    cargo fmt --all --check && cargo fmt --manifest-path fuzz/Cargo.toml --check
}

lints() {
    cargo clippy --quiet --locked --workspace --all-targets -- -D warnings &&
        cargo clippy --quiet --locked --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings
}

documentation() {
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --workspace --no-deps
}

jaeger() {
    tools/jaeger/build.sh >"$results.jaeger"
}

# The Jaeger that the other stages use.
jaeger_for_tests() {
    stage "Jaeger" jaeger
    SPARKSPAN_TEST_JAEGER=$(cat "$results.jaeger" 2>/dev/null || true)
    rm -f "$results.jaeger"
    export SPARKSPAN_TEST_JAEGER
}

checks() {
    stage "generated files" cargo xtask generate --check
    stage "format" formats
    stage "scripts" scripts
    stage "lints" lints
    stage "dependencies" dependencies
    stage "documentation" documentation
}

rust() {
    stage "tests" cargo test --quiet --locked --workspace --no-fail-fast
    stage "corpora of the fuzzers" cargo test --quiet --locked --manifest-path fuzz/Cargo.toml
}

case ${1:-} in
checks)
    checks
    ;;
all)
    checks
    jaeger_for_tests
    rust
    stage "grammars of SQL" python3 tests/grammar/run.py
    stage "plugin" python3 tests/plugin/run.py --only classes
    stage "Spark's own reader" python3 tests/protocol/run.py
    stage "Python package" python3 python/tests/run.py
    stage "charts" python3 tools/charts/run.py
    stage "live applications" python3 tests/live/run.py
    stage "contexts of tasks" python3 tests/plugin/run.py --only tasks
    stage "instruction counts" python3 benches/instructions.py
    ;;
long)
    jaeger_for_tests
    rust
    stage "charts" python3 tools/charts/run.py --servers
    ;;
spark)
    jaeger_for_tests
    stage "grammars of SQL" python3 tests/grammar/run.py --every
    stage "live applications" python3 tests/live/run.py --every
    stage "plugin" python3 tests/plugin/run.py --every
    stage "Spark's own reader" python3 tests/protocol/run.py --every
    ;;
k8s)
    stage "charts by Helm 4" python3 tools/charts/run.py --helm helm4
    stage "Kubernetes" python3 tests/k8s/run.py
    ;;
*)
    sed -n 2p "$0" >&2
    exit 2
    ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
