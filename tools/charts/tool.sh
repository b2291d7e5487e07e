#!/bin/sh
# Gets a tool that the charts are tested with, once per machine, into the cache; prints the program's path last.
#
#     tools/charts/tool.sh helm3|helm4|helm-docs|helm-unittest|kubeconform|kubernetes-validate|yamllint|python
#
# `python` is the Python of the tools that come from PyPI.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}/charts
name=${1:-}

# The version of Kubernetes that templates meet outside a cluster; Helm 3 takes it from the linker and says 1.20 without.
kubernetes_minor=37
helm3=helm.sh/helm/v3

# go_tool VERSION COST COMMAND...: the command is a `go build` or `go install` that leaves the program in $unfinished/bin.
go_tool() {
    binary=$cache/$name-$1
    if [ ! -x "$binary" ]; then
        command -v go >/dev/null || {
            echo "error: building $name needs Go" >&2
            echo "hint: install Go 1.26 or newer" >&2
            exit 1
        }
        echo "$name $1: building ($2, once)" >&2
        shift 2
        mkdir -p "$cache"
        # Two builds at once each write a file of their own; the last rename wins, with the same content.
        unfinished=$(mktemp -d "$cache/unfinished.XXXXXX")
        trap 'rm -rf "$unfinished"' EXIT INT TERM
        export CGO_ENABLED=0 GOWORK=off GOFLAGS="-trimpath -buildvcs=false" GOBIN="$unfinished/bin"
        "$@" >"$unfinished/log" 2>&1 || {
            cat "$unfinished/log" >&2
            exit 1
        }
        mv "$unfinished"/bin/* "$binary"
    fi
    echo "$binary"
}

# The folder of the module stays as it is: the build gets a copy, and may add what go.mod lacks.
build_helm_unittest() {
    cp "$here"/helm-unittest/go.* "$unfinished/"
    (cd "$unfinished" && go build -mod=mod -o bin/helm-unittest \
        -ldflags "-s -w -X $helm3/pkg/chartutil.k8sVersionMinor=$kubernetes_minor" github.com/helm-unittest/helm-unittest/cmd/helm-unittest)
}

python() {
    PYTHONPATH=$here/../../tests/spark python3 -c 'import pathlib, sys, environment
print(environment.locked("charts", "a download of 10 MB", [pathlib.Path(sys.argv[1])]))' "$here/requirements.txt"
}

case $name in
helm3)
    versions="-X $helm3/internal/version.version=v3.22.0"
    for package in pkg/lint/rules pkg/chartutil; do
        versions="$versions -X $helm3/$package.k8sVersionMajor=1 -X $helm3/$package.k8sVersionMinor=$kubernetes_minor"
    done
    go_tool 3.22.0 "2 minutes" go install -ldflags "-s -w $versions" $helm3/cmd/helm@v3.22.0
    ;;
helm4)
    go_tool 4.3.1 "6 minutes" go install -ldflags "-s -w -X helm.sh/helm/v4/internal/version.version=v4.3.1" helm.sh/helm/v4/cmd/helm@v4.3.1
    ;;
helm-docs)
    go_tool 1.14.2 "1 minute" go install -ldflags "-s -w" github.com/norwoodj/helm-docs/cmd/helm-docs@v1.14.2
    ;;
helm-unittest)
    # It has a replace directive, so that `go install` refuses it.
    go_tool 1.1.2 "2 minutes" build_helm_unittest
    ;;
kubeconform)
    go_tool 0.7.0 "5 seconds" go install -ldflags "-s -w" github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0
    ;;
kubernetes-validate | yamllint)
    echo "$(dirname "$(python)")/$name"
    ;;
python)
    python
    ;;
*)
    echo "usage: tools/charts/tool.sh helm3|helm4|helm-docs|helm-unittest|kubeconform|kubernetes-validate|yamllint|python" >&2
    exit 2
    ;;
esac
