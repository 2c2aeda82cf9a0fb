#!/bin/sh
# belie shrink: the core is a history that is still invalid; deterministic; verdicts as exit codes.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

ops() { # client operations of an EDN history
    grep -c ':type :invoke' "$1"
}

run shrink "$T/bad.edn" -o "$T/min.edn"
exits 1 'invalid'
err 'still invalid' 'invalid: said'
run check -q "$T/min.edn"
exits 1 'what was written is invalid'

rm -f "$T/none.edn"
run shrink "$T/good.edn" -o "$T/none.edn"
exits 0 'valid'
err 'valid' 'valid: said'
is 'valid: no file' test ! -e "$T/none.edn"
run shrink --max-memory 1 "$T/bad.edn" -o "$T/none.edn"
exits 2 'unknown'
is 'unknown: no file' test ! -e "$T/none.edn"
run shrink "$T/broken.edn" -o "$T/none.edn"
exits 254 'malformed'
run shrink "$T/bad.edn"
exits 254 'no output named'
run shrink "$T/bad.edn" -o "$T/min.xyz"
exits 254 'unknown suffix'
run shrink "$T/bad.edn" -o - --format jsonl
exits 1 'to standard output'
out '"type": *"invoke"' 'to standard output: JSON lines'

# shrinks MODEL VIOLATION OPTIONS...: generate, shrink, check what was written.
n=0
shrinks() {
    n=$((n + 1))
    name="$1, $2"
    run generate -m "$1" --inject "$2" --seed $n -p 6 --crash-rate 0.01 "$3" "$4" "$5" "$6" \
        -o "$T/big.edn"
    run shrink "$T/big.edn" -o "$T/min.edn"
    exits 1 "shrink $name"
    run check -q "$T/min.edn"
    exits 1 "check of it ($(ops "$T/min.edn") operations)"
}
for inject in stale-read lost-write phantom-read flip; do
    for model in register cas-register kv; do
        shrinks $model $inject --values 0 --ops 1500
        shrinks $model $inject --values 4 --ops 1500
    done
    shrinks multi-register $inject --keys 2 --ops 80
done
shrinks cas-register double-cas --values 0 --ops 1500
shrinks cas-register aborted-read --values 4 --ops 1500
shrinks multi-register fractured-read --keys 3 --ops 80

# A value that was read too late: its write stays, else it would have come from nowhere.
for values in 0 4; do
    run generate --inject stale-read --values $values -n 1500 --seed 3 -o "$T/big.edn"
    run shrink "$T/big.edn" -o "$T/min.edn"
    exits 1 "stale read, $values values"
    run check "$T/min.edn"
    is "stale read, $values values: not thin air" sh -c '! grep -q thin-air "$1"' - "$T/out"
    out 'rule: (stale-read|block-conflict|lost-write)' "stale read, $values values: read too late"
done
cat >"$T/late.edn" <<'END'
{:process 0, :type :invoke, :f :read, :value nil}
{:process 1, :type :invoke, :f :write, :value 7}
{:process 1, :type :ok, :f :write, :value 7}
{:process 1, :type :invoke, :f :write, :value 8}
{:process 1, :type :ok, :f :write, :value 8}
{:process 2, :type :invoke, :f :read, :value nil}
{:process 2, :type :ok, :f :read, :value 7}
END
run shrink "$T/late.edn" -o -
exits 1 'an overwritten value'
out ':ok, .*:write, :value 7' 'an overwritten value: its write is kept'
err 'with 3 of 4 operations' 'an overwritten value: its write is counted'

# Keys: tuples stay tuples, and the small history is read the same way.
run generate --keys 5 --values 4 --inject stale-read -n 4000 --seed 9 -o "$T/keys.edn"
run shrink "$T/keys.edn" -o "$T/min.edn"
exits 1 'independent keys'
cp "$T/min.edn" "$T/out"
out ':value \[[0-9]+ [0-9]+\]' 'independent keys: tuples remain'
eval "$(sed -n 's/^.*operations: belie \(check.*\)$/run \1/p' "$T/err" | head -n 1)"
exits 1 'independent keys: the command that shrink names'
cp "$T/min.edn" "$T/first"
run shrink --jobs 1 "$T/keys.edn" -o "$T/min.edn"
is 'deterministic' cmp "$T/min.edn" "$T/first"
grep ':type :ok' "$T/min.edn" >"$T/kept"
is 'completions are those of the original, with their :index' sh -c '
    while read -r line; do grep -qxF "$line" "$1" || exit 1; done <"$2"' - "$T/keys.edn" "$T/kept"

# A relaxed operation whose process goes on moves to a process of its own.
for format in edn json jsonl history-txt; do
    run shrink "$T/keys.edn" -o "$T/min.any" --format $format
    exits 1 "format $format"
    run check -q "$T/min.any"
    exits 1 "format $format: still invalid"
done
run shrink --initial 7 "$T/bad.edn" -o "$T/min.edn"
err "belie check --initial '7'" 'the command keeps --initial'
finish
