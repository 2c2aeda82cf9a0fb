#!/bin/sh
# The power of a database's disk is cut: what a database promises about synced commits, and what it
# says itself that it does not promise. One node, so that nothing but its disk can save a write; then
# nothing succeeds during a cut, and the whole is vacuous (exit 2) where nothing is lost.
# shellcheck disable=SC2016
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_box 3
store=$T/store
cuts() { # cuts NAME PROGRAM EXIT PATTERN TARGET OPTIONS...
    what=$1 program=$2 wanted=$3 pattern=$4 target=$5
    shift 5
    test_of "$what" "$program" "$wanted" "$pattern" --nodes "$NET.1" --target "$target" "$@" -w set \
        --nemesis power-cut --nemesis-interval 3 --time-limit 20 --rate 100 --timeout 1
    there "$program" || return
    is "$what: the cuts had an effect" grep -q \
        ':receipt "1 of 1 nodes lost what was not synced"' "$store/latest/history.edn"
}
cuts 'Redis, appendfsync everysec: acknowledged writes are lost' redis-server 1 'rule: lost' \
    redis-sentinel -o appendfsync=everysec
cuts 'Redis, appendfsync always: none is lost' redis-server 2 '^VALID \(set\)' \
    redis-sentinel -o appendfsync=always
cuts 'PostgreSQL, synchronous_commit off: acknowledged commits are lost' postgres 1 'rule: lost' \
    postgres-standby -o fsync=on -o commit=off
cuts 'PostgreSQL, synchronous_commit on: none is lost' postgres 2 '^VALID \(set\)' \
    postgres-standby -o fsync=on

# Standbys that show nothing new: what the primary has is not lost.
sed 's/"ready": "\(.*\)",$/"ready": {"first": "\1", "others": "\1 \&\& psql -XAtq -h \/tmp -U postgres -c '"'select pg_wal_replay_pause()'"'"},/' \
    runners/targets/postgres-standby.json >"$T/stale.json"
test_of 'PostgreSQL: a set is read from the primary' postgres 0 '^VALID \(set\)' \
    --target "$T/stale.json" -w set --time-limit 3 --rate 50

# An answer that libssh2 has already read must not wait for the next one: with many clients at once
# one of a thousand lasted until its timeout.
test_of 'Redis, eight clients as fast as they can' redis-server 0 '^VALID' --nodes "$NET.1" \
    --target redis-sentinel -w set --concurrency 8 --rate 0 --time-limit 8 --timeout 40
is 'no answer is noticed when its time is up only' awk '
    match($0, /:time [0-9]+/) { t = substr($0, RSTART + 6, RLENGTH - 6) }
    !match($0, /:process [0-9]+/) { next }
    { p = substr($0, RSTART + 9, RLENGTH - 9) }
    /:type :invoke/ { began[p] = t; next }
    t - began[p] >= 40e9 { late = 1 }
    END { exit late }' "$store/latest/history.edn"
finish
