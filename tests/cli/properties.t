#!/bin/sh
# check -c with accounting properties, alone and several at once, in every output; belie properties.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

# op PROCESS F VALUE RESULT: an invocation and its ok
op() {
    printf '%s\t:invoke\t:%s\t%s\n%s\t:ok\t:%s\t%s\n' "$1" "$2" "$3" "$1" "$2" "$4"
}
{ op 0 add 1 1; op 0 add 2 2; op 1 read nil '[1 2]'; } >"$T/good.txt"
{ op 0 add 1 1; op 0 add 2 2; op 1 read nil '[1 2]'; op 1 read nil '[1]'; } >"$T/lost.txt"
{ op 0 add 1 1; op 1 read nil '[1]'; op 0 add 2 2; } >"$T/open.txt"

run check -c set,set-full "$T/good.txt"
exits 0 'two properties hold'
out '^VALID \(set\): ' 'the first one is named'
out '^VALID \(set-full\): ' 'the second one is named'
out '^  ok: 2 #\{1\.\.2\}$' 'elements in interval notation'
is 'one line per file' test "$(grep -c 'good.txt	true' "$T/out")" -eq 1

run check -c set-full "$T/lost.txt"
exits 1 'a lost element'
out '^INVALID \(set-full\): element 2 is lost' 'the element is named'
out '^  ! +6 +7 +1 +read +\[1\]' 'the read that lacks it is shown'
out '^  lost: 1 #\{2\}$' 'the list of lost elements'
out 'belie explain lost' 'the word to look up'

run check -c set,set-full "$T/open.txt"
exits 2 'the worst verdict counts: unknown before valid'
out 'open.txt	unknown$' 'the first line has the worst verdict'
out 'no final read: 1 element was known' 'why it is unknown'
run check -c set,set-full "$T/lost.txt" "$T/good.txt"
exits 1 'invalid before unknown'

run check --json -c set-full "$T/lost.txt"
out '^      "property": "set-full",$' 'JSON: one property is a member of the input'
out '"elements": "#\{2\}"' 'JSON: elements'
out '"rule": "lost"' 'JSON: the rule'
cp "$T/out" "$T/one.json"
run check --json -c set-full "$T/lost.txt"
is 'JSON is the same every time' cmp "$T/out" "$T/one.json"
run check --json -c set,set-full "$T/lost.txt"
out '^      "properties": \[$' 'JSON: several properties are a list'
is 'JSON: one entry per property' test "$(grep -c '"property": "set' "$T/out")" -eq 2
out '^      "valid": false' 'JSON: the worst verdict of the input'

run check --junit "$T/junit.xml" -c set-full,set "$T/lost.txt" "$T/open.txt"
cp "$T/junit.xml" "$T/out"
out '<testsuites name="belie" tests="4" failures="2" errors="0" skipped="1">' 'JUnit: a case each'
out 'classname="[^"]*lost.txt" name="set-full"><failure type="invalid" message="element 2 is lost' \
    'JUnit: the failure'
out 'name="set"><skipped message="no final read' 'JUnit: unknown is skipped'

run check --github -c set-full "$T/lost.txt"
err '^::error file=[^,]*lost.txt,line=7,title=set-full is broken::element 2 is lost' 'GitHub'

run check -c set,nonsense "$T/good.txt"
exits 254 'an unknown property'
err "does not check 'nonsense'; it checks: linearizable, .*, set, set-full" 'the known ones are listed'
for word in crdt-g-counter g-counter; do
    run check -m "$word" "$T/good.txt"
    exits 254 "-m $word"
    err 'did you mean --consistency crdt-g-counter' "-m $word: it is a property"
done
run check -c g-counter "$T/good.txt"
err "did you mean 'crdt-g-counter'" 'a property is named without crdt-'
run models
out '-c crdt-g-counter' 'models: replicated types are properties'
awk 'BEGIN { for (i = 0; i < 100000; i++) for (t = 0; t < 2; t++)
    printf "{:process 0, :type :%s, :f :write, :key %d, :value 1}\n", t ? "ok" : "invoke", i }' \
    >"$T/keys.edn"
is 'a misfit in each of 100,000 keys is found once' \
    sh -c "timeout 20 '$BELIE' check -c counter '$T/keys.edn' 2>&1 | grep 'keys.edn:1:1: operation'"
run check -c set,set "$T/good.txt"
exits 254 'a property asked twice'
run check -c set, "$T/good.txt"
exits 254 'an empty name'
run check -c unique-ids,total-queue "$T/good.txt"
exits 254 'operations that do not fit'
err 'total-queue: .*good.txt:5:1: operation :read \[1 2\]: total-queue has no such operation' 'which'
run shrink -c set-full -o "$T/small.edn" "$T/lost.txt"
exits 254 'shrink takes levels only'
is 'nothing was written' test ! -e "$T/small.edn"
run check -q -c counter --initial 5 "$T/good.txt"
exits 254 'a read of a list is no number'

run properties
exits 0 'properties'
for word in linearizable set set-full total-queue counter pn-counter unique-ids; do
    out "^$word +[a-z]" "properties lists $word"
done
run properties --json
out '"name": "total-queue", "kind": "accounting"' 'properties --json'
run properties extra
exits 254 'properties takes no arguments'
run completion bash
out "COMPREPLY=\(\\$\(compgen -W 'linearizable .* set set-full" 'completion of -c'
finish
