#!/bin/sh
#   tools/fuzz.sh SECONDS [TARGET...]
#
# Fuzzes the targets in turn, each for so many seconds; all of them where none is named. What is found new stays in the cache, from which the next
# run goes on; an input that fails is in fuzz/artifacts. Needs a nightly toolchain: `rustup toolchain install nightly`.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- $(ls fuzz/corpus)
cache=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}/fuzz
fuzz=$(tools/cargo-tool.sh cargo-fuzz 0.13.1)
export RUSTUP_TOOLCHAIN=nightly
# Instrumented code is no use to other builds.
export CARGO_TARGET_DIR="$cache/target"
failed=
for target in "$@"; do
    echo "==> $target, $seconds s"
    mkdir -p "$cache/corpus/$target"
    dictionary=fuzz/dictionaries/${target%%_*}.dict
    [ -e "$dictionary" ] || dictionary=fuzz/dictionaries/json.dict
    "$fuzz" run --features libfuzzer "$target" "$cache/corpus/$target" "fuzz/corpus/$target" -- \
        "-dict=$dictionary" "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 || failed="$failed $target"
done
[ -z "$failed" ] || {
    echo "failed:$failed" >&2
    exit 1
}
