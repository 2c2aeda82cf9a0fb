#!/bin/sh
# Every fault on real hosts: what the node says while it lasts, the receipt, and that nothing is left
# after its end, after kill -9 of who made it, and after `heal`.
# shellcheck disable=SC2016
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_box 5
faults=$(dirname "$BELIE")/tests/cluster/faults
ALL=$(seq -s, -f "$NET.%g" 1 5)
O="-n $D/known_hosts -i $D/id"
F() {
    status=0
    # shellcheck disable=SC2086
    "$faults" $O "$@" >"$T/out" 2>"$T/err" </dev/null || status=$?
}
# What of a fault can be seen on the nodes: rules, packets that are held, processes that stand still,
# clocks that are wrong by more than 2 s. One number for all of them.
traces() {
    n=0
    for k in 1 2 3 4 5; do
        n=$((n + $(box ssh "$k" '
            { iptables-save; nft list ruleset; } 2>/dev/null | grep -ciE "belie|NFQUEUE"
            grep -l "^State:.*stopped" /proc/[0-9]*/status 2>/dev/null | wc -l
            test -s /tmp/clock && now=$(date +%s) && skew=$((now - $(cat /tmp/clock))) &&
                { [ ${skew#-} -le 2 ]; echo $?; }
            ls -a /tmp /var/lib/belie-test 2>/dev/null | grep -c belie-fill' | paste -sd+ | bc)))
    done
    echo "$n"
}
printed() { # printed CODE PATTERN NAME
    if [ "$status" = "$1" ] && grep -qE -- "$2" "$T/out"; then pass "$3"; else fail "$3"; fi
}

F "$ALL" check
printed 0 '^yes partition' 'the nodes say what can be done there'
sed -n 's/^/# /p;/^time/q' "$T/out"

both() { # both FAULT VALUE RECEIPT RECEIPT-OF-THE-END SEEN-WHILE-IT-LASTS
    F -c "$5" "$ALL" both "$1" "$2"
    printed 0 "^[a-z-]*: $3" "$1 $2: $(sed -n '1s/ [[{:].*//p' "$T/out")"
    printed 0 "^[a-z-]*: $4" "$1 $2, the end: $(sed -n '2s/ [[{:].*//p' "$T/out")"
    is "$1 $2: nothing is left" test "$(traces)" = 0
}
ssh_to() { echo "$testbed --name $BOX ssh $1"; }
for kind in one:8 halves:12 minority:1?[28] majorities-ring:10 bridge:8 one-way:6 complete:20; do
    n=${kind#*:}
    both partition "${kind%:*}" "$n of $n links cut" '20 of 20 links work' true
done
both kill one '1 of 1 nodes killed' '5 of 5 nodes up' true
both kill all '5 of 5 nodes killed' '5 of 5 nodes up' true
box ssh 4 'cd /tmp; setsid sleep 1000 >/dev/null 2>&1 </dev/null &'
F "$NET.4" both kill one
is 'kill: what works in the folder of the database dies, too' test "$(box ssh 4 'pgrep -cx sleep')" = 0
both pause all '5 of 5 nodes stopped' '5 of 5 nodes not stopped' \
    "$(ssh_to 3) 'grep -q \"^State:.*stopped\" /proc/\$(cut -d\" \" -f1 /run/belie/db.pid)/status'"
both clock all '5 of 5 clocks off' '5 of 5 clocks right' \
    "sleep 0.5; $(ssh_to 5) 'test \$((\$(cat /tmp/clock) - \$(date +%s))) -gt 15'"
both strobe one '1 of 1 clocks jump' '5 of 5 clocks do not jump' true
both delay all '5 of 5 nodes troubled' '5 of 5 nodes without' true
both loss all '5 of 5 nodes troubled' '5 of 5 nodes without' true
both duplicate one '1 of 1 nodes troubled' '5 of 5 nodes without' true
both reorder one '1 of 1 nodes troubled' '5 of 5 nodes without' true
both corrupt all '5 of 5 nodes troubled' '5 of 5 nodes without' true
both rate all '5 of 5 nodes troubled' '5 of 5 nodes without' true

for k in 1 2 3 4 5; do
    box ssh $k 'mkdir -p /var/lib/belie-test/sub; head -c 5000 /dev/zero > /var/lib/belie-test/sub/data'
done
both disk-full one '1 of 1 disks full' '5 of 5 disks not full' true
F -c "for k in 1 2 3 4 5; do $testbed --name $BOX ssh \$k 'echo x > /var/lib/belie-test/new'; done" "$ALL" both disk-full all
is 'disk-full all: nothing can be written' test "$(grep -c 'No space' "$T/err")" = 5
both bitflip all '5 of 5 nodes with a damaged file' 'what was damaged' true
is 'bitflip: it is one bit' test "$(box ssh 3 'tr -d "\\0" < /var/lib/belie-test/sub/data | wc -c')" = 1
both truncate one '1 of 1 nodes with a damaged file' 'what was damaged' true
is 'truncate: 64 bytes less' test "$(for k in 1 2 3 4 5; do box ssh $k 'stat -c %s /var/lib/belie-test/sub/data'; done | sort -n | head -1)" = 4936

# Power cuts. On each node somebody writes files and does not sync them.
both power-cut one 'no effect: 0 of 1 nodes lost what was not synced \(/var/lib/belie-test is no disk' '5 of 5 nodes up' true
for k in 1 2 3 4 5; do
    box ssh $k 'rm -rf /var/lib/belie-test; /run/belie/belie-node disk make /var/lib/belie-test; cd /var/lib/belie-test
        echo kept | dd of=kept conv=fsync 2>/dev/null
        setsid sh -c "i=0; while :; do echo x > u\$i; i=\$((i + 1)); echo \$i > /tmp/written; sleep 0.05; done" >/dev/null 2>&1 </dev/null &'
done
both power-cut all '5 of 5 nodes lost what was not synced' '5 of 5 nodes up' true
for k in 1 2 3 4 5; do
    is "power-cut: n$k has what was synced" test "$(box ssh $k 'cat /var/lib/belie-test/kept')" = kept
    is "power-cut: n$k has lost some of the rest" box ssh $k 'test $(find /var/lib/belie-test -name "u*" -size +0 | wc -l) -lt $(cat /tmp/written)'
done
both power-cut all '5 of 5 nodes lost what was not synced' '5 of 5 nodes up' true

# kill -9 in the middle: the agents' input ends, they heal.
die() { # die FAULT VALUE SIGNAL
    # shellcheck disable=SC2086
    "$faults" $O "$ALL" begin "$1" "$2" >"$T/out" 2>"$T/err" </dev/null &
    victim=$!
    i=0
    while ! grep -q : "$T/out" && [ $i -lt 200 ]; do
        sleep 0.1
        i=$((i + 1))
    done
}
for f in partition:halves flapping:halves pause:all clock:all strobe:all delay:all loss:all \
    duplicate:all reorder:all corrupt:all rate:all disk-full:one; do
    die "${f%:*}" "${f#*:}"
    for i in 1 2 3 4 5; do # a clock that jumps is right now and then
        shown=$(traces)
        [ "$shown" = 0 ] || break
    done
    is "${f%:*}: the nodes show it" test "$shown" -gt 0
    kill -9 $victim
    wait $victim 2>/dev/null
    sleep 2
    is "${f%:*}: 2 s after kill -9 of belie they do not" test "$(traces)" = 0
done

# A power cut that was broken off: the file system is shut down, and nobody has mounted it again.
die power-cut one
box ssh 1 'echo "power 0 /var/lib/belie-test" >> /run/belie/journal; cd /
    perl -e "open(my \$d, q(<), q(/var/lib/belie-test)); ioctl(\$d, 0x8004587d, my \$how = pack(q(I), 2)) or die"'
is 'a power cut that was broken off: nothing can be written' test "$(box ssh 1 'touch /var/lib/belie-test/new 2>/dev/null || echo no')" = no
kill -9 $victim
wait $victim 2>/dev/null
sleep 2
is 'a power cut that was broken off: healed 2 s after kill -9 of belie' box ssh 1 'touch /var/lib/belie-test/new'
box ssh 1 '/run/belie/belie-node disk remove /var/lib/belie-test'
is 'a disk that is removed leaves nothing' test -z "$(box ssh 1 'ls -d /var/lib/belie-test.disk; grep " /var/lib/belie-test " /proc/mounts' 2>/dev/null)"

# The agent itself is killed: its parent heals.
die partition halves
box ssh 1 'kill -9 $(cat /run/belie/agent.pid)'
sleep 1
is 'an agent that is killed leaves no rules' test "$(box ssh 1 'nft list ruleset; iptables-save' 2>/dev/null | grep -ci belie)" = 0
kill -9 $victim
wait $victim 2>/dev/null

# Someone else heals while belie lives.
die partition complete
timed F "$ALL" heal
printed 0 '5 of 5 nodes healed' "heal at once ($took ms)"
is 'heal: nothing is left' test "$(traces)" = 0
kill -9 $victim
wait $victim 2>/dev/null

# The control host is cut off without a word: the dead man's switch.
box ssh 1 'true'
# shellcheck disable=SC2086
"$faults" $O -d 3 "$ALL" begin partition complete >"$T/out" 2>"$T/err" </dev/null &
victim=$!
sleep 2
is 'armed for 3 s: the nodes show it' test "$(traces)" -gt 0
sleep 4
is 'armed for 3 s: healed by themselves while belie lives' test "$(traces)" = 0
kill -9 $victim
wait $victim 2>/dev/null

# Where the kernel or the node refuses it.
box ssh 2 'mkdir -p /tmp/empty; for p in iptables nft iptables-restore; do for d in /usr/sbin /sbin; do [ -e $d/$p ] && mount --bind /bin/false $d/$p; done; done; true'
F "$NET.1,$NET.2,$NET.3" both partition complete
printed 0 '^start-partition: 4 of 6 links cut \(neither nft nor iptables' 'a node without iptables: said in the receipt'
F "$NET.2,$NET.4" both delay all
printed 0 '^start-delay: 1 of 2 nodes troubled \(neither' 'and for packets'
box ssh 2 'mount --bind /bin/false "$(command -v mkfs.ext4)"; mkdir -p /var/lib/belie-test'
F "$NET.1,$NET.2" check
is 'power cuts that a node cannot do: said by doctor' test "$(grep -cE '^no power: mkfs.ext4' "$T/out")" = 1
box reboot 2
F "$NET.2" check
box ssh 2 '/run/belie/belie-node start other /var/lib/belie-test /tmp/other.log root sleep 60'
is 'after a reboot the disk is there again when the database starts' box ssh 2 'grep -q " /var/lib/belie-test ext4 " /proc/mounts && grep -q kept /var/lib/belie-test/kept'

# Bad input.
F "$NET.1,$NET.99" both partition one
err_has() { if grep -qE "$1" "$T/err" && [ "$status" != 0 ]; then pass "$2"; else fail "$2"; fi; }
err_has '99.*(No route|timed out|in time)' 'an unreachable node'
box ssh 1 'useradd -m -p "*" plain; mkdir -p /home/plain; true'
F -u plain "$NET.1" both partition one
err_has 'sudo' 'a user without sudo'
box ssh 3 'mount -t tmpfs -o size=64k,mode=755 tmpfs /run/belie'
F "$NET.3" check
err_has 'No space' 'a full disk'
box ssh 3 'umount /run/belie'
is 'in the end nothing is left' test "$(traces)" = 0
finish
