#!/bin/sh
# Installs the Cargo tool NAME at VERSION, once per machine, into the cache; prints the binary's path last.
#
# The version is pinned by the caller, and ~/.cargo/bin stays the user's own.
set -eu
[ $# -eq 2 ] || {
    echo "usage: tools/cargo-tool.sh NAME VERSION" >&2
    exit 2
}
name=$1
version=$2
root=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}/cargo-tools/$name-$version
binary=$root/bin/$name

if [ ! -x "$binary" ]; then
    echo "$name $version: building (some minutes, once)" >&2
    # Debug information and fat optimisation cost minutes that a checker never earns back.
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_TARGET_DIR="$root/build" \
        cargo install --quiet --locked --root "$root" --version "$version" "$name" >&2
    rm -rf "$root/build"
fi
echo "$binary"
