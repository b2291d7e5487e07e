# Sourced by the scripts here: paths, versions, small helpers.

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=$HERE/../../..
CACHE=${SPARKSPAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sparkspan}/k8s # programs and image archives
STATE=/var/lib/sparkspan-k8s                                            # the running cluster; short, for unix sockets
BIN=$CACHE/bin
IMAGES=$CACHE/images

KUBE_VERSION=1.34.4 # also in go/kube/go.mod
SPARK_VERSION=3.5.9
SPARK_CONNECT=org.apache.spark:spark-connect_2.12:3.5.7 # the newest of 3.5 that is published

NETNS=sparkspan-k8s # the network namespace in which everything runs
NODE=node1
HOST_IP=10.199.99.1 # this machine's end of the link into the namespace
NODE_IP=10.199.99.2 # the node's end: API server, kubelet, DNS
POD_CIDR=10.244.0.0/24
SERVICE_CIDR=10.96.0.0/16
API_SERVICE_IP=10.96.0.1

export KUBECONFIG=$STATE/pki/admin.conf
export PATH=$BIN:$PATH:/usr/local/sbin:/usr/sbin:/sbin
# Debian's default ulimits for containers may be above what the machine allows.
export CONTAINERS_CONF=$HERE/conf/containers.conf

say() { printf '    cluster: %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
need_root() { [ "$(id -u)" = 0 ] || die "a cluster needs root: network namespaces, mounts, containers"; }
in_ns() { nsenter --net="/run/netns/$NETNS" "$@"; } # not "ip netns exec": that mounts /sys anew and hides the cgroups
ctr_() { ctr -a "$STATE/containerd.sock" -n k8s.io "$@"; }

# wait_for SECONDS WHAT COMMAND...: repeats the command until it succeeds.
wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || die "gave up waiting for $what; logs: $STATE/log"
        sleep 0.3
    done
}

# A process is known by its pid and start time, so that nobody else is ever killed.
start_time() { # of a pid; nothing for one that is gone or a zombie
    local stat f
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    read -ra f <<<"${stat##*) }"
    [ "${f[0]}" = Z ] || echo "${f[19]}"
}
alive() { # alive NAME: prints the pid
    local pid t
    read -r pid t 2>/dev/null <"$STATE/run/$1" || return 1
    [ -n "$t" ] && [ "$(start_time "$pid")" = "$t" ] && echo "$pid"
}
# start NAME COMMAND...: in the namespace, detached from the calling shell, with a log file.
start() {
    local name=$1 pid
    shift
    alive "$name" >/dev/null && return
    setsid nsenter --net="/run/netns/$NETNS" "$@" </dev/null >>"$STATE/log/$name.log" 2>&1 &
    pid=$!
    echo "$pid $(start_time $pid)" >"$STATE/run/$name"
}
# stop NAME SIGNAL: ends it and its process group, by force after 5 s.
stop() {
    local pid i
    pid=$(alive "$1") || { rm -f "$STATE/run/$1"; return 0; }
    kill "-$2" -- "-$pid" 2>/dev/null || true
    for i in $(seq 50); do
        alive "$1" >/dev/null || break
        [ "$i" -lt 50 ] || kill -KILL -- "-$pid" 2>/dev/null || true
        sleep 0.1
    done
    rm -f "$STATE/run/$1"
}

# archive NAME TAG RECIPE CONTEXT: makes the image $IMAGES/NAME.tar of images/NAME/Containerfile and the files that the command CONTEXT
# leaves in a folder, whose path is its last line; unless it was made of the same recipe, a text, before.
archive() {
    local name=$1 tag=$2 recipe context store=(--root "$CACHE/buildah" --runroot "$CACHE/buildah-run")
    recipe=$(echo "$3" | cat - "$HERE/images/$name"/* | sha256sum)
    [ "$(cat "$IMAGES/.$name" 2>/dev/null)" != "$recipe" ] || return 0
    say "building the image of $name"
    context=$("$4")
    mkdir -p "$IMAGES"
    rm -f "$IMAGES/$name.tar"
    buildah "${store[@]}" bud -q --isolation chroot --layers=false -f "$HERE/images/$name/Containerfile" -t "$tag" "$context" >/dev/null
    buildah "${store[@]}" push -q "$tag" "docker-archive:$IMAGES/$name.tar:$tag"
    buildah "${store[@]}" rmi "$tag" >/dev/null
    echo "$recipe" >"$IMAGES/.$name"
}
