#!/bin/sh
# A tour on a history that has a bug: generate, check, look at the evidence, shrink, explain.
# Usage: tools/demo.sh BELIE FOLDER. Exits with 0 when the bug was found.
set -eu
belie=$1 out=$2
mkdir -p "$out"

show() {
    printf '\n$ belie'
    printf ' %s' "$@"
    printf '\n'
}

# verdict EXPECTED COMMAND...: the exit code is part of what is shown.
verdict() {
    want=$1
    shift
    show "$@"
    status=0
    "$belie" "$@" || status=$?
    if [ "$status" -ne "$want" ]; then
        echo "demo: exit code $status, not $want: the bug was not found" >&2
        exit 1
    fi
    echo "(exit code $status)"
}

cat <<END
A store of one register, 8 clients, 20,000 operations, five values written again and again; now and
then an answer is lost. Somewhere in it a read returns a value that had been overwritten.
END
verdict 0 generate --seed 7 --ops 20000 --processes 8 --values 5 --crash-rate 0.0005 \
    --inject stale-read -o "$out/history.edn"
echo
echo 'What does this history prove?'
verdict 1 check "$out/history.edn"
echo
echo 'The same for programs, and the operations that show it as a history of their own:'
show check --json "$out/history.edn"
"$belie" check --json "$out/history.edn" >"$out/result.json" || true
echo "(written to $out/result.json)"
verdict 1 shrink "$out/history.edn" -o "$out/minimal.edn"
show convert "$out/minimal.edn" - --format history-txt
"$belie" convert "$out/minimal.edn" - --format history-txt
echo
echo 'Any tool of the Jepsen family reads that file. What the words mean:'
verdict 0 explain stale-read
