#!/bin/sh
# make bench: generated histories, one core, CPU seconds. Usage: tests/bench/run.sh BUILD-DIR
# BENCH_OPS scales the large ones (default 1000000). Compare rows of one run: machines are noisy.
set -u
build=$1
belie=$build/belie
n=${BENCH_OPS:-1000000}
dir=$build/bench
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# row NAME FORMAT ALGORITHM GENERATE-OPTIONS...
row() {
    name=$1 format=$2 algorithm=$3
    shift 3
    "$belie" generate "$@" -f "$format" -o "$dir/h.$format" || exit 1
    timeout 300 "$build/tests/bench/bench_check" "$name" "$dir/h.$format" "$algorithm" ||
        echo "$name: no answer (exit $?)"
    rm -f "$dir/h.$format"
}

echo '== reading, and checking unique values: growth n, 2n, 4n'
for k in 1 2 4; do
    row "unique 50 clients, edn, ${k}n" edn auto -m register -p 50 --values 0 -n $((n * k / 4)) --seed 1
done
row 'unique 50 clients, jsonl' jsonl auto -m register -p 50 --values 0 -n "$n" --seed 1
row 'unique, cas, 100 crashed' edn auto -m cas-register -p 50 --values 0 -n "$n" --crashes 100 --seed 1
row 'unique, one stale read' edn auto -m register -p 50 --values 0 -n "$n" --inject stale-read --seed 1
row 'known versions' edn stages -m register -p 50 --values 0 --versions -n "$n" --seed 1
row 'kv, 100 keys' edn auto -m cas-register -p 50 --keys 100 --values 5 -n "$n" --seed 1

echo '== the frontier search: 5 repeated values, growth n, 2n, 4n'
for k in 1 2 4; do
    row "jit 10 clients, ${k}n" edn jit -m cas-register -p 10 --values 5 --think 0.2 -n $((n * k / 10)) --seed 1
done

echo '== where the peers stop: one key, 5 repeated values'
for what in '5 1000 30' '5 100000 0' '10 10000 30' '10 100000 0' '20 10000 0' '20 10000 30' \
    '20 1000 100' '20 100000 0' '50 1000 0'; do
    # shellcheck disable=SC2086
    set -- $what
    row "$1 x $2, $3 crashed" edn auto -m cas-register -p "$1" -n "$2" \
        --crashes "$3" --values 5 --think 0.2 --seed 1
    row "$1 x $2, $3 crashed, stale read" edn auto -m cas-register -p "$1" -n "$2" \
        --crashes "$3" --values 5 --think 0.2 --seed 1 --inject stale-read
done

echo '== check --follow: written at 50,000/s, and 10n as fast as it goes'
for what in "register $n 50000" "register $((10 * n)) 0" "fifo-queue $n 0" "counter $n 0" \
    "set $n 0" "counter $n 0 -c session" "grow-set $n 0 -c session"; do
    # shellcheck disable=SC2086
    "$build/tests/bench/bench_follow" "$belie" "$dir/follow.edn" $what -q --no-evidence
    rm -f "$dir/follow.edn"
done

"$(dirname "$0")/accounts.sh" "$build"
"$(dirname "$0")/levels.sh" "$build"
"$(dirname "$0")/objects.sh" "$build"
