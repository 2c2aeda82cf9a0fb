#!/bin/sh
# Whole tests of real databases in a box: installed, started, broken, judged, gone.
# shellcheck disable=SC2016
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_box 5
store=$T/store
clean() { # nothing of a database, a rule, or belie's runs on the nodes
    for k in 1 2 3 4 5; do
        box ssh "$k" 'ls -d /var/lib/belie/*; { nft list ruleset; iptables-save; } | grep -i belie
            ps ax -o args | grep -E "^(etcd|redis|postgres|/run/belie)"' 2>/dev/null
    done
}

test_of 'etcd, quorum reads, partitions, kills and pauses for 60 s: valid' etcd 0 '^VALID: linearizable' \
    --target etcd --nemesis partition,kill,pause --time-limit 60 --rate 20
if [ -d "$store/latest" ]; then
    is 'it has logs of all nodes' test "$(find "$store/latest/nodes/" -name etcd.log -size +0 | wc -l)" = 5
    is 'it has receipts' grep -q ':receipt "[0-9]* of [0-9]* links cut"' "$store/latest/history.edn"
    is 'no fault was without effect on all links' sh -c "! grep -q 'no effect: 0 of [0-9]* links' '$store/latest/history.edn'"
fi
is 'nothing is left on the nodes' test -z "$(clean)"
test_of 'etcd, power cuts: nothing that it acknowledged is lost' etcd 0 '^VALID: linearizable' \
    --target etcd --nemesis power-cut --nemesis-interval 4 --time-limit 30 --rate 20
is 'power cuts had an effect' grep -q ':receipt "[1-5] of [1-5] nodes lost what was not synced"' "$store/latest/history.edn"
is 'and are in what the test covers' grep -q '"name": "power-cut"' "$store/latest/results.json"
test_of 'etcd, serializable reads: a stale read is named' etcd 1 '^INVALID: read of' \
    --target etcd -o reads=serializable --nemesis partition,kill,pause --time-limit 60 --rate 10
test_of 'Redis with Sentinel in partitions: acknowledged writes are lost' redis-server 1 'rule: lost' \
    --target redis-sentinel -w set --nemesis partition --nemesis-interval 8 --time-limit 40 --rate 20
# By primaries: whoever says that it is one, at that time. What a fault hit is in its completion.
hit() { # hit NAME PROGRAM PATTERN ARGUMENTS...
    what=$1 program=$2 pattern=$3
    shift 3
    there "$program" || { skip "$what" "no $program here" && return; }
    timed run run --box "$BOX" --store "$store" --nemesis-interval 5 --time-limit 15 --rate 20 "$@"
    is "$what: no client waits for it longer than its timeout ($((took / 1000)) s)" test "$took" -lt 75000
    is "$what" grep -qE "$pattern" "$store/latest/history.edn"
}
hit 'Redis with Sentinel: the primary is killed' redis-server \
    ':f :kill, :value \{"n1" :killed\}, .*:receipt "1 of 1 nodes killed"' --target redis-sentinel --nemesis kill:primaries
hit 'PostgreSQL: the primary is paused' postgres \
    ':f :pause, :value \{"n1" :paused\}, .*:receipt "1 of 1 nodes stopped"' --target postgres-standby --nemesis pause:primaries
hit 'etcd: the leader is alone' etcd \
    ':f :start-partition, :value \[:isolated .*:receipt "8 of 8 links cut"' --target etcd --nemesis partition:primaries
test_of 'PostgreSQL with standbys: stale reads' postgres 1 '^INVALID: read of' \
    --target postgres-standby --nemesis partition --time-limit 20 --rate 50
is 'nothing is left on the nodes, again' test -z "$(clean)"

# kill -9 of belie in the middle of a test.
if there etcd; then
    "$BELIE" run --box "$BOX" --store "$store" --target etcd --nemesis partition,pause,delay \
        --nemesis-interval 2 --time-limit 60 --rate 20 >/dev/null 2>&1 </dev/null &
    victim=$!
    i=0
    while ! grep -q 'links cut' "$store/current/history.edn" 2>/dev/null && [ $i -lt 300 ]; do
        sleep 0.1
        i=$((i + 1))
    done
    kill -9 $victim
    wait $victim 2>/dev/null
    sleep 3
    is 'killed in the middle: no rules' test -z "$(for k in 1 2 3 4 5; do box ssh $k 'nft list ruleset; iptables-save' 2>/dev/null | grep -i belie; done)"
    is 'killed in the middle: nobody stands still' test -z "$(for k in 1 2 3 4 5; do box ssh $k 'grep -l "^State:.*stopped" /proc/[0-9]*/status' 2>/dev/null; done)"
    run heal --box "$BOX"
    out '^5 of 5 nodes healed' 'heal'
    test_of 'the next test does not mind' etcd 0 '^VALID' --target etcd --time-limit 5 --rate 50
fi

# Bad input, each with a sentence.
sed 's/"needs": \[/&"no-such-program", /' runners/targets/etcd.json >"$T/missing.json"
run run --box "$BOX" --store "$store" --target "$T/missing.json" --time-limit 2
err 'no-such-program is not installed' 'a database that is not installed'
exits 254 'a database that is not installed'
sed -e 's/"ready": "/&false \&\& /' -e 's/"needs"/"ready-seconds": 2, &/' runners/targets/etcd.json >"$T/never.json"
run run --box "$BOX" --store "$store" --target "$T/never.json" --time-limit 2
err 'etcd is not ready after 2 s; its log ends' 'a database that never becomes ready'
exits 254 'a database that never becomes ready'
is 'leaves nothing behind' test -z "$(clean)"
sed -e 's/"options": {/&"password": {"summary": "of nothing", "default": ""},/' \
    -e 's/"needs"/"setup": "echo ${password} >\&2; exit 3", &/' runners/targets/etcd.json >"$T/secret.json"
run run --box "$BOX" --store "$store" --target "$T/secret.json" -o password=zyxw --time-limit 2
err 'echo \*\*\* >&2; exit 3: exit status 3: \*\*\*$' 'a setup that fails, with a secret in it'
exits 254 'a setup that fails'
run run --box nowhere --target etcd --time-limit 2
err "is the box 'nowhere' up" 'a box that is not there'
run run --remote libssh2 --nodes "$NET.1:2379" --known-hosts /dev/null --ssh-private-key "$D/id" --target etcd --time-limit 2
err 'host key verification failed' 'an unknown host'
exits 254 'an unknown host'
echo '{"target": "etcd", "workload": "register", "nemesis": "partition,delay,disk-full,power-cut"}' >"$T/test.json"
run doctor --box "$BOX" "$T/test.json"
exits 0 'doctor'
is 'doctor: each node can do it' test "$(grep -cE '^  (partition|packets|disk|power) .*\(needed\)$' "$T/out")" = 20
box ssh 2 'for p in iptables iptables-restore nft; do for d in /usr/sbin /sbin; do [ ! -e $d/$p ] || mount --bind /bin/false $d/$p; done; done'
run doctor --box "$BOX" "$T/test.json"
exits 254 'doctor, a node without iptables'
out 'partition no: neither nft nor iptables .*\(NEEDED\)' 'doctor, a node without iptables'
box reboot 2
run heal
err '--remote KIND or --box NAME' 'heal without nodes'
finish
