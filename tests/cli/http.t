#!/bin/sh
# belie run over HTTP, against a server that misbehaves on purpose (http_server.py).
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
if ! [ -x "$BELIE-run" ] || ! command -v python3 >/dev/null; then
    skip 'belie run over HTTP' 'needs belie-run (libcurl, pcre2) and python3'
    finish
    exit 0
fi
cd "$T" || exit 1
python3 "$here/http_server.py" "$T/log" >"$T/port" 2>"$T/server.err" &
server=$!
trap 'kill $server; rm -rf "$T"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -s "$T/port" ] && break
    sleep 0.1
done
node=127.0.0.1:$(cat "$T/port")
# http ARGUMENTS...: a test of the server; base MODE ARGUMENTS...: it behaves like that.
http() {
    run run --target http-kv --node "$node" --concurrency 10 --rate 0 "$@"
}
base() {
    mode=$1
    shift
    http -o "base=/$mode" "$@"
}
# No write that the server executed was executed twice: values are unique per key.
once() {
    ! sed -n 's/^[0-9]* \(POST .kv.\)/\1/p' "$T/log" | sort | uniq -d | grep -q .
}
ends_within() { # ends_within SECONDS NAME: since $began
    if [ $(($(date +%s) - began)) -le "$1" ]; then pass "$2"; else fail "$2"; fi
}

http --time-limit 1
exits 0 'a register'
out 'VALID: linearizable' 'it is valid'
err 'http-kv: an example' 'what is tested is said'
is 'test.json has the command' grep -qF "\"command\": \"belie run --target http-kv --node $node" \
    store/latest/test.json
is 'test.json has the nodes' grep -q "\"nodes\": \\[\"$node\"\\]" store/latest/test.json
http --time-limit 1 -w cas-register --ops-per-key 100
exits 0 'compare-and-set, many keys'
is 'a failed one says why' grep -q ':type :fail.*:f :cas.*:error :precondition-failed' store/latest/history.edn
is 'some succeed' grep -q ':type :ok.*:f :cas' store/latest/history.edn

# The connection closes after the request was executed: never a second time.
: >"$T/log"
base drop --time-limit 3
exits 0 'replies are dropped'
is 'many writes were executed' test "$(grep -c 'POST /kv/' "$T/log")" -gt 200
is 'no write twice' once
is 'writes without reply are info' grep -q ':type :info.*:f :write.*:error \[:closed' store/latest/history.edn
is 'reads without reply are fail' grep -q ':type :fail.*:f :read.*:error \[:closed' store/latest/history.edn
is 'no write without reply is ok or fail' sh -c '! grep -E ":type :(ok|fail).*:f :write.*:error" store/latest/history.edn'
: >"$T/log"
base drop --time-limit 2 -w cas-register --ops-per-key 100
is 'compare-and-set over dropped replies' test "$status" -eq 0
: >"$T/log"
base close --time-limit 2
exits 0 'connections that close after each reply'
is 'no write twice when they close' once

began=$(date +%s)
base stall --time-limit 1 --timeout 0.2
exits 2 'a server that says nothing'
out 'vacuous: no read succeeded.*timeout "no reply within 0.2 s"' 'it says why'
ends_within 5 'it does not hang'
for mode in huge lying-huge; do
    began=$(date +%s)
    base $mode --time-limit 1 --concurrency 2
    exits 2 "a reply of 1 GB ($mode)"
    is "the limit is named ($mode)" grep -q 'too-large "the reply is larger than 16777216 bytes"' store/current/history.edn
    ends_within 10 "it does not take it all ($mode)"
done
base headers --time-limit 1 --concurrency 2
exits 2 'headers without end'
base garbage --time-limit 1
exits 2 'what is not HTTP'
is 'garbage is info' grep -q ':type :info.*:f :write' store/current/history.edn
is 'garbage is never ok' sh -c '! grep -q ":type :ok" store/current/history.edn'
base half --time-limit 1
exits 2 'half a reply'
is 'half a reply is never ok' sh -c '! grep -q ":type :ok" store/current/history.edn'
base error --time-limit 1
exits 2 'status 500 for everything'
out 'vacuous: no (read|write) succeeded, so nothing was tested; .*status 500: oops' 'it says what came'

began=$(date +%s)
run run --target http-kv --node 127.0.0.1:1 --ready 1
exits 254 'a node that is not there'
err '127.0.0.1:1 cannot be reached: .*refused|127.0.0.1:1 cannot be reached: .*connect' 'it says which'
ends_within 5 'it waits a little only'
run run --target http-kv
exits 254 'no node'
err 'say where http-kv is: --nodes HOST:PORT' 'what is missing'
http --nemesis kill
exits 254 'faults nobody can make'
err 'nobody controls the nodes' 'it says why'

# Faults of a real target are recorded on their own, and can be made again. These only make files.
touch=',"faults": {"kill": {"start": "touch $BELIE_HERE/down.$BELIE_NUMBER", "stop": "rm -f $BELIE_HERE/down.$BELIE_NUMBER",
    "check": "test -e $BELIE_HERE/down.$BELIE_NUMBER"}}}'
sed '$d' "$here/../../runners/targets/http-kv.json" >faulty.json
echo "$touch" >>faulty.json
faulty() {
    run run -q --target ./faulty.json --nodes "$node,localhost:${node#*:}" --concurrency 4 --time-limit 3 "$@"
}
# The nemesis' operations without times.
plan() {
    grep -v final "$1/latest/faults.edn" | sed 's/:time [0-9]*, //'
}
faulty --nemesis swarm --nemesis-interval 0.4 --store once
exits 0 'a swarm leaves out what the target cannot do'
is 'test.json has the swarm' grep -q '"nemesis-swarm": true' once/latest/test.json
is 'what is left of it' grep -q '"nemesis": \["kill", "restart"\]' once/latest/test.json
is 'faults.edn: nodes went down' grep -q ':f :kill.*:receipt "[12] of [12] nodes killed"' once/latest/faults.edn
is 'they are those of the history' \
    sh -c 'grep ":process :nemesis" once/latest/history.edn | sed "s/:index [0-9]*, //" >a;
           sed "s/:index [0-9]*, //" once/latest/faults.edn | cmp - a'
# With time to spare: where everything is slow, its last faults begin later.
faulty --replay once/latest --seed 7 --store again --time-limit 12
exits 0 'a replay'
plan once >a
plan again >b
is 'the same faults to the same nodes' cmp a b
is 'test.json says of what' grep -q '"replay": "once/latest/history.edn"' again/latest/test.json
sed 's/:f :kill,/:f :start-partition,/' once/latest/faults.edn >other.edn
faulty --replay other.edn
exits 254 'a replay of faults that the target cannot do'
err 'the fault partition cannot be made' 'which one'
http -w counter
exits 254 'a workload that is not described'
err 'needs the operation "[a-z]*", and the target http-kv does not say' 'it says which'
http -o bsae=/x
exits 254 'an option that is not there'
err "no option 'bsae'; did you mean 'base'" 'the nearest option'
http -o base
exits 254 'an option without value'
run run --target http-vk --node "$node"
exits 254 'a target that is not there'
err "no target 'http-vk'; did you mean 'http-kv'" 'the nearest target'

# Interrupted it checks what it has.
began=$(date +%s)
timeout -s INT 1 "$BELIE" run --target http-kv --node "$node" --rate 100 --time-limit 1000 \
    >"$T/out" 2>"$T/err"
out 'VALID|true|unknown' 'interrupted: a verdict'
ends_within 4 'interrupted: at once'
is 'interrupted: results are kept' test -s store/current/results.json
timeout -s INT 1 "$BELIE" run --target http-kv --node "$node" -o base=/stall --timeout 60 \
    --time-limit 1000 >"$T/out" 2>"$T/err"
ends_within 8 'interrupted while it waits for replies'

# Many nodes; a test in a file, whose options give way.
cat >test.json <<END
{"target": "http-kv", "nodes": ["$node", "$node"], "name": "mine", "workload": "cas-register",
 "concurrency": "3n", "ops-per-key": 50, "rate": 300, "time-limit": 60, "options": {"base": ""}}
END
run run test.json --time-limit 1
exits 0 'a test in a file'
err '2 nodes, 6 clients, 1 s' 'the command line wins'
is 'its name is the folder' test -s store/mine/latest/history.edn
is 'both nodes were asked' grep -q ':node "n2"' store/latest/history.edn
printf '%s\n%s\n' "$node" "$node" >nodes
run run --target http-kv --nodes-file nodes --time-limit 0.5 --rate 0
exits 0 'nodes in a file'
sed 's/"rate"/"raet"/' test.json >bad.json
run run bad.json
exits 254 'an unknown name in a test'
err '^belie: bad.json:2:42: a test has no "raet"; did you mean '\''rate'\''' 'where, and the nearest'
sed 's/cas-register/cas-registre/' test.json >bad.json
run run bad.json
exits 254 'an unknown workload in a test'
err "bad.json:1:.*no workload 'cas-registre'; did you mean 'cas-register'" 'where, and the nearest workload'
printf '{"target": "http-kv",\n "nodes": [' >bad.json
run run bad.json
exits 254 'half a test'
err 'bad.json:2:12: the file ends where a value is expected' 'where it ends'
: >bad.json
run run bad.json
exits 254 'an empty test'

# What was recorded can be checked again.
run run -q --target http-kv --node "$node" --time-limit 0.5 --rate 0 # so that operations overlap
rm store/latest/results.json
run analyze store/latest
exits 0 'analyze'
out 'VALID: linearizable' 'analyze: the verdict'
is 'analyze: results are written anew' grep -q '"valid": true' store/latest/results.json
printf '{:index 0, :type :invoke, :process 0, :f :read, :value nil}\n{:index 1, :type :ok, :process 0, :f :read, :value 77}\n' \
    >store/latest/history.edn
run analyze --html there.html store/latest
exits 1 'analyze: an invalid history'
is 'analyze: the report is written anew' grep -q '<h1>.*invalid' store/latest/report.html
is 'analyze --html: there as well' cmp store/latest/report.html there.html
echo '{"workload": "registre"}' >store/latest/test.json
run analyze store/latest
exits 254 'analyze: a workload that is not there'
run analyze no-such-folder
exits 254 'analyze: no folder'
run analyze
exits 254 'analyze: no argument'
run doctor test.json
exits 0 'doctor: a test in a file'
out '^ok    cas \[1 2\]' 'doctor: what it tried'
run doctor --target http-kv --node "$node" -o base=/error
exits 254 'doctor: a server that only fails'
out '^WRONG write 1: info, unexpected-reply status 500' 'doctor: what came'
run doctor
exits 254 'doctor: nothing to examine'
# Nobody listens on port 1; what is said of it has no secrets.
told() { if grep -qF "$1" "$T/out" "$T/err" && ! grep -q zyxw "$T/out" "$T/err"; then pass "$2"; else fail "$2"; fi; }
run doctor --target http-kv --node zyxw2@127.0.0.1:1 --ready 0.1
told 'WRONG ***@127.0.0.1:1' 'doctor: a token in an address is not told'
run heal --remote ssh --node me:zyxw3@127.0.0.1:1 --ssh-config /nowhere
told 'me:***@127.0.0.1' 'heal: nor is a password'

# Descriptions with mistakes: place and suggestion.
real=$(cd "$here/../.." && pwd)/runners/targets/http-kv.json
wrong() { # wrong NAME SED-EXPRESSION PATTERN
    sed "$2" "$real" >bad-target.json
    run run --target ./bad-target.json --node "$node" --time-limit 0.2
    if [ "$status" -eq 254 ] && grep -qE -- "bad-target.json:[0-9]+:[0-9]+: $3" "$T/err"; then
        pass "description: $1"
    else
        fail "description: $1"
    fi
}
wrong 'unknown name' 's/"promises"/"promise"/' "a target has no \"promise\"; did you mean 'promises'"
wrong 'unknown name in http' 's/"headers"/"header"/' "\"http\" has no \"header\"; did you mean 'headers'"
wrong 'unknown operation' 's/"write": {/"wriet": {/' "\"operations\" has no \"wriet\"; did you mean 'write'"
wrong 'unknown name in a request' 's/"method": "GET"/"methd": "GET"/' "a request has no \"methd\""
wrong 'unknown method' 's/"GET"/"GTE"/' "'GTE' is not a method"
wrong 'unknown hole' 's/\${old:json}/${odl:json}/' "nothing is called \\\$\{odl\}; did you mean 'old'"
wrong 'unknown filter' 's/\${old:json}/${old:jsno}/' "there is no filter 'jsno'; did you mean 'json'"
wrong 'a hole without end' 's/\${old:json}/${old/' "a '\\\$\{' without '\}'"
wrong 'unknown type' 's/"type": "fail"/"type": "failed"/' "\"type\" has no 'failed'; did you mean 'fail'"
wrong 'a status that is none' 's/409/4090/' 'a status is a number'
wrong 'a read without value' 's/, "value": {"json": ".value"}//' 'an ok outcome of "read" has a "value"'
wrong 'a pointer that is none' 's/".value"}/"value"}/' "a JSON pointer begins with '/'"
wrong 'a regular expression that is none' 's/"status": 409/"match": "("/' 'no regular expression: at character'
wrong 'a name twice' 's/"status": 409/"type": "ok"/' '"type" stands here twice'
wrong 'no JSON' 's/"http": {/"http": /' "expected"
wrong 'no client' 's/"http": {/"htpt": {/' 'a target has no "htpt"'
wrong 'a wrong kind' 's/"operations": {/"timeout": "x", "operations": {/' '"timeout" is a number from'

# Passwords in addresses and in options are not written down.
http --node "user:zyxwv@$node" --time-limit 0.3 -o 'base=/?x=http://u:zyxwv@h/' --store secret
is 'a test of a node with a password' grep -q '"user:\*\*\*@127' secret/latest/test.json
is 'its password is nowhere' sh -c '! grep -r zyxwv secret'

# A step before the test may need a while; one that never is ok ends it.
step() { # step N SECONDS
    sed '1,/"http": {/s|"http": {|&"prepare": [{"within": '"$2"', "request": {"path": "/after/'"$1"'"},\
        "outcomes": [{"status": 200, "type": "ok"}]}],|' "$real" >stepped.json
    run run --target ./stepped.json --node "$node" --rate 0 --time-limit 0.3
}
step 4 10
exits 0 'a step that is ok the fourth time'
began=$(date +%s)
step 1000000 0.5
exits 254 'a step that is never ok'
err 'step 1 of "prepare" failed' 'it says so'
ends_within 5 'it does not wait longer'

# A full disk.
mkdir full
if mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    began=$(date +%s)
    http --time-limit 20 --store full
    exits 254 'a full disk'
    err 'No space left' 'it says so'
    ends_within 10 'it ends at once'
    umount full
else
    skip 'a full disk' 'no tmpfs can be mounted here'
fi
run targets
exits 0 'the list of targets'
out '^etcd ' 'etcd is in it'
for described in "$(dirname "$real")"/*.json; do
    run doctor --target "$described" --nodes 127.0.0.1:1 --ready 0.1
    out '^ok *workload' "$(basename "$described") is enough for a workload"
done
for table in targets workloads faults; do
    run $table
    exits 0 "the table of $table"
    run $table --json
    is "the table of $table is JSON" python3 -c "import json; json.load(open('$T/out'))['$table']"
    run $table more
    exits 254 "$table takes no arguments"
done
run targets --json
is 'the list is JSON' python3 -c "import json, sys; json.load(open('$T/out'))"
finish
