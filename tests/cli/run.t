#!/bin/sh
# belie run: whole tests on simulated clusters, and what they leave behind.
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$T" || exit 1

run run --sim leader --nemesis partition,kill --time-limit 20
exits 0 'a store that keeps its promise'
out "^store/leader-register-partition-kill/[0-9TZ.]+/history\\.edn${tab}true\$" 'path and verdict'
err 'one leader with terms .* promises: linearizable' 'what is tested is said'
dir=store/leader-register-partition-kill
is 'latest' test -f store/latest/history.edn
is 'current' test -f store/current/history.edn
is 'latest of the test' test -f "$dir/latest/results.json"
is 'test.json names the seed' grep -q '"seed": 1' store/latest/test.json
is 'test.json has the command' \
    grep -qF '"command": "belie run --sim leader --nemesis partition,kill --time-limit 20"' store/latest/test.json
is 'the report says how to run it again' \
    grep -qF 'run again</dt><dd><code>belie run --sim leader' store/latest/report.html
run run -q --sim leader --time-limit 1 -o 'db_password=h h' -ouser=me -o url=http://u:pw@h:1/ --test-count 2
is 'secrets are not in it' \
    grep -qF "run -q --sim leader --time-limit 1 -o 'db_password=***' '-ouser=me' -o 'url=http://u:***@h:1/'" store/latest/test.json
is 'of several tests, the one' grep -qF -- '--test-count 2 --seed 2 --test-count 1"' store/latest/test.json
run run -q --sim leader --time-limit 1 -o 'url=http://u:zyxw1@h:1,v:zyxw1@h:2/?token=zyxw2' \
    -o 'header=Authorization: Bearer zyxw3' -o 'json={"x": 1, "api-key":"zyxw4"}' -o 'at=host:80: x' \
    -o 'users=http://zyxw5@h:1/,zyxw6@h:2,zyxw7:@h:3' -o 'sums=u:zyxw8=9@h' -o 'login=root@h,http://ubuntu@h'
is 'secrets of other shapes are not in it' \
    sh -c "! grep -E zyxw store/latest/test.json store/latest/report.html"
is 'the rest is' grep -qF -- \
    "-o 'url=http://u:***@h:1,v:***@h:2/?token=***' -o 'header=Authorization:***'" store/latest/test.json
is 'a user without a password is one' grep -qF -- "'users=http://***@h:1/,***@h:2,***@h:3'" store/latest/test.json
is 'what is no secret is' grep -qF -- "-o 'at=host:80: x'" store/latest/test.json
is 'so is the name of a user' grep -qF -- "login=root@h,http://ubuntu@h" store/latest/test.json
run analyze --min-ops 1000000 store/latest
exits 2 'analyze: thresholds'
run run -q --sim leader --nemesis partition,kill --time-limit 20
is 'results.json has the verdict' grep -q '"valid": true' store/latest/results.json
is 'receipts of the partition' grep -q ':receipt "[0-9]* of [0-9]* links cut"' store/latest/history.edn
is 'receipts of the kill' grep -q ':receipt "[0-9]* of [0-9]* nodes killed"' store/latest/history.edn
is 'the cluster is healed in the end' grep -q ':network-healed' store/latest/history.edn
run check store/latest
exits 0 'the store directory can be checked again'

run run --sim primary-backup --nemesis partition -w set --time-limit 20 --store kept
exits 1 'asynchronous replication'
out 'is lost: it was added, but the last reads lack it' 'the lost write is explained'
is 'results.json of an invalid test' grep -q '"valid": false' kept/latest/results.json
cp kept/latest/history.edn first.edn
run run -q --sim primary-backup --nemesis partition -w set --time-limit 20 --store kept
exits 1 'again'
silent err 'quiet: nothing on stderr'
is 'quiet: one line' test "$(wc -l <"$T/out")" -eq 1
is 'the same seed gives the same bytes' cmp first.edn kept/latest/history.edn
run run -q --sim primary-backup --nemesis partition -w set --time-limit 20 --store kept --seed 2
is 'another seed gives others' sh -c '! cmp -s first.edn kept/latest/history.edn'

run run --sim leader:hasty-reads --nemesis partition --test-count 5 --time-limit 30
exits 1 'several tests'
is 'a line for each' test "$(grep -c "history.edn$tab" "$T/out")" -eq 5
err '[1-5] of 5 tests are invalid, the first one with --seed [1-5]' 'reproduction rate'
err 'reproduction rate [0-9.]+ %, 95 % interval [0-9.]+ to [0-9.]+ %' 'with its interval'
seed=$(sed -n 's/.*--seed //p' "$T/err")
run run -q --sim leader:hasty-reads --nemesis partition --time-limit 30 --seed "$seed"
exits 1 'that seed alone'
run run --sim leader --test-count 2 --time-limit 5
exits 0 'several valid tests'
err 'none of 2 tests is invalid' 'none is invalid'

run run -q --sim leader -w cas-register --ops-per-key 50 --nemesis pause,clock --time-limit 20
exits 0 'independent keys'
is 'values are pairs' grep -q ':f :cas, :value \[[0-9]* \[[0-4] [0-4]\]\]' store/latest/history.edn
run run -q --sim leader -w counter --nodes 3 --concurrency 7 --rate 0 --time-limit 1
exits 0 'counter, three nodes, as fast as they can'

# Every workload is recorded in Jepsen's shapes; what has no checker yet is not called valid.
run run --sim leader -w bank --nemesis partition --time-limit 10
exits 2 'a workload without a checker'
out 'recorded, but not checked: there is no checker of bank' 'it says so'
is "transfers" grep -q ":f :transfer, :value {:from [0-7], :to [0-7], :amount [1-5]}" \
    store/latest/history.edn
is "balances" grep -q ":ok, .*:f :read, :value {0 [0-9]*, 1 [0-9]*, .*7 [0-9]*}" \
    store/latest/history.edn
run run -q --sim leader -w list-append --time-limit 10
is 'lists' grep -q ':ok, .*:f :txn, :value .*\[:r [0-9]* \[[0-9 ]*\]\]' store/latest/history.edn
run run -q --sim leader -w rw-register --time-limit 10
is 'registers' grep -q ':ok, .*:f :txn, :value .*\[:r [0-9]* [0-9][0-9]*\]' store/latest/history.edn
is 'the node of an operation' grep -q ':f :txn, .*:node "n5"}' store/latest/history.edn
for w in queue fifo mutex; do
    faults=partition,kill,pause
    [ $w != queue ] || faults=none # crashed dequeues leave doubts
    run run -q --sim leader -w $w --nemesis $faults --time-limit 20
    exits 0 "workload $w"
    run run -q --sim primary-backup -w $w --nemesis partition --time-limit 60
    exits 1 "workload $w finds what failover loses"
done

run run -q --sim quorum --nemesis partition,kill,pause --time-limit 20
exits 0 'the last writer wins, with right clocks'
run run -q --sim quorum --nemesis clock --time-limit 20
exits 1 'the last writer wins, with wrong clocks'

# Killed at any moment it leaves a history that can be read; interrupted it says what is known.
timeout -s KILL 0.5 "$BELIE" run -q --sim leader --nemesis kill --time-limit 100000 --store killed \
    >"$T/out" 2>"$T/err"
run check killed/current
exits 0 'the history of a killed test'
is 'a killed test is not the latest' test ! -e killed/latest
timeout -s INT 0.5 "$BELIE" run -q --sim leader --time-limit 100000 --store stopped >"$T/out" \
    2>"$T/err"
out "history.edn${tab}unknown" 'an interrupted test'
run check stopped/current
exits 0 'the history of an interrupted test'

# What was recorded is checked when it is interrupted; a violation is one, interrupted or not.
timeout -s INT 0.5 "$BELIE" run --sim leader --time-limit 100000 --store stopped \
    >"$T/out" 2>"$T/err"
out 'the test was interrupted' 'an interrupted test says so'
out 'VALID: linearizable' 'and what it knows'
timeout -s INT 2 "$BELIE" run --sim leader:local-reads --time-limit 100000 --store stopped \
    >"$T/out" 2>"$T/err"
out "history.edn${tab}false" 'a violation in an interrupted test'

# Faults are recorded, and can be made again at the same times.
run run -q --sim leader --nemesis partition,kill,flapping --time-limit 20 --store once
run run -q --sim leader --replay once/latest/faults.edn --time-limit 20 --store again
exits 0 'a replay'
is 'the same seed records the same bytes' cmp once/latest/history.edn again/latest/history.edn
run run -q --sim leader --replay once/latest --time-limit 20 --store again --seed 5
grep -v final once/latest/faults.edn >once.edn
grep -v final again/latest/faults.edn >again.edn
is 'another seed has the same faults' cmp once.edn again.edn
is 'and other operations' sh -c '! cmp -s once/latest/history.edn again/latest/history.edn'
run run -q --sim primary-backup --nemesis partition --time-limit 20 --store lost
run run -q --sim primary-backup --replay lost/latest --time-limit 20 --seed 77
exits 1 'the faults that found it find it again'
run run --sim leader --replay kept/latest/test.json
exits 254 'what is no history'
run run --sim leader --replay once/latest --nemesis kill
exits 254 'replay and nemesis'
run run -q --sim leader --time-limit 5 --store quiet
run run --sim leader --replay quiet/latest
exits 254 'a history without faults'
err 'no operations of faults' 'it says so'
run run --sim leader --nemesis kill:primaries
err 'nobody can say which nodes of a simulated cluster are primaries' 'faults of primaries nobody knows'
exits 254 'faults of primaries nobody knows'
run run --sim leader --nemesis kill,kill:primaries
err "'kill' is named twice" 'a fault that is named twice'
run run -q --sim leader --nemesis swarm --time-limit 60
exits 0 'a swarm of all faults'
run run -q --sim leader --nemesis bitflip
exits 254 'a fault that a simulated cluster does not have'
run run -q --sim leader --nemesis corrupt,rate
exits 254 'faults of packets, where messages are no packets'
run run -q --sim leader --nemesis swarm,partition,kill --time-limit 60
exits 0 'a swarm of some'

# What a test covers, and what is asked of that.
run run -v --sim leader --nemesis partition,kill --time-limit 20
out 'covered: write [0-9]+ of [0-9]+ ok .*before' 'coverage'
is 'in results.json' grep -q '"tried-on-two-sides"' store/latest/results.json
run run --sim leader --concurrency 1 --time-limit 5
exits 2 'one client shows nothing of concurrency'
out 'no two operations overlapped' 'it says so'
run run --sim leader --time-limit 5 --min-ops 100000
exits 2 'too few operations'
out 'and --min-ops asks for 100000' 'it says so'
run run --sim leader --time-limit 5 --max-p99 0.0001
exits 1 'too slow'
out 'INVALID \(thresholds\)' 'it says so'
run run --sim leader --nemesis kill --time-limit 30 --min-ok-rate 0.99
exits 2 'too many failures'
run run --sim leader --nemesis kill --time-limit 30 --max-recovery 0.000001
exits 1 'too slow to recover'
run check --max-p99 0.0001 store/latest/history.edn
exits 1 'check has it, too'
run check --coverage store/latest
exits 0 'and coverage'

# Nothing was tested: no green.
run run --sim leader --nodes 2 --nemesis kill --nemesis-interval 0.001 --time-limit 0.1
exits 2 'a test in which nothing succeeds'
out 'vacuous: no (read|write) succeeded' 'it says what is missing'
is 'so does results.json' grep -q 'vacuous' store/latest/results.json

run run --list
exits 0 '--list'
out '^  primary-backup +asynchronous replication' 'stores are listed'
out '^  leader:no-fsync +' 'bugs are listed'
out '^  partition +' 'faults are listed'

run run
exits 254 'no store'
err 'say what to test: --sim STORE' 'it says what is missing'
run run --sim leeder
exits 254 'unknown store'
err "did you mean 'leader'" 'a near store'
run run --sim leader --nemesis partition,pauze
exits 254 'unknown fault'
err "no fault 'pauze'. did you mean 'pause'" 'a near fault'
run run --sim leader --nemesis kill,kill
exits 254 'a fault twice'
run run --sim leader --nodes 65
exits 254 'too many nodes'
run run --sim leader --nodes 99999999999 --concurrency 10000n
exits 254 'far too many nodes'
run run --sim leader --concurrency 3x
exits 254 'concurrency that is no number'
err "'3x' is not a number such as 10 or 3n" 'what it should be'
run run --sim leader -w set --ops-per-key 5
exits 254 'keys for a workload of one object'
run run --sim quorum -w cas-register
exits 254 'a workload that the store does not know'
err 'store quorum has no cas' 'it says why'
run run --sim leader --nodes 1 --nemesis kill
exits 254 'faults without a cluster'
run run --sim leader --test-count 0
exits 254 'no tests'
run run test.json
exits 254 'arguments'
mkdir locked && : >locked/leader-register
run run --sim leader --store locked --time-limit 1
exits 254 'a store folder that cannot be made'
err 'locked/leader-register.*failed' 'it says which'
finish
