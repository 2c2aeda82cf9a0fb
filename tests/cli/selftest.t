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
cp "$T/out" first
run selftest --jobs 1
is 'the same on one thread' cmp first "$T/out"

# A property that is blind: the cases in which it must fire say so, one for each checker.
for p in linearizable set set-full total-queue counter pn-counter unique-ids coherence; do
    run selftest -q --blind $p
    exits 1 "$p is blind: red"
    out "^missed .* $p .*it must be found" "$p is blind: which case shows it"
done

run selftest --json
exits 0 '--json'
is 'it is JSON' python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert d["good"]' "$T/out"
run selftest --blind nonsense
exits 254 'no such property'
run selftest now
exits 254 'arguments'
finish
