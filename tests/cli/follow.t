#!/bin/sh
# check --follow: a history that another process is writing; how it ends, and what it says.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

# begin ARGUMENTS...: belie in the background. end: wait for it, at most 10 seconds.
begin() {
    "$BELIE" check --follow "$@" >"$T/out" 2>"$T/err" </dev/null &
    pid=$!
}
end() {
    (sleep 10; kill "$pid") >/dev/null 2>&1 &
    killer=$!
    status=0
    wait "$pid" || status=$?
    kill "$killer" 2>/dev/null
    wait "$killer" 2>/dev/null
    # What the shell says about the killer is none of our business.
    true
}
# wait_for PATTERN: until it is on standard output, at most 5 seconds.
wait_for() {
    tries=0
    until grep -qE "$1" "$T/out" || [ $tries -ge 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
}
wait_for_err() { # the same on standard error
    tries=0
    until grep -qE "$1" "$T/err" || [ $tries -ge 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
}
same() { # same NAME FILE FILE
    is "$1" cmp "$2" "$3"
}

# ---- a history that is there already --------------------------------------------------------
run check "$T/bad.edn"
cp "$T/out" "$T/whole"
run check --follow "$T/bad.edn"
exits 1 'a violation ends it'
same 'the same explanation as without --follow' "$T/out" "$T/whole"
err 'bad\.edn:6: violation: ' 'the line that completes the violation'
run check --json "$T/bad.edn"
cp "$T/out" "$T/whole"
run check --json --follow "$T/bad.edn"
same 'the same document as without --follow' "$T/out" "$T/whole"
run check -q --follow --no-evidence "$T/bad.edn"
exits 1 '-q --no-evidence'
is '-q: one line' test "$(cat "$T/out")" = "$T/bad.edn${tab}false"
silent err '-q: nothing on stderr'
run check --follow --follow-idle 0.2 "$T/good.edn"
exits 0 'idle without a violation'
out "good\.edn${tab}true" 'idle: verdict line'
out 'engine: online-' 'idle: engine'
run check --follow --follow-idle 0.2 --json "$T/good.edn"
is 'idle: a whole document' perl -MJSON::PP -e 'decode_json(join "", <>)' "$T/out"
run check --follow --time-limit 0.3 "$T/good.edn"
exits 2 'time limit'
out '^UNKNOWN: the time limit was reached after 2 operations' 'time limit: how far'
cat "$T/bad.edn" >"$T/more.edn"
cat "$T/good.edn" >>"$T/more.edn"
run check --follow "$T/more.edn"
out '3 \(3 ok' 'what stands behind the violation is not looked at'

# ---- a history that grows ---------------------------------------------------------------------
: >"$T/g.edn"
begin "$T/g.edn"
while read -r l; do
    echo "$l" >>"$T/g.edn"
    sleep 0.03
done <"$T/good.edn"
printf '{:process 1, :type :inv' >>"$T/g.edn"
sleep 0.15
is 'goes on while nothing is wrong' kill -0 "$pid"
echo 'oke, :f :read, :value nil}' >>"$T/g.edn"
printf '{:process 1, :type :ok, :f :read, :value 7' >>"$T/g.edn"
sleep 0.15
silent out 'a torn line waits for its rest'
echo '}' >>"$T/g.edn"
end
exits 1 'grown: a violation'
out "g\\.edn${tab}false" 'grown: verdict line'
err 'g\.edn:6: violation: ' 'grown: its line'

# ---- formats and sources ----------------------------------------------------------------------
for f in jsonl txt; do
    run convert "$T/bad.edn" "$T/bad.$f"
    run check --follow "$T/bad.$f"
    exits 1 "$f"
    err "bad\\.$f:6: violation: " "$f: operation by operation"
done
status=0
"$BELIE" check --follow - <"$T/bad.edn" >"$T/out" 2>"$T/err" || status=$?
exits 1 'standard input, a file'
status=0
# shellcheck disable=SC2002 # a pipe, not a file
cat "$T/bad.edn" | "$BELIE" check --follow - >"$T/out" 2>"$T/err" || status=$?
exits 1 'standard input, a pipe'
out "^-${tab}false" 'standard input: named -'
out 'steps|why no order' 'standard input: evidence'
# shellcheck disable=SC2002
cat "$T/good.edn" | "$BELIE" check --follow - >"$T/out" 2>"$T/err" || status=$?
out "^-${tab}true" 'the end of a pipe'
mkfifo "$T/fifo"
begin "$T/fifo"
(cat "$T/good.edn"; sleep 0.2; tail -n 2 "$T/bad.edn") >"$T/fifo"
end
exits 0 'a named pipe'
printf '[\n' >"$T/vector.edn"
cat "$T/bad.edn" >>"$T/vector.edn"
run check --follow "$T/vector.edn"
exits 1 'a vector that is not closed'
err 'cannot be read one by one' 'a vector: said'
printf '0 0 1 write 1\n1 4 5 read 2\n' >"$T/iv.log"
begin --input-format intervals "$T/iv.log"
sleep 0.3
is 'intervals: what comes later may have been before' kill -0 "$pid"
kill "$pid"
end
exits 2 'intervals: unknown when stopped'
printf '0 2 3 write 2\n' >>"$T/iv.log"
run check --follow --follow-idle 0.2 --input-format intervals "$T/iv.log"
exits 0 'intervals: checked when complete'
err 'whole operations' 'intervals: said'
gzip -c "$T/bad.edn" >"$T/bad.edn.gz"
run check --follow "$T/bad.edn.gz"
exits 254 'compressed'
err 'compressed' 'compressed: said'
mkdir -p "$T/store/test/20260101T000000"
cp "$T/good.edn" "$T/store/test/20260101T000000/history.edn"
begin "$T/store/test/20260101T000000"
sleep 0.3
is 'a store whose test runs' kill -0 "$pid"
echo '{:valid? true}' >"$T/store/test/20260101T000000/results.edn"
end
exits 0 'a store whose results are there'

# ---- other objects ----------------------------------------------------------------------------
# log NAME LINES: "process type f value" each
log() {
    printf '%s\n' "$2" | sed 's/\([^ ]*\) \([^ ]*\) \([^ ]*\) \(.*\)/{:process \1 :type :\2 :f :\3 :value \4}/' >"$T/$1.edn"
}
log fifo-queue '0 invoke enqueue 1
0 ok enqueue 1
0 invoke enqueue 2
0 ok enqueue 2
1 invoke dequeue nil
1 ok dequeue 2'
log set '0 invoke add 1
0 ok add true
0 invoke contains 1
0 ok contains false'
log grow-set '0 invoke add 1
0 ok add 1
1 invoke read nil
1 ok read []'
log counter '0 invoke inc nil
0 ok inc nil
1 invoke read nil
1 ok read 0'
log mutex '0 invoke acquire nil
0 ok acquire nil
1 invoke acquire nil
1 ok acquire nil'
for m in fifo-queue set grow-set counter mutex; do
    run check --follow -m "$m" "$T/$m.edn"
    exits 1 "$m"
    out "^INVALID" "$m: explained"
    err "$m\\.edn:[46]: violation: " "$m: operation by operation"
done

# ---- what is not checked operation by operation -----------------------------------------------
sed 's/:value 2/:value 1/' "$T/bad.edn" >"$T/again.edn"
run check --follow --follow-idle 0.3 "$T/again.edn"
exits 0 'a value that comes again, when the old one is gone'
cat >"$T/twice.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 1, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :ok, :f :write, :value 1}
END
cp "$T/twice.edn" "$T/g.edn"
begin "$T/g.edn"
sleep 0.2
tail -n 2 "$T/good.edn" >>"$T/g.edn"
sleep 0.2
is 'checked again and again: goes on' kill -0 "$pid"
sed -n '5,6s/1}/5}/;5,6p' "$T/bad.edn" >>"$T/g.edn"
end
exits 1 'checked again and again: the violation is found'
err 'g\.edn:2: a value is written again' 'checked again and again: said why'
is 'checked again and again: said once' test "$(grep -c 'written again' "$T/err")" -eq 1
run check --follow --follow-idle 0.2 "$T/twice.edn"
exits 0 'checked again: the end'
sed 's/:f :write/:f :frobnicate/' "$T/good.edn" >"$T/odd.edn"
run check --follow --follow-idle 0.2 "$T/odd.edn"
exits 2 'operations of no known model'
run check --follow --algorithm jit "$T/bad.edn"
exits 1 'an engine asked for by name'
out 'engine: jit' 'an engine asked for by name: used'
cat >"$T/keys.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value [:x 1]}
{:process 1, :type :invoke, :f :read, :value [:y nil]}
{:process 0, :type :ok, :f :write, :value [:x 1]}
{:process 1, :type :ok, :f :read, :value [:y 1]}
END
run check --follow "$T/keys.edn"
exits 1 'independent keys'
err 'keys\.edn:4: violation: ' 'independent keys: operation by operation'
run check --follow --follow-idle 0.2 --independent no "$T/keys.edn"
exits 1 'independent keys, denied'

# ---- ends that are no verdict -----------------------------------------------------------------
for how in cut replaced removed rewritten; do
    cp "$T/good.edn" "$T/g.edn"
    begin "$T/g.edn"
    sleep 0.3
    case $how in
    cut) head -c 20 "$T/good.edn" >"$T/cut" && cat "$T/cut" >"$T/g.edn" ;;
    replaced) cp "$T/good.edn" "$T/h.edn" && mv "$T/h.edn" "$T/g.edn" ;;
    removed) rm "$T/g.edn" ;;
    rewritten) sed 's/:write/:wrote/' "$T/good.edn" >"$T/h.edn" && cat "$T/h.edn" "$T/h.edn" >"$T/g.edn" ;;
    esac
    end
    exits 254 "$how"
    err 'g\.edn: the file was' "$how: said"
done
cat >"$T/signal.pl" <<'END'
use strict;
my ($out, $err, $wait, @command) = @ARGV;
my $pid = fork // die;
if (!$pid) {
    $SIG{INT} = 'DEFAULT';
    open STDOUT, '>', $out;
    open STDERR, '>', $err;
    exec @command or die;
}
select undef, undef, undef, $wait;
kill INT => $pid;
waitpid $pid, 0;
exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
END
for f in good twice; do
    status=0
    perl "$T/signal.pl" "$T/out" "$T/err" 0.5 "$BELIE" check --follow "$T/$f.edn" || status=$?
    exits 2 "SIGINT, $f"
    out "$f\\.edn${tab}unknown" "SIGINT, $f: verdict line"
    out '^UNKNOWN: interrupted.* no violation' "SIGINT, $f: what is known"
done
(sed 's/:value }/:value 1}}/' "$T/broken.edn"; cat "$T/good.edn") >"$T/wrong.edn"
run check --follow --follow-idle 0.3 "$T/wrong.edn"
exits 254 'malformed'
err 'wrong\.edn:2:' 'malformed: FILE:LINE'
run check --follow "$T/none.edn"
exits 254 'no such file'
run check --follow "$T/good.edn" "$T/bad.edn"
exits 254 'two histories'
run check --follow --witness "$T/w" "$T/good.edn"
exits 254 '--witness'
for property in total-queue eventual all session,causal; do
    run check --follow -c "$property" "$T/good.edn"
    exits 254 "-c $property: about whole histories"
done

# ---- weaker levels ---------------------------------------------------------------------------
op() { # op PROCESS F VALUE
    printf '{:process %s, :type :invoke, :f :%s, :value %s}\n' "$1" "$2" "$3"
    printf '{:process %s, :type :ok, :f :%s, :value %s}\n' "$1" "$2" "$3"
}
{ op 0 append 1; op 0 append 2; op 1 read '[1 2]'; } >"$T/list.edn"
run check --follow --follow-idle 0.2 -c session "$T/list.edn"
exits 0 'session: idle without a violation'
err 'a list is not checked operation by operation at this level' 'session: said why'
op 0 read 1 | sed '1s/value 1/value nil/' >"$T/later.edn"
run check --follow --follow-idle 0.2 -c causal "$T/later.edn"
exits 1 'causal: a read of what nobody wrote, in the end'
err 'it may stand on a later one' 'causal: said that it waits'
# The pipe ends it, however slow the machine is.
: >"$T/err"
status=0
{ cat "$T/later.edn"; wait_for_err 'later one'; op 1 write 1; } |
    "$BELIE" check --follow -c causal - >"$T/out" 2>"$T/err" || status=$?
exits 0 'causal: what was read was written on a later line'
begin -c session "$T/list.edn"
sleep 0.3
{ op 1 read '[1]'; } >>"$T/list.edn"
end
exits 1 'session: a violation ends it'
out '^INVALID .session.: monotonic-reads is broken: process 1 read' 'session: what broke it'
run check --follow -c monotonic-reads "$T/list.edn"
exits 1 'monotonic-reads'
{
    sed 's/^{:process 0/{:process 7/' "$T/list.edn" | head -n 8
    seq 3 300 | while read -r i; do op 0 append "$i"; done
} >"$T/early.edn"
run check --follow -c session "$T/early.edn"
exits 1 'session: a violation long before what is there'
err 'early\.edn:8: violation: monotonic-reads is broken' 'session: the line that completes it'
out 'operations: 4 \(4 ok' 'session: judged up to that line'
run check -q --follow -c session "$T/early.edn"
is 'session, -q: one line' test "$(cat "$T/out")" = "$T/early.edn${tab}false"
silent err 'session, -q: nothing on stderr'
run check --follow --follow-idle 0.2 -c read-your-writes "$T/list.edn"
exits 0 'read-your-writes'
# Operation by operation: the line that is told is that of the read.
{ op 0 add 1; op 0 read 1; op 0 read 0; op 0 read 1; } >"$T/sum.edn"
run check --follow -m counter -c session "$T/sum.edn"
exits 1 'session of a counter'
err 'sum.edn:6: violation: read-your-writes is broken' 'session of a counter: the line'
is 'session of a counter: operation by operation' sh -c '! grep -q "checked again" "$0"' "$T/err"
out '^INVALID .session.: read-your-writes is broken: process 0 had added 1' 'the evidence'
run check --follow --no-evidence -m counter -c monotonic-reads "$T/sum.edn"
exits 1 'monotonic-reads of a counter, no evidence'
out '^INVALID .monotonic-reads.: monotonic-reads is broken' 'no evidence: the level'
{ op 0 add 1; op 1 add 2; op 1 read 9; } >"$T/sum.edn"
run check --follow --follow-idle 0.2 -m counter -c session "$T/sum.edn"
exits 1 'session of a counter: the whole is checked in the end'
out 'higher than all additions' 'session of a counter: why in the end'
{ op 0 add 1; op 1 add 2; op 1 read '#{1 2}'; op 1 read '#{2}'; } >"$T/sets.edn"
run check --follow -m grow-set -c session "$T/sets.edn"
exits 1 'session of a set'
err 'sets.edn:8: violation: monotonic-reads is broken' 'session of a set: the line'
run check --follow-idle 1 "$T/good.edn"
exits 254 '--follow-idle alone'

if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1; then
    script -qec "$BELIE check --follow --follow-idle 0.6 $T/good.edn >$T/verdict" "$T/out" >/dev/null 2>&1
    out ': 2 operations, 0 open, no violation' 'progress on a terminal'
else
    skip 'progress on a terminal' 'no script program'
fi

# ---- in time ----------------------------------------------------------------------------------
# 5,000 lines at a time, the violation at the end: the verdict line must be there at once.
"$BELIE" generate -m register -p 10 --values 0 -n 50000 --seed 1 -o "$T/long.edn" 2>/dev/null
: >"$T/g.edn"
begin -q "$T/g.edn"
split -l 5000 "$T/long.edn" "$T/part."
for p in "$T"/part.*; do
    cat "$p" >>"$T/g.edn"
    sleep 0.1
done
silent out 'a valid beginning: silence'
sed 's/:process \([01]\)/:process 100\1/; s/:value \([12]\)/:value -\1/' "$T/bad.edn" >>"$T/g.edn"
wait_for "g\\.edn${tab}false"
out "g\\.edn${tab}false" 'the verdict after 100,000 lines'
end
exits 1 'the verdict after 100,000 lines'
finish
