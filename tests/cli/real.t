#!/bin/sh
# belie run against real systems on this machine: etcd, Redis through Webdis, and what npm has of the
# APIs of DynamoDB and CouchDB. Each is started on loopback with a folder of its own, and ended by its process id.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"
if ! [ -x "$BELIE-run" ] || ! command -v python3 >/dev/null; then
    skip 'real systems' 'needs belie-run (libcurl, pcre2) and python3'
    finish
    exit 0
fi
targets=$(cd "$(dirname "$0")/../../runners/targets" && pwd)
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
least=100
# test_target NAME NODE WORKLOAD OPTIONS...: ten workers, and the verdict is valid.
test_target() {
    what="$1: $3" name=$1 node=$2 workload=$3
    shift 3
    run run --target "$name" --node "$node" -w "$workload" --concurrency 10 --rate 0 --time-limit 2 \
        --ready 20 "$@"
    exits 0 "$what"
    out "history.edn${tab}true" "$what: valid"
    is "$what: enough happened" test "$(grep -c ':type :ok' store/latest/history.edn)" -gt $least
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
    run doctor --target etcd --node "$etcd"
    exits 0 'doctor: etcd is well'
    out '^ok    read nil -> 1' 'doctor: what was written is read'
    out '^-     workload counter: "(add|count)" is not described' 'doctor: what is not described'
    run doctor --target etcd --node 127.0.0.1:1
    exits 254 'doctor: nobody there'
    out '^WRONG 127.0.0.1:1 cannot be reached' 'doctor: who is not there'

    # Faults by commands: killed, started again and stopped, with what it has on its disk.
    cat >start.sh <<END
etcd --data-dir "$T/etcd2" --listen-client-urls "http://\$BELIE_NODE" --logger=zap \
    --advertise-client-urls "http://\$BELIE_NODE" --listen-peer-urls "http://127.0.0.1:$2" \
    --initial-advertise-peer-urls "http://127.0.0.1:$2" \
    --initial-cluster "default=http://127.0.0.1:$2" >>"$T/etcd2.log" 2>&1 &
echo \$! >"$T/etcd2.pid"
END
    kill "${started# }" && wait
    sed 's|"http": {|"faults": {\
  "kill": {"start": "kill -9 $(cat $BELIE_HERE/etcd2.pid)", "stop": "sh $BELIE_HERE/start.sh"},\
  "pause": {"start": "kill -STOP $(cat $BELIE_HERE/etcd2.pid)", "stop": "kill -CONT $(cat $BELIE_HERE/etcd2.pid)",\
            "check": "grep -q stopped /proc/$(cat $BELIE_HERE/etcd2.pid)/status"}},\
 "http": {|' "$targets/etcd.json" >faulty.json
    BELIE_NODE=$etcd sh start.sh
    faulty() {
        run run --target ./faulty.json --node "$etcd" --rate 300 --concurrency 10 --timeout 1 \
            --ready 20 "$@"
    }
    history=store/latest/history.edn
    faulty --nemesis kill --nemesis-interval 1.5 --time-limit 8
    # With one node little can succeed while it is dead: "vacuous" is an answer here.
    is 'etcd is killed by commands: exit code 0 or 2' test "$status" -eq 0 -o "$status" -eq 2
    out 'VALID: linearizable' 'what happened is valid'
    is 'it was killed' grep -q ':receipt "1 of 1 nodes killed"' $history
    is 'it was started' grep -q ':receipt "1 of 1 nodes up"' $history
    is 'some operations failed' grep -q ':error \[:not-sent' $history
    faulty --nemesis pause --nemesis-interval 0.5 --time-limit 4
    exits 0 'etcd is stopped by commands'
    is 'it was stopped' grep -q ':receipt "1 of 1 nodes stopped"' $history
    is 'it went on' grep -q ':receipt "1 of 1 nodes not stopped"' $history
    timeout -s INT 1.5 "$BELIE" run --target ./faulty.json --node "$etcd" --nemesis pause \
        --nemesis-interval 0.4 --time-limit 1000 --timeout 1 >"$T/out" 2>"$T/err"
    is 'interrupted: it does not stay stopped' sh -c "! grep -q stopped /proc/$(cat etcd2.pid)/status"
    sed 's/"stop": "kill/"stpo": "kill/' faulty.json >bad.json
    run run --target ./bad.json --node "$etcd"
    exits 254 'a fault with a mistake'
    err 'bad.json:[0-9]+:[0-9]+: a fault has no "stpo"; did you mean .stop' 'where it is'
    run run --target ./faulty.json --node "$etcd" --nemesis partition
    exits 254 'a fault without commands'
    started=" $(cat etcd2.pid)"
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

# Of npm: in the PATH, or in the folder $BELIE_NPM, where "npm install NAME" was done.
PATH=$PATH:${BELIE_NPM:-/nowhere}/node_modules/.bin
if command -v dynalite >/dev/null; then
    # shellcheck disable=SC2046
    set -- $(ports 1)
    dynalite --host 127.0.0.1 --port "$1" --createTableMs 300 >"$T/dynalite.log" 2>&1 &
    started="$started $!"
    dynalite=127.0.0.1:$1
    test_target dynalite "$dynalite" register
    test_target dynalite "$dynalite" cas-register --ops-per-key 100 -o reads=eventual
    test_target dynalite "$dynalite" counter
    test_target dynalite "$dynalite" set
    test_target dynalite "$dynalite" 2p-set
else
    skip 'dynalite' 'dynalite is not installed (npm install dynalite)'
fi
if command -v pouchdb-server >/dev/null; then
    # shellcheck disable=SC2046
    set -- $(ports 1)
    mkdir pouchdb
    (cd pouchdb && exec pouchdb-server --host 127.0.0.1 --port "$1" --in-memory >"$T/pouchdb.log" 2>&1) &
    started="$started $!"
    pouchdb=127.0.0.1:$1 least=20 # it takes a hundredth of a second for each
    test_target pouchdb "$pouchdb" register
    is 'pouchdb: a conflict is a fail' grep -q ':error :conflict' store/latest/history.edn
    test_target pouchdb "$pouchdb" cas-register --ops-per-key 100
    test_target pouchdb "$pouchdb" counter
    test_target pouchdb "$pouchdb" set
else
    skip 'pouchdb' 'pouchdb-server is not installed (npm install pouchdb-server)'
fi
finish
