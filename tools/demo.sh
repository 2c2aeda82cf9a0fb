#!/bin/sh
# A tour. First a history that has a bug: generate, check, look at the evidence, shrink, explain. Then
# a whole test that finds one. Usage: tools/demo.sh BELIE FOLDER. Exits with 0 when both were found.
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
echo 'For a person who gets it by mail, as one file:'
verdict 0 report "$out/history.edn" -o "$out/report.html"
verdict 1 shrink "$out/history.edn" -o "$out/minimal.edn"
show convert "$out/minimal.edn" - --format history-txt
"$belie" convert "$out/minimal.edn" - --format history-txt
echo
echo 'Any tool of the Jepsen family reads that file. What the words mean:'
verdict 0 explain stale-read
cat <<END

Now a whole test: five nodes in a simulated world replicate a set asynchronously, ten clients add to
it for a minute of virtual time, the network is cut now and then, and in the end everybody reads.
END
verdict 1 run --sim primary-backup --workload set --nemesis partition --rate 20 \
    --store "$out/store"
echo
echo 'What the nemesis did, from the history that the test recorded:'
sed -n 's/.*:time \([0-9]*\)[0-9]\{9\},.*:f :\([a-z-]*\),.*:receipt "\(.*\)"}/  at \1 s \2: \3/p' \
    "$out/store/latest/history.edn" | head -n 6
echo
echo 'The same test of a store with a quorum:'
verdict 0 run --sim leader --workload set --nemesis partition --rate 20 --store "$out/store"
echo
echo 'A page about all of them:'
verdict 0 index "$out/store"
echo
echo "Everything is in $out/store; each folder has a report.html; docs/testing.md is the guide."
