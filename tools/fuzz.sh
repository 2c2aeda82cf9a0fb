#!/bin/sh
# Run every fuzz target for a while. Usage: tools/fuzz.sh FOLDER SECONDS. Findings and the corpus
# that grows are kept in build/fuzz-corpus/TARGET; ends with "N passed, N failed".
set -u
folder=$1 seconds=$2
passed=0 failed=0
for source in tests/fuzz/fuzz_*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    corpus=build/fuzz-corpus/$name
    mkdir -p "$corpus"
    echo "== $name for $seconds s"
    if "$folder/$name" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
        -artifact_prefix="$corpus/finding-" -print_final_stats=1 -verbosity=0 "$corpus"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done
printf '%s passed, %s failed\n' $passed $failed
[ $failed -eq 0 ] && [ $passed -gt 0 ]
