#!/bin/sh
# Levels of consistency: 20 clients, 100 keys, unique values; growth n, 2n, 4n, 2,000 crashed clients,
# stale reads, and a causal store under partitions (not sequential, so no short cut works); reading
# against checking, one core. Part of make bench; usage: tests/bench/levels.sh BUILD-DIR [LEVEL]...
# BENCH_OPS is 4n (default 1000000).
set -u
build=$1
shift
belie=$build/belie
n=${BENCH_OPS:-1000000}
dir=$build/bench-levels
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
[ $# -gt 0 ] || set -- linearizable sequential processor causal-memory causal-convergence causal pram \
    coherence session monotonic-reads k-atomic bounded-staleness all

# rows NAME HISTORY LEVEL...
rows() {
    name=$1 history=$2
    shift 2
    for level in "$@"; do
        timeout 300 "$build/tests/bench/bench_check" "$level, $name" "$history" "$level" kv ||
            echo "$level, $name: no answer (exit $?)"
    done
}
# made NAME GENERATE-OPTIONS...: $levels of it.
made() {
    name=$1
    shift
    "$belie" generate -m kv -p 20 --keys 100 --cas-share 0 --seed 1 -o "$dir/h.edn" "$@" || exit 1
    # shellcheck disable=SC2086
    rows "$name" "$dir/h.edn" $levels
}

levels=$*
echo '== levels: 20 clients, 100 keys, unique values'
made n -n $((n / 4))
made 2n -n $((n / 2))
made 4n -n "$n"
made '2,000 crashed' -n "$n" --crashes 2000
made 'stale reads' -n "$n" --stale-share 0.01 --lag 3ms
echo '== levels: a causal store under partitions'
"$belie" run --sim causal -w causal --nemesis partition --concurrency 20 --rate 0 --time-limit 10 \
    --seed 3 -q --store "$dir/store" >"$dir/run" || exit 1
rows 'causal store' "$(cut -f 1 "$dir/run")" "$@"
