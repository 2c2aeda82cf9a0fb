#!/bin/sh
# Levels with a bound, eventual consistency, measures in every output.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

run generate -m register -n 4000 -p 8 --keys 4 --seed 3 --stale-share 0.3 --lag 50ms -o "$T/lag.edn"
exits 0 'generate a history with a lag'
run check -c bounded-staleness,k-atomic --staleness 50ms "$T/lag.edn"
exits 0 'the planted lag is a bound that holds'
out '^  stale reads: [0-9]+ of [0-9]+' 'how many reads were stale'
out '^  smallest bounds that hold: Delta [34][0-9.]+ ms, Gamma ' 'the smallest bounds'
out '^  worst window: ' 'the worst window'
out '^  key: ' 'per key'
run check -c bounded-staleness --staleness 20ms "$T/lag.edn"
exits 1 'a smaller bound does not'
out 'reads were up to [0-9.]+ ms behind' 'how far they were behind'
out 'belie explain staleness' 'the word to look up'
run check -c k-atomic --k 1 "$T/lag.edn"
exits 1 'k = 1 is linearizability'
run check -q -c linearizable "$T/lag.edn"
exits 1 'which does not hold'

run check --json -c k-atomic "$T/lag.edn"
out '^      "measures": \{$' 'JSON: measures'
out '"delta": [34][0-9]{7},?$' 'JSON: Delta in nanoseconds'
cp "$T/out" "$T/one.json"
run check --json -c k-atomic "$T/lag.edn"
is 'JSON is the same every time' cmp -s "$T/out" "$T/one.json"

run check -q -c k-atomic --prometheus "$T/metrics" "$T/lag.edn" "$T/lag.edn"
exits 0 '--prometheus'
is 'Prometheus: one TYPE per metric' \
    test "$(grep -c '^# TYPE belie_staleness_seconds gauge$' "$T/metrics")" -eq 1
is 'Prometheus: a sample' grep -q 'belie_valid{path="[^"]*",property="k-atomic"} 1' "$T/metrics"
is 'Prometheus: every line is a comment or a sample' \
    test "$(grep -cvE '^(# (HELP|TYPE) |belie_[a-z_]+\{.*\} -?[0-9.e+-]+$)' "$T/metrics")" -eq 0
run check -c k-atomic --prometheus - "$T/lag.edn"
exits 254 'Prometheus needs a file'
run check -c bounded-staleness --staleness soon "$T/lag.edn"
exits 254 'a bound is a time'
err "is not a time above 0 such as 2s" 'what a bound looks like'

# write NODE VALUE, final NODE VALUE: an operation and its ok
op() {
    printf '{:process %s, :type :invoke, :f :%s, :value %s, :node "%s", :time %s%s}\n' \
        "$1" "$2" "$3" "$5" "$6" "$7"
    printf '{:process %s, :type :ok, :f :%s, :value %s, :node "%s", :time %s%s}\n' \
        "$1" "$2" "$4" "$5" "$(($6 + 1000000))" "$7"
}
{
    op 0 write 1 1 n1 0 ''
    echo '{:process :nemesis, :type :info, :f :start-partition, :value nil, :time 2000000}'
    echo '{:process :nemesis, :type :info, :f :start-partition, :value :cut, :time 3000000}'
    op 0 write 2 2 n1 4000000 ''
    op 1 read nil 1 n2 6000000 ''
    echo '{:process :nemesis, :type :info, :f :stop-partition, :value nil, :time 8000000}'
    echo '{:process :nemesis, :type :info, :f :stop-partition, :value :healed, :time 9000000}'
    op 1 read nil 1 n2 10000000 ''
} >"$T/nodes.edn"
{ cat "$T/nodes.edn"; op 1 read nil 2 n2 20000000 ', :final? true'
  op 0 read nil 2 n1 21000000 ', :final? true'; } >"$T/agree.edn"
{ cat "$T/nodes.edn"; op 1 read nil 1 n2 20000000 ', :final? true'
  op 0 read nil 2 n1 21000000 ', :final? true'; } >"$T/apart.edn"
run check -c eventual,bounded-staleness "$T/agree.edn"
exits 0 'replicas agree in the end'
out '^  node: n2: 2 of 3 \(66.7%\) stale, at most 5 ms and 1 version' 'per node'
out '^  phase: during partition: 1 of 1' 'per phase of a fault'
out '^    converged, after 50% 1 ms' 'convergence after the fault'
run check -c eventual "$T/apart.edn"
exits 1 'replicas that do not'
out 'is what one final read returned, but not another one' 'what they disagree on'
: >"$T/empty.edn"
for level in eventual strong-eventual crdt-g-set; do
    run check -c "$level" "$T/empty.edn"
    exits 2 "no operations say nothing about $level"
done
run check -c eventual "$T/nodes.edn"
exits 2 'no final read of a node'
out 'no final read of "n1"' 'which node'
run check -c crdt-lww-register "$T/agree.edn"
exits 0 'a register whose last writer wins'

# numeric and order deviation
{ op 0 add 5 5 n1 0 ''; op 1 read nil 5 n1 2000000 ''; op 1 read nil 8 n1 4000000 ''; } >"$T/count.edn"
run check -c bounded-staleness --deviation 3 "$T/count.edn"
exits 0 'a counter that is off by 3 at most'
out '^  numeric deviation: reads were off by at most 3$' 'numeric deviation'
run check -c bounded-staleness "$T/count.edn"
exits 2 'without a bound it is unknown whether that is much'
run shrink -c eventual "$T/apart.edn" -o "$T/min.edn"
exits 254 'shrink: not for replicas'
run shrink -c bounded-staleness --staleness 20ms "$T/lag.edn" -o "$T/min.edn"
exits 1 'shrink for a bound'
run check -q -c bounded-staleness --staleness 20ms "$T/min.edn"
exits 1 'what was written breaks it alone'
run check -c bounded-staleness --deviation 2 "$T/count.edn"
exits 1 'and not by 2'
out 'can have been 5 to 5' 'what it can have been'
{
    op 0 write 1 1 n1 0 ', :version 5'
    op 0 write 2 2 n1 2000000 ', :version 4'
    op 0 write 3 3 n1 4000000 ', :version 3'
    op 1 read nil 3 n1 6000000 ', :version 3'
} >"$T/order.edn"
run check -c bounded-staleness --order-deviation 2 "$T/order.edn"
exits 0 'two writes out of order'
out '^  order deviation: 2 writes have a lower version' 'order deviation'
run check -c bounded-staleness --order-deviation 1 "$T/order.edn"
exits 1 'and not one'
out 'belie explain order-deviation' 'the word to look up'
finish
