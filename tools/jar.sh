#!/bin/sh
# The Java plugin: builds the jar with the native library of this machine inside, or tests it. Prints the jar's path last.
#
#     tools/jar.sh                   the jar for tests, with the library as `cargo build` makes it; into the cache
#     tools/jar.sh dist              the jar as it ships, into dist/
#     tools/jar.sh dist DIRECTORY    the same with the native libraries of this directory
#     tools/jar.sh test HOME...      the unit tests; each Spark symbol that is used, against the oldest Spark and those with these homes
set -eu
cd "$(dirname "$0")/.."
cache=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
mkdir -p "$cache/java"

# One at a time, also where several clones share the cache.
exec 9>"$cache/java/lock"
flock 9

# maven DIRECTORY ARGUMENT...: runs it with this output directory, and a repository of its own: ~/.m2 stays the user's.
maven() {
    directory=$1
    shift
    # What another clone has compiled may be younger than the sources here.
    rm -rf "$directory"
    MAVEN_OPTS=-Djansi.mode=strip mvn --batch-mode --quiet --no-transfer-progress --file java/pom.xml \
        "-Dmaven.repo.local=$cache/maven" "-Drevision=$version" "-Doutput.directory=$directory" "$@" >&2
}

# native PROFILE: builds the library of this machine, and leaves the directory that it is in, as the jar has it, in $native.
native() {
    cargo build --quiet --locked --profile "$1" --package sparkspan-agent >&2
    native=$cache/java/native
    library=$native/io/sparkspan/native/linux-$(uname -m)/libsparkspan_agent.so
    mkdir -p "$(dirname "$library")"
    cp "${CARGO_TARGET_DIR:-target}/$(echo "$1" | sed 's/^dev$/debug/')/libsparkspan_agent.so" "$library"
    strip --strip-unneeded "$library"
}

# package NATIVE: leaves the jar's path in $jar. A jar stands in a folder named after all that it is made of, and is never changed.
package() {
    key=$(find "$1" java/pom.xml java/src tools/jar.sh Cargo.toml -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum | cut -c 1-16)
    jar=$cache/java/$key/sparkspan-$version.jar
    [ -f "$jar" ] && return
    maven "$cache/java/build" -Dmaven.test.skip "-Dnative.directory=$1" package
    # Nobody is using those of last week.
    find "$cache/java" -mindepth 2 -maxdepth 2 -name 'sparkspan-*.jar' -mtime +7 -delete
    mkdir -p "$(dirname "$jar")"
    mv "$cache/java/build/sparkspan-$version.jar" "$jar"
}

# As Cargo says it, so that tools/test.sh can count.
summary() {
    awk -F '"' '/<testsuite / {
        for (i = 1; i < NF; i++) {
            if ($i ~ / tests=$/) tests += $(i + 1)
            if ($i ~ / (failures|errors)=$/) failed += $(i + 1)
            if ($i ~ / skipped=$/) skipped += $(i + 1)
        }
    } END {
        printf "test result: %s. %d passed; %d failed; %d ignored\n", failed ? "FAILED" : "ok", tests - failed - skipped, failed, skipped
    }' "$@"
}

case ${1:-quick} in
quick)
    native dev
    package "$native"
    echo "$jar"
    ;;
dist)
    if [ $# -eq 2 ]; then native=$2; else native dist; fi
    package "$native"
    mkdir -p dist
    cp "$jar" dist/
    echo "dist/$(basename "$jar")"
    ;;
test)
    shift
    maven "$cache/java/test" -P spark-3.4 compile
    status=0
    maven "$cache/java/test" "-Dspark.homes=$(IFS=:; echo "$*")" test || status=$?
    summary "$cache"/java/test/surefire-reports/*.xml
    exit "$status"
    ;;
*)
    echo "usage: tools/jar.sh [dist [DIRECTORY]|test HOME...]" >&2
    exit 2
    ;;
esac
