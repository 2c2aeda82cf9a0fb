#!/bin/sh
# What npm has of the APIs of CouchDB and DynamoDB, in a box of three: pouchdb-server, whose nodes
# replicate from each other, diverges and converges; dynalite loses nothing when it is killed.
# The packages are in the folder $BELIE_NPM, where "npm install pouchdb-server dynalite" was done.
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
if ! [ -x "$BELIE_NPM/node_modules/.bin/pouchdb-server" ] || ! [ -x "$BELIE_NPM/node_modules/.bin/dynalite" ]; then
    skip_all 'BELIE_NPM is no folder where "npm install pouchdb-server dynalite" was done'
fi
need_box 3 --share "$BELIE_NPM"
store=$T/store
pouchdb() { # pouchdb NAME EXIT PATTERN WORKLOAD
    test_of "pouchdb: $1" node "$2" "$3" --target pouchdb -w "$4" --nemesis partition \
        --nemesis-interval 6 --time-limit 20 --rate 20
}
pouchdb 'replicas that accepted conflicting writes agree in the end' 0 '^VALID: eventual' lww-register
is 'they had diverged' grep -qE 'last reads of 3 nodes differed on [1-5] keys' "$T/out"
pouchdb 'a register of several nodes is not linearizable' 1 '^INVALID: read of' register
pouchdb 'elements that are documents are not lost' 0 '^VALID \(set\)' set
pouchdb 'a counter in a document goes back: conflicting increments are lost' 1 \
    '^INVALID \(crdt-g-counter\)' g-counter
timed run run --box "$BOX" --store "$store" --nodes "$NET.1:4567" --target dynalite -w cas-register \
    --ops-per-key 200 --concurrency 6 --nemesis kill,pause --nemesis-interval 4 --time-limit 20 --rate 50
# While the only node is dead nothing can succeed: "vacuous" is an answer here.
is 'dynalite: exit code 0 or 2' test "$status" -eq 0 -o "$status" -eq 2
out '^VALID: linearizable as a cas-register' "dynalite, killed and stopped: linearizable ($((took / 1000)) s)"
is 'it was killed' grep -q ':receipt "1 of 1 nodes killed"' "$store/latest/history.edn"
finish
