#!/bin/sh
# belie explain: every word has a page, and every example has the verdict that its page says.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

run explain
exits 0 'explain'
words=$(awk '{ print $1 }' "$T/out")
for word in $words; do
    run explain "$word"
    exits 0 "explain $word"
    verdict=$(sed -n 's/^Example (\([a-z]*\)[ )].*/\1/p' "$T/out")
    property=$(sed -n 's/^Example ([a-z]* with -c \([a-z-]*\)).*/\1/p' "$T/out")
    [ -n "$verdict" ] || continue
    run explain --example "$word"
    cp "$T/out" "$T/example.txt"
    case $verdict in valid) want=0 ;; *) want=1 ;; esac
    for engine in auto jit; do
        run check -q -c "${property:-linearizable}" --algorithm $engine "$T/example.txt"
        exits $want "the example of $word is $verdict ($engine)"
    done
done
run explain 'Phantom Read'
out '^thin-air-read:' 'explain: aliases, blanks, capitals'
run explain stale-raed
exits 254 'explain: unknown word'
err "did you mean 'stale-read'" 'explain: suggestion'
run explain --example valid
exits 254 'explain: no example'
finish
