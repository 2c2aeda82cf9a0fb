#!/bin/sh
# SIGINT prints what is known and exits with 2; --time-limit holds; no progress in a pipe.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

run generate -n 100000 -p 50 --values 5 --crashes 30 --inject stale-read --inject-at 0.9 \
    -o "$T/hard.edn"
exits 0 'a hard history'

# A background job of sh ignores SIGINT: Perl starts the program with the default action.
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
kill INT => $pid for 1, 2; # as timeout does: once the program, once its group
waitpid $pid, 0;
exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
END
interrupt() { # interrupt SECONDS ARGUMENTS...
    wait=$1
    shift
    status=0
    perl "$T/signal.pl" "$T/out" "$T/err" "$wait" "$BELIE" "$@" || status=$?
}

interrupt 1.5 check --algorithm wgl "$T/hard.edn" "$T/good.edn"
exits 2 'SIGINT while searching'
out "hard\.edn${tab}unknown" 'SIGINT: verdict line'
out '^UNKNOWN: .*interrupt' 'SIGINT: says why'
out 'certified: ' 'SIGINT: what is known'
out "good\.edn${tab}unknown" 'SIGINT: later files are unknown, not forgotten'
interrupt 1.5 check --algorithm wgl --json "$T/hard.edn"
exits 2 'SIGINT with --json'
is 'SIGINT with --json: a whole document' perl -MJSON::PP -e 'decode_json(join "", <>)' "$T/out"
interrupt 1.5 check --algorithm wgl -q "$T/bad.edn" "$T/hard.edn"
exits 1 'SIGINT: a violation that was proved stays one'
interrupt 1.5 check --algorithm wgl -q --fail-on invalid "$T/hard.edn"
exits 2 'SIGINT: --fail-on does not make it a success'
mkfifo "$T/pipe"
(sleep 4 >"$T/pipe") &
interrupt 1 check "$T/good.edn" "$T/pipe" --witness "$T/w.json"
exits 2 'SIGINT while reading'
out "good\.edn${tab}true" 'SIGINT while reading: earlier verdicts are out'
is 'SIGINT while reading: no temporary file' test -z "$(find "$T" -name '.w.json*')"

begin=$(date +%s)
run check --algorithm wgl --time-limit 1 "$T/hard.edn"
end=$(date +%s)
exits 2 '--time-limit'
is '--time-limit: in time' test $((end - begin)) -le 8
silent err 'no progress in a pipe'
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1; then
    script -qec "$BELIE check --algorithm wgl --time-limit 2.2 $T/hard.edn >$T/verdict" "$T/out" >/dev/null 2>&1
    out 'events' 'progress on a terminal'
    cp "$T/verdict" "$T/out"
    out "hard\.edn${tab}unknown" 'progress does not touch stdout'
    script -qec "$BELIE check -q --algorithm wgl --time-limit 1.5 $T/hard.edn >$T/verdict" "$T/out" >/dev/null 2>&1
    is 'no progress with -q' test "$(grep -c events "$T/out")" -eq 0
else
    skip 'progress on a terminal' 'no script program'
fi
finish
