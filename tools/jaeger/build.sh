#!/bin/sh
# Builds the real Jaeger, once per machine, into the cache; prints the binary's path last.
#
# v1.76.0 is the newest tag that the Go module proxy serves; its cmd/jaeger is the code of Jaeger 2.13.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}/jaeger
recipe=$(cat "$here/go.mod" "$here/go.sum" | cksum | cut -d' ' -f1)
binary=$cache/jaeger-$recipe

if [ ! -x "$binary" ]; then
    command -v go >/dev/null || {
        echo "error: building Jaeger needs Go" >&2
        echo "hint: install Go 1.24.6 or newer, or point OTEL_EXPORTER_OTLP_ENDPOINT at a running Jaeger" >&2
        exit 1
    }
    echo "Jaeger: building (about 4 minutes, once)" >&2
    mkdir -p "$cache"
    # Two builds at once each write a file of their own; the last rename wins, with the same content.
    unfinished=$(mktemp -d "$cache/unfinished.XXXXXX")
    trap 'rm -rf "$unfinished"' EXIT INT TERM
    # The build may add what go.mod lacks, and the repository's own copy must not change for it.
    cp "$here/go.mod" "$here/go.sum" "$unfinished/"
    (cd "$unfinished" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOWORK=off go build -mod=mod -trimpath -ldflags "-s -w" \
        -o jaeger github.com/jaegertracing/jaeger/cmd/jaeger >&2)
    mv "$unfinished/jaeger" "$binary"
fi
echo "$binary"
