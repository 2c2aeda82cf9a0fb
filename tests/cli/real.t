#!/bin/sh
# belie run against real systems on this machine: etcd, and Redis through Webdis. Each is started on
# loopback with a folder of its own, and ended by its process id.
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
if ! [ -x "$BELIE-run" ] || ! command -v python3 >/dev/null; then
    skip 'real systems' 'needs belie-run (libcurl, pcre2) and python3'
    finish
    exit 0
fi
cd "$T" || exit 1
started=
trap 'kill $started 2>/dev/null; wait; rm -rf "$T"' EXIT
# ports N: so many that nobody uses now.
ports() {
    python3 -c '
import socket, sys
all = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in all: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in all])' "$1"
}
# test_target NAME NODE WORKLOAD OPTIONS...: ten workers, and the verdict is valid.
test_target() {
    what="$1: $3" name=$1 node=$2 workload=$3
    shift 3
    run run --target "$name" --node "$node" -w "$workload" --concurrency 10 --rate 0 --time-limit 2 \
        --ready 20 "$@"
    exits 0 "$what"
    out "history.edn${tab}true" "$what: valid"
    is "$what: enough happened" test "$(grep -c ':type :ok' store/latest/history.edn)" -gt 100
}

if command -v etcd >/dev/null; then
    # shellcheck disable=SC2046
    set -- $(ports 2)
    etcd --data-dir "$T/etcd" --listen-client-urls "http://127.0.0.1:$1" \
        --advertise-client-urls "http://127.0.0.1:$1" --listen-peer-urls "http://127.0.0.1:$2" \
        --initial-advertise-peer-urls "http://127.0.0.1:$2" \
        --initial-cluster "default=http://127.0.0.1:$2" >"$T/etcd.log" 2>&1 &
    started="$started $!"
    etcd=127.0.0.1:$1
    test_target etcd "$etcd" register
    test_target etcd "$etcd" cas-register --ops-per-key 100
    test_target etcd "$etcd" set
    test_target etcd "$etcd" register -o reads=serializable
else
    skip 'etcd' 'etcd is not installed (package etcd-server)'
fi

if command -v redis-server >/dev/null && command -v webdis >/dev/null; then
    # shellcheck disable=SC2046
    set -- $(ports 2)
    redis-server --bind 127.0.0.1 --port "$1" --save '' --appendonly no --dir "$T" >"$T/redis.log" 2>&1 &
    started="$started $!"
    cat >webdis.conf <<END
{"redis_host": "127.0.0.1", "redis_port": $1, "http_host": "127.0.0.1", "http_port": $2, "threads": 2,
 "pool_size": 10, "daemonize": false, "websockets": false, "verbosity": 1, "logfile": "$T/webdis.log"}
END
    webdis webdis.conf >"$T/webdis.out" 2>&1 &
    started="$started $!"
    webdis=127.0.0.1:$2
    test_target redis-webdis "$webdis" register
    test_target redis-webdis "$webdis" cas-register --ops-per-key 100
    test_target redis-webdis "$webdis" set
    test_target redis-webdis "$webdis" counter
    test_target redis-webdis "$webdis" queue
    test_target redis-webdis "$webdis" mutex
else
    skip 'redis' 'redis-server or webdis is not installed'
fi
finish
