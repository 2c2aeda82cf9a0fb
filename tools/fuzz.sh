#!/bin/sh
# Run every fuzz target for a while, as many at once as there are cores; the one of objects for each
# of its models. Usage: tools/fuzz.sh FOLDER SECONDS [TARGET[/MODEL]...]. Findings and the corpus
# that grows are kept in build/fuzz-corpus/TARGET; ends with "N passed, N failed".
set -u
folder=$1 seconds=$2
shift 2
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT

all() {
    for source in tests/fuzz/fuzz_*.c; do
        name=$(basename "$source" .c)
        if [ "$name" = fuzz_objects ]; then
            # a model that is none: it lists those that there are
            BELIE_FUZZ_MODEL='?' "$folder/$name" | sort -u | sed "s|^|$name/|"
        else
            echo "$name"
        fi
    done
}

# one TARGET[/MODEL]
one() {
    name=${1%%/*} model=${1#"$name"}
    model=${model#/}
    corpus=build/fuzz-corpus/$1
    mkdir -p "$corpus"
    [ -z "$model" ] || export BELIE_FUZZ_MODEL="$model"
    out=$log/$(echo "$1" | tr / _)
    if "$folder/$name" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
        -artifact_prefix="$corpus/finding-" -print_final_stats=1 -verbosity=0 "$corpus" \
        >"$out" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out")
        echo "ok      $1: ${runs:-0} inputs in $seconds s"
    else
        tail -40 "$out"
        echo "FAILED  $1"
    fi
}

# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(all)
running=0 jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
for target; do
    one "$target" | tee "$log/said.$(echo "$target" | tr / _)" &
    running=$((running + 1))
    [ $running -lt "$jobs" ] || { wait; running=0; }
done
wait
passed=$(cat "$log"/said.* | grep -c '^ok ') failed=$(cat "$log"/said.* | grep -c '^FAILED ')
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
