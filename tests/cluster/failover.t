#!/bin/sh
# Databases that fail over by themselves, in a box of three: Patroni loses acknowledged writes unless
# a standby must have them; Galera loses no write, but updates of transactions that do not lock what
# they read.
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_box 3
store=$T/store
tests/cluster/one-by-one.sh >"$T/faults.edn"
test_of 'Patroni, asynchronous: acknowledged writes are lost in a failover' patroni 1 'rule: lost' \
    --target patroni -w set --replay "$T/faults.edn" --time-limit 70 --rate 20
test_of 'Patroni, synchronous: none is lost' patroni 0 '^VALID' --target patroni -o sync=true -w set \
    --replay "$T/faults.edn" --time-limit 70 --rate 20
test_of 'Galera in partitions: no acknowledged write is lost' mariadbd 0 '^VALID' --target galera \
    -w set --nemesis partition --nemesis-interval 10 --time-limit 40 --rate 20
# One client per node, so that transactions meet across nodes only; no fault is needed.
test_of 'Galera at repeatable read: updates are lost across nodes' mariadbd 1 'rule: out-of-bounds' \
    --target galera -o reads=synced -w counter --concurrency 1n --time-limit 15 --rate 0
test_of 'Galera, rows locked as they are read: none is lost' mariadbd 0 '^VALID \(counter\)' \
    --target galera -o reads=synced -o locking=for-update -w counter --concurrency 1n \
    --time-limit 15 --rate 0
finish
