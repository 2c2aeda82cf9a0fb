#!/bin/sh
# Objects other than registers: 20 clients, growth n, 2n, 4n, and one late violation; reading against
# checking, one core. Part of make bench; usage: tests/bench/objects.sh BUILD-DIR [MODEL VIOLATION]...
# BENCH_OPS is 4n (default 1000000).
set -u
build=$1
shift
belie=$build/belie
n=${BENCH_OPS:-1000000}
dir=$build/bench-objects
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
[ $# -gt 0 ] || set -- fifo-queue overtaken unordered-queue taken-twice stack stack-order \
    priority-queue priority-order set lost-element grow-set lost-add list lost-add \
    counter counter-goes-back fetch-and-add duplicate-number unique-ids duplicate-number \
    mutex two-holders owner-mutex two-holders reentrant-mutex two-holders rw-lock two-holders \
    fenced-mutex token-order lease lease-overlap

# row NAME MODEL GENERATE-OPTIONS...
row() {
    name=$1 model=$2
    shift 2
    "$belie" generate -m "$model" -p 20 --seed 1 -o "$dir/h.edn" "$@" || exit 1
    timeout 300 "$build/tests/bench/bench_check" "$name" "$dir/h.edn" auto "$model" ||
        echo "$name: no answer (exit $?)"
    rm -f "$dir/h.edn"
}

echo '== objects: 20 clients, growth n, 2n, 4n; one late violation; crashed operations'
while [ $# -gt 1 ]; do
    for k in 1 2 4; do
        row "$1, ${k}n" "$1" -n $((n * k / 4))
    done
    row "$1, $2" "$1" -n "$n" --inject "$2" --inject-at 0.95
    row "$1, 1000 crashed" "$1" -n "$n" --crashes 1000
    shift 2
done
