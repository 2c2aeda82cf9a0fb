#!/bin/sh
# belie run through client programs that speak JSON lines: a good one, and many bad ones.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"
examples=$(cd "$(dirname "$0")/../../docs/examples" && pwd)
if ! [ -x "$BELIE-run" ]; then
    skip 'client programs' 'needs belie-run (libcurl, pcre2)'
    finish
    exit 0
fi
cd "$T" || exit 1
if python3 -c 'import sqlite3' 2>/dev/null; then
    run run --target "$examples/sqlite.json" --node "$T/kv.db" --concurrency 4 --rate 0 --time-limit 2
    exits 0 'a client in Python'
    out 'VALID: linearizable' 'its history is valid'
    run run --target "$examples/sqlite.json" --node "$T/kv.db" --concurrency 4 --rate 0 \
        --time-limit 2 -w cas-register --ops-per-key 40
    exits 0 'compare-and-set through Python'
    is 'a failed one is told' grep -q ':error \[:refused "precondition failed"\]' store/latest/history.edn
    is 'its standard error has a file' test -f store/latest/client-0.err
else
    skip 'a client in Python' 'needs python3 with sqlite3'
fi

# child NAME SCRIPT ARGUMENTS...: a test whose client is a shell script.
child() {
    printf '%s\n' "$2" >script.sh
    cat >target.json <<'END'
{"name": "script", "child": {"command": ["sh", "${here}/script.sh"], "timeout": 0.5,
 "operations": ["read", "write"]}}
END
    name=$1
    shift 2
    began=$(date +%s)
    run run --target ./target.json --node here --concurrency 2 --time-limit 1 --ready 0.1 "$@"
    if [ $(($(date +%s) - began)) -le 6 ]; then pass "$name: in time"; else fail "$name: in time"; fi
}
ok='{"type": "ok"}'
answer='id=${line#*id\": }; id=${id%%,*}'
child 'garbage from the first line' 'echo hello; cat >/dev/null'
exits 254 'garbage from the first line'
err 'the client program answered: hello' 'what it said'
child 'one that ends at once' 'exit 3'
exits 254 'one that ends at once'
err 'the client program ended with exit code 3' 'how it ended'
child 'one that says nothing' 'sleep 1000'
exits 254 'one that says nothing'
err 'no answer within 0.5 s' 'it waited'
child 'one that refuses' 'read line; echo "{\"type\": \"fail\", \"error\": \"no such node\"}"; cat >/dev/null'
exits 254 'one that refuses'
err 'refused "open": no such node' 'why'
child 'garbage later' "read line; echo '$ok'; while read line; do echo '[1, 2'; done"
exits 2 'garbage later'
out 'vacuous: .*garbage "the client program answered: \[1, 2"' 'what it said later'
is 'garbage is info' grep -q ':type :info.*:f :write.*:error \[:garbage' store/current/history.edn
child 'one that dies on the first question' "read line; echo '$ok'; read line; echo oh dear >&2; exit 7"
exits 2 'one that dies on the first question'
is 'how it died' grep -q ':error \[:client-died "the client program ended with exit code 7; see client-[01].err"\]' store/current/history.edn
is 'what it said to standard error' grep -q 'oh dear' store/current/client-0.err
child 'one that kills itself' "read line; echo '$ok'; read line; kill -9 \$\$"
is 'which signal' grep -q 'killed by signal 9' store/current/history.edn
child 'a wrong id' "read line; echo '$ok'; while read line; do echo '{\"id\": 99, \"type\": \"ok\", \"value\": 1}'; done"
exits 2 'a wrong id'
is 'a wrong id is info' grep -q 'has not the .*id.* of the question' store/current/history.edn
child 'a read without value' "read line; echo '$ok'; while read line; do $answer; echo \"{\\\"id\\\": \$id, \\\"type\\\": \\\"ok\\\"}\"; done"
exits 2 'a read without value'
is 'it is no read of nil' sh -c '! grep -q ":type :ok.*:f :read" store/current/history.edn'
child 'one that is silent later' "read line; echo '$ok'; while read line; do sleep 1000; done"
exits 2 'one that is silent later'
child 'a line of 5 MB' "read line; echo '$ok'; for i in 1 2; do read line; $answer; printf '{\"id\": %s, \"type\": \"ok\", %5000000s \"value\": 5}\n' \$id; done"
is 'a line of 5 MB is read' grep -q ':f :read, :value 5' store/current/history.edn
child 'an endless line' "read line; echo '$ok'; read line; yes | tr -d '\\n'"
exits 2 'an endless line'
is 'the limit is told' grep -q 'a line above 16 MiB' store/current/history.edn
child 'one that never reads' "echo '$ok'; sleep 1000"
exits 2 'one that never reads'
child 'one that leaves something behind' "read line; echo '$ok'; sleep 987 & while read line; do echo no; done"
is 'nothing is left behind' sh -c '! ps -eo args | grep -q "^sleep 987"'
child 'dies every third time' "read line; echo '$ok'; for i in 1 2 3; do read line; $answer; echo \"{\\\"id\\\": \$id, \\\"type\\\": \\\"ok\\\", \\\"value\\\": 5}\"; done"
# A process that took the place of a crashed one is served by the client that was started again.
is 'it is started again' grep -qE ':type :ok, .*:process ([2-9]|[1-9][0-9]+),' store/current/history.edn
cat >target.json <<'END'
{"name": "x", "child": {"command": ["/no/such/program"], "operations": ["read", "write"]}}
END
run run --target ./target.json --node here --ready 0.1
exits 254 'a program that is not there'
err 'starting /no/such/program: No such file' 'its name'
cat >target.json <<'END'
{"name": "x", "child": {"command": ["cat"], "operations": ["raed"]}}
END
run run --target ./target.json --node here
exits 254 'an operation that is not there'
err "target.json:1:60: there is no such operation; did you mean 'read'" 'the nearest operation'
finish
