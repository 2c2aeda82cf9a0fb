#!/bin/sh
# belie selftest: green as it is, red when a checker does not see any more.
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
cd "$T" || exit 1

run selftest
exits 0 'every checker does what it must'
out '^ok +leader +register +linearizable +silent' 'a store that keeps its promise'
out '^ok +leader:no-fsync +register +linearizable +found with seed' 'a bug that is found'
out '^selftest: [0-9]+ as they must be, 0 not, [0-9]+ not yet checked' 'the summary'

# A property that is blind: the cases in which it must fire say so, for each checker.
for p in linearizable coherence sequential causal causal-convergence causal-memory pram \
    processor read-your-writes monotonic-reads session k-atomic bounded-staleness eventual strong-eventual \
    set set-full total-queue counter pn-counter unique-ids lock-safety crdt-g-counter crdt-g-set \
    crdt-2p-set; do
    run selftest -q --blind $p
    exits 1 "$p is blind: red"
    out "^missed .* $p .*it must be found" "$p is blind: which case shows it"
done

run selftest --json --jobs 1
exits 0 '--json'
is 'it is JSON' python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["good"]' "$T/out"
run selftest --blind nonsense
exits 254 'no such property'
run selftest now
exits 254 'arguments'
finish
