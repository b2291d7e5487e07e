#!/bin/sh
# The Java plugin: builds the jar with the native library of this machine inside, or tests it. Prints the jar's path last.
#
#     tools/jar.sh         the jar for tests, with the library as `cargo build` makes it; into the cache
#     tools/jar.sh dist    the jar that ships, into dist/
#     tools/jar.sh test    the unit tests, also against the oldest Spark, and each Spark symbol that is used against every Spark that is installed
set -eu
cd "$(dirname "$0")/.."
what=${1:-quick}
cache=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}
target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

# Maven with a repository of its own: ~/.m2 stays the user's.
maven() {
    mvn --batch-mode --quiet --no-transfer-progress -Dstyle.color=never --file java/pom.xml \
        "-Dmaven.repo.local=$cache/maven" "-Drevision=$version" "$@" >&2
}

# build PROFILE DIRECTORY: compiles both halves and leaves the jar there, unless it is newer than all that it is made of.
build() {
    profile=$1
    directory=$2
    cargo build --quiet --locked --profile "$profile" --package sparkspan-agent >&2
    [ "$profile" = dev ] && profile=debug
    library=$target/$profile/libsparkspan_agent.so
    jar=$directory/sparkspan-$version.jar
    if [ -f "$jar" ] && [ -z "$(find java Cargo.toml tools/jar.sh "$library" -newer "$jar" -print -quit)" ]; then
        return
    fi
    native=$directory/native/io/sparkspan/native/linux-$(uname -m)
    mkdir -p "$native"
    cp "$library" "$native/"
    strip --strip-unneeded "$native/libsparkspan_agent.so"
    maven -DskipTests -Dmaven.test.skip "-Doutput.directory=$directory" "-Dnative.directory=$directory/native" package
}

# locked DIRECTORY: from here on this process alone builds there.
locked() {
    mkdir -p "$1"
    exec 9>"$1/lock"
    flock 9
}

case $what in
quick)
    locked "$cache/java/quick"
    build dev "$cache/java/quick"
    echo "$jar"
    ;;
dist)
    locked "$cache/java/dist"
    build dist "$cache/java/dist"
    mkdir -p dist
    cp "$jar" dist/
    echo "dist/$(basename "$jar")"
    ;;
test)
    locked "$cache/java/test"
    rm -rf "$cache/java/test/spark-3.5/surefire-reports"
    status=0
    maven -P spark-3.4 "-Doutput.directory=$cache/java/test/spark-3.4" compile &&
        maven "-Doutput.directory=$cache/java/test/spark-3.5" "-Dspark.distributions=$cache/python" test || status=$?
    awk -F '"' '/<testsuite / {
        for (i = 1; i < NF; i++) {
            if ($i ~ / tests=$/) tests += $(i + 1)
            if ($i ~ / (failures|errors)=$/) failed += $(i + 1)
            if ($i ~ / skipped=$/) skipped += $(i + 1)
        }
    } END {
        printf "test result: %s. %d passed; %d failed; %d ignored\n", failed ? "FAILED" : "ok", tests - failed - skipped, failed, skipped
    }' "$cache"/java/test/spark-3.5/surefire-reports/*.xml
    exit "$status"
    ;;
*)
    echo "usage: tools/jar.sh [dist|test]" >&2
    exit 2
    ;;
esac
