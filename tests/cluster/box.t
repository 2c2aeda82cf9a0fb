#!/bin/sh
# The cluster in a box: up, down, again, after kill -9, two side by side.
# shellcheck disable=SC2016
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_root
SIDE=$BOX-side
trap 'box down; "$testbed" --name "$SIDE" down; rm -rf "$T"' EXIT
trap 'exit 130' INT TERM
: >"$T/out"
: >"$T/err"

# What a box of ours could leave: links by the number of its network, mounts, processes, groups.
left() {
    n=0
    [ ! -d "${BELIE_BOX_DIR:-/var/tmp/belie-box}/$1" ] || n=1
    n=$((n + $(grep -c "/$1/" /proc/mounts)))
    n=$((n + $(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -o "_init [^ ]*/$1 " | wc -l)))
    [ -z "$2" ] || n=$((n + $(ip -br link | grep -cE "^bl[bv]$2[.@ ]")))
    [ -z "$2" ] || n=$((n + $(find /sys/fs/cgroup -maxdepth 2 -name "belie$2-n*" 2>/dev/null | wc -l)))
    echo "$n"
}
net() { cat "${BELIE_BOX_DIR:-/var/tmp/belie-box}/$1/net"; }

is 'up 5' timed box up 5
echo "# up 5 took $took ms"
is 'up 5 in under 3 s' test "$took" -lt 3000
is 'all five say that they are up' test "$(box status | grep -c ' up$')" = 5
is 'a node has its own name' test "$(box ssh 2 hostname)" = n2
is 'a node has its own processes' test "$(box ssh 2 'cat /proc/1/comm')" = sshd
is 'a node has its own files' box ssh 3 'echo mine > /etc/only-here'
is 'which nobody else sees' test ! -e /etc/only-here
is 'nodes reach each other by name' box ssh 1 "bash -c 'read -t 2 -r x </dev/tcp/n5/22'"
first_pids=$(cat "${BELIE_BOX_DIR:-/var/tmp/belie-box}/$BOX"/n?/init.pid)
is 'up again' timed box up 5
is 'changes nothing' test "$first_pids" = "$(cat "${BELIE_BOX_DIR:-/var/tmp/belie-box}/$BOX"/n?/init.pid)"
is 'crash' box crash 4
is 'one is down' test "$(box status | grep -c ' down$')" = 1
is 'up brings it back' box up 5
is 'its files survived' box ssh 3 'test -s /etc/only-here'
is 'reboot' box reboot 3
is 'files survive a reboot' box ssh 3 'test -s /etc/only-here'

is 'a second box beside it' "$testbed" --name "$SIDE" --disk --size 256m up 2
is 'has its own network' test "$(net "$BOX")" != "$(net "$SIDE")"
is 'and its own files' "$testbed" --name "$SIDE" ssh 1 'test ! -e /etc/only-here'
is 'on a real disk of its size' "$testbed" --name "$SIDE" ssh 1 'test $(df -m / | tail -1 | tr -s " " | cut -d" " -f2) -lt 300'
"$testbed" --name "$SIDE" ssh 1 'mkdir /data; sync; echo kept > /data/synced; sync; echo lost > /data/not-synced'
is 'power cut' "$testbed" --name "$SIDE" powercut 1
is 'what was synced is there' "$testbed" --name "$SIDE" ssh 1 'test "$(cat /data/synced)" = kept'
is 'what was not is gone' "$testbed" --name "$SIDE" ssh 1 'test ! -s /data/not-synced'
side=$(net "$SIDE")
is 'down of one' "$testbed" --name "$SIDE" down
is 'leaves nothing of it' test "$(left "$SIDE" "$side")" = 0
is 'and the other up' box ssh 5 true

first=$(net "$BOX")
is 'down' timed box down
echo "# down took $took ms"
is 'down in under 3 s' test "$took" -lt 3000
is 'nothing is left' test "$(left "$BOX" "$first")" = 0
is 'down again is no error' box down

for ms in 0.03 0.1 0.2 0.35; do
    "$testbed" --name "$BOX" up 5 >/dev/null 2>&1 &
    starter=$!
    sleep $ms
    kill -9 $starter 2>/dev/null
    wait $starter 2>/dev/null
    box down >"$T/out" 2>"$T/err" || true
    is "nothing is left of a starter that was killed after $ms s" test "$(left "$BOX" "$first")" = 0
done
"$testbed" --name "$BOX" up 3 >/dev/null 2>&1 &
starter=$!
sleep 0.15
kill -9 $starter 2>/dev/null
wait $starter 2>/dev/null
is 'up after a killed starter' box up 3
is 'has three nodes that answer' sh -c "'$testbed' --name $BOX ssh 1 true && '$testbed' --name $BOX ssh 3 true"
finish
