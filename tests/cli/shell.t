#!/bin/sh
# What interpreters print, as the descriptions judge it: an interpreter of our own answers each update
# with the next text of a list. An outcome that may have happened must not be a fail.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"
if ! [ -x "$BELIE-run" ] || ! command -v python3 >/dev/null; then
    skip 'interpreters' 'needs belie-run (libcurl, pcre2) and python3'
    finish
    exit 0
fi
targets=$(cd "$(dirname "$0")/../../runners/targets" && pwd)
cd "$T" || exit 1
# A text that ends in "..." is the last thing that it prints.
cat >fake.sh <<'END'
while read -r line; do
    case $line in
        *belie-[0-9]*-mark*) line=${line##*belie-} && echo "belie-${line%%-mark*}-mark" ;;
        "" | "get "* | "select "* | "set session"* | smembers*) echo nothing ;;
        *)
            i=$(($(cat REPLIES/count) + 1)) && echo $i >REPLIES/count
            sed 's/ \.\.\.$//' REPLIES/$i
            if grep -q ' \.\.\.$' REPLIES/$i; then exit 1; fi
            ;;
    esac
done 2>/dev/null
END
# begin TARGET; says TYPE TEXT...: lines of the next answer, and what it means; judge WORKLOAD OPERATION
begin() {
    rm -rf replies wanted store
    mkdir replies
    target=$1 said=0
    sed "s|REPLIES|$T/replies|g" fake.sh >replies/fake.sh
    echo 0 >replies/count
    python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
d["shell"]["command"] = "sh " + sys.argv[2]
json.dump(d, open("target.json", "w"))' "$targets/$1.json" "$T/replies/fake.sh"
}
says() {
    said=$((said + 1))
    echo "$1" >>wanted
    shift
    printf '%s\n' "$@" >"replies/$said"
}
judge() {
    run run --target ./target.json --node 127.0.0.1:1 -w "$1" --concurrency 1 --rate 100 \
        --time-limit 0.8 --timeout 2 --ready 1
    sed -n "/:type :invoke/!s/.*:type :\([a-z]*\).*:f :$2,.*/\1/p" store/latest/history.edn >got
    for i in $(seq "$said"); do
        is "$target: $2 is $(sed -n "${i}p" wanted): $(tr '\n' ' ' <"replies/$i")" \
            test "$(sed -n "${i}p" got)" = "$(sed -n "${i}p" wanted)"
    done
}
lost='ERROR 2013 (HY000) at line 3: Lost connection to server during query'
gone='ERROR 2006 (HY000) at line 3: Server has gone away'
down="ERROR 2002 (HY000): Can't connect to local server through socket '/tmp/belie-my.sock' (111)"
deadlock='ERROR 1213 (40001) at line 3: Deadlock found when trying to get lock; try restarting transaction'
commit='ERROR 1180 (HY000) at line 3: Got error 6 "No such device or address" during COMMIT'
# The client repeats the statement before an error, but not when it cannot connect.
dashes='--------------'
of() { printf '%s\n%s\n%s\n\n%s' "$dashes" "insert into belie.s (k, v) values ('one', 3)" "$dashes" "$1"; }
deadlock=$(of "$deadlock") lost=$(of "$lost") gone=$(of "$gone") commit=$(of "$commit")
refused=$(of 'ERROR 1047 (08S01) at line 3: WSREP has not yet prepared node for application use')
begin galera
says ok 'done 1'
says fail "$deadlock" 'done -1'
says fail "$refused" 'done -1'
says info "$lost" 'done -1'
says info "$lost" "$down"
says info "$commit" 'done -1'
says fail "$down ..."
says info "$lost ..."
judge set add
begin galera
says info "$gone" "$down"
says ok 'done 1'
says info 'done 0'
says info "$commit" 'done 0'
judge register write
begin galera
says ok 'done'
says fail "$deadlock" 'done'
says info "$commit" 'done'
judge counter add
begin redis-sentinel
says ok '"OK"'
says fail "error:\"READONLY You can't write against a read only replica.\""
says info 'Error: Server closed the connection'
says info 'Error: Server closed the connection' 'Could not connect to Redis at 127.0.0.1:6379: Connection refused'
says fail 'Could not connect to Redis at 127.0.0.1:6379: Connection refused'
judge register write
for each in postgres-standby patroni; do
    begin $each
    says ok 'done'
    says fail 'ERROR:  cannot execute INSERT in a read-only transaction'
    says info 'WARNING:  canceling wait for synchronous replication due to user request' \
        'DETAIL:  The transaction has already committed locally, but might not have been replicated to the standby.' \
        'done'
    says info 'server closed the connection unexpectedly' 'connection to server was lost ...'
    if [ $each = patroni ]; then at='at "127.0.0.1", port 5432'; else at='on socket "/tmp/.s.PGSQL.5432"'; fi
    says fail "psql: error: connection to server $at failed: No such file or directory ..."
    judge register write
done
finish
