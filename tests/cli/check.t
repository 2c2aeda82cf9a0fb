#!/bin/sh
# belie check: the contract of the first line, the text after it, exit codes, several inputs.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

first_line() { # first_line TEXT NAME
    if [ "$(head -n 1 "$T/out")" = "$1" ]; then pass "$2"; else fail "$2"; fi
}

run check "$T/good.edn"
exits 0 'valid'
first_line "$T/good.edn${tab}true" 'valid: PATH, tab, true'
out '^VALID: linearizable' 'valid: says what holds'
out 'operations: 2 \(2 ok, 0 failed, 0 unknown\)' 'valid: counts operations'
out 'model: .*register.*initial value nil' 'valid: model, reason, initial value'
out 'engine: zones' 'valid: engine'
silent err 'valid: nothing on stderr'

run check "$T/bad.edn"
exits 1 'invalid'
first_line "$T/bad.edn${tab}false" 'invalid: PATH, tab, false'
out '^INVALID: ' 'invalid: one sentence'
out ' +4 +5 +1 +read +1 ' 'invalid: table has op, line, process, f, value'
out '^ +1\. ' 'invalid: numbered steps'
out '\[read 1 !\]' 'invalid: time line'

run check -q "$T/bad.edn"
exits 1 'quiet'
is 'quiet: only the line' test "$(cat "$T/out")" = "$T/bad.edn${tab}false"

"$BELIE" check -q - <"$T/bad.edn" >"$T/out" 2>"$T/err"
status=$?
exits 1 'standard input'
first_line "-${tab}false" 'standard input: named -'

gzip -c "$T/bad.edn" >"$T/packed"
run check -q "$T/packed"
exits 1 'gzip, found by content'
if command -v zstd >/dev/null; then
    zstd -q "$T/good.edn" -o "$T/good.zst"
    run check -q "$T/good.zst"
    exits 0 'zstd, found by content'
else
    skip 'zstd' 'no zstd program'
fi

run check "$T/broken.edn"
exits 254 'malformed'
err "broken\.edn:2:[0-9]+: " 'malformed: FILE:LINE:COLUMN'
silent out 'malformed: no verdict line'

run check "$T/missing.edn"
exits 254 'missing file'
err 'missing\.edn' 'missing file: named'

run check -q "$T/good.edn" "$T/missing.edn" "$T/bad.edn"
exits 254 'an error outranks invalid'
out "good\.edn${tab}true" 'a bad file does not stop the files before it'
out "bad\.edn${tab}false" 'a bad file does not stop the files after it'
run check -q "$T/good.edn" "$T/bad.edn"
exits 1 'invalid outranks valid'

run check -q --max-memory 1 "$T/good.edn"
exits 2 'no memory at all'
run check --max-memory 1 "$T/good.edn"
out '^UNKNOWN: .*memory' 'no memory at all: says why'

# Undecided in the given time: 50 clients, few values, many crashed operations, the classical search.
run generate -n 100000 -p 50 --values 5 --crashes 30 --inject stale-read --inject-at 0.9 \
    -o "$T/hard.edn"
exits 0 'generate'
run check --algorithm wgl --time-limit 3 "$T/hard.edn"
exits 2 'out of time'
out "hard\.edn${tab}unknown" 'out of time: unknown'
out '^UNKNOWN: .*time' 'out of time: says why'
out 'certified: linearizable up to op [0-9]+ \(line [0-9]+\)' 'out of time: certified prefix'
run check -q --algorithm wgl --time-limit 0.2 "$T/hard.edn" "$T/good.edn"
exits 2 'unknown outranks valid'
run check -q --algorithm wgl --time-limit 0.2 "$T/hard.edn" "$T/bad.edn"
exits 1 'invalid outranks unknown'

run check -q --fail-on never "$T/bad.edn"
exits 0 '--fail-on never'
run check -q --fail-on invalid "$T/bad.edn"
exits 1 '--fail-on invalid, invalid'
run check -q --fail-on invalid --max-memory 1 "$T/good.edn"
exits 0 '--fail-on invalid, unknown'
run check -q --fail-on unknown --max-memory 1 "$T/good.edn"
exits 2 '--fail-on unknown, unknown'
run check -q --fail-on never "$T/missing.edn"
exits 254 '--fail-on never does not hide errors'

mkdir -p "$T/store/independent/1" "$T/store/independent/2"
cp "$T/good.edn" "$T/store/history.edn"
run check -q "$T/store"
exits 0 'store directory'
mkdir "$T/keys" && cp -r "$T/store/independent" "$T/keys/independent"
cp "$T/good.edn" "$T/keys/independent/1/history.edn"
cp "$T/bad.edn" "$T/keys/independent/2/history.edn"
run check -q "$T/keys"
exits 1 'independent directories'
is 'independent directories: each has its line' test "$(wc -l <"$T/out")" -eq 2
mkdir "$T/empty"
run check "$T/empty"
exits 254 'directory without a history'

sed 's/:value 1}/:value 5}/' "$T/good.edn" | sed -n '3,4p' >"$T/initial.edn"
run check -q --initial 5 "$T/initial.edn"
exits 0 '--initial, matching'
run check -q --initial 4 "$T/initial.edn"
exits 1 '--initial, another'
run check -q --initial '[1 2' "$T/initial.edn"
exits 254 '--initial that is no EDN'
err 'initial' '--initial that is no EDN: named'

cat >"$T/nil.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value nil}
END
run check -q --nil-reads value "$T/nil.edn"
exits 1 '--nil-reads value'
run check -q --nil-reads unknown "$T/nil.edn"
exits 0 '--nil-reads unknown'

cat >"$T/reused.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :info, :f :write, :value 1}
{:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value 1}
END
run check -q "$T/reused.edn"
exits 254 'process reused after info'
run check -q --lenient "$T/reused.edn"
exits 0 '--lenient'

run check -q -c linearizable "$T/good.edn"
exits 0 '-c linearizable'
run check -c serializable "$T/good.edn"
exits 254 '-c of a level that this version lacks'
err 'it checks: linearizable' '-c: says which levels exist'

for engine in zones jit wgl; do
    run check -q --algorithm $engine "$T/good.edn" "$T/bad.edn"
    exits 1 "--algorithm $engine"
    is "--algorithm $engine: both verdicts" test "$(cut -f 2 "$T/out" | tr '\n' ' ')" = 'true false '
done
"$BELIE" explain --example search-exhausted >"$T/twice.txt"
run check --algorithm zones "$T/twice.txt"
exits 2 '--algorithm that does not apply is unknown'

# A long search cannot be repeated for a core: the argument is that of the engine made for the object.
"$BELIE" generate -m grow-set --inject lost-add --inject-at 0.9 -n 150 -p 10 --seed 3 -o "$T/grow.edn"
run check -m grow-set --algorithm jit "$T/grow.edn"
exits 1 'a search by name on a set'
out '^  engine: jit \(asked for; the argument is that of growth-set' 'a search by name: who argues'
out 'operations show it' 'a search by name: operations are shown'

for v in register cas-register; do
    run check -q -m $v "$T/good.edn"
    exits 0 "-m $v"
done
printf '{:process 0, :type :invoke, :f :juggle, :value 1}\n' >"$T/odd.edn"
run check "$T/odd.edn"
exits 2 'operations of no known model'
out 'juggle' 'operations of no known model: named'

: >"$T/void.edn"
run check -q "$T/void.edn"
is 'empty file: no verdict by accident' test "$status" -ne 1
head -c 100000 /dev/zero >"$T/nuls"
run check -q "$T/nuls"
exits 254 'a file of NULs'
perl -e 'print "{:process 0, :type :invoke, :f :write, :value ", "[" x 1000000, "\n"' >"$T/deep"
run check -q "$T/deep"
is 'nested 1,000,000 deep: refused or cut, no crash' test "$status" -eq 254 -o "$status" -eq 0
run check -q /proc/self/mem
exits 254 'a file that cannot be read'
finish
