#!/bin/sh
# Every output besides text: --json, --junit, --github, --witness; and outputs that fail.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

# json CODE NAME: run Perl code on the decoded document $d in $T/out.
json() {
    is "$2" perl -MJSON::PP -e '
        local $/; open my $f, "<", shift or die; our $d = decode_json(<$f>);
        my $code = shift; exit(eval("no strict; $code") ? 0 : 1)' "$T/out" "$1"
}

run check --json "$T/good.edn" "$T/bad.edn"
exits 1 '--json'
silent err '--json: nothing on stderr'
# shellcheck disable=SC2016
{
    json '$d->{schema} == 1' 'schema 1'
    json 'defined $d->{valid} && !$d->{valid}' 'merged verdict'
    json '@{$d->{inputs}} == 2' 'one entry per input'
    json '$d->{inputs}[0]{valid} && $d->{inputs}[0]{property} eq "linearizable"' 'valid input'
    json '$d->{inputs}[1]{results}[0]{valid} == 0' 'invalid key'
    json '@{$d->{inputs}[1]{results}[0]{counterexample}{steps}} > 0' 'argument'
    json 'my @o = @{$d->{inputs}[1]{results}[0]{counterexample}{operations}};
          my ($r) = grep { $_->{f} eq "read" } @o;
          $r->{line} == 5 && $r->{invoked} == 4 && $r->{completed} == 5 && $r->{process} == 1 &&
          $r->{result} == 1 && $r->{role} eq "strict"' 'operation of the core'
    json '$d->{inputs}[0]{operations}{ok} == 2' 'operation counts'
    run check --json "$T/missing.edn" "$T/good.edn"
    exits 254 '--json with a missing file'
    json '$d->{inputs}[0]{error} =~ /missing/' 'error of an input'
    json '$d->{valid} eq "unknown"' 'merged with an error: unknown'
}
run check --json "$T/bad.edn"
cp "$T/out" "$T/first"
run check --json --jobs 3 "$T/bad.edn"
is '--json is deterministic' cmp "$T/out" "$T/first"

# Values that other formats would misread.
cat >"$T/nasty.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value "<a&b>\u0001]]>\n::error::x"}
{:process 0, :type :ok, :f :write, :value "<a&b>\u0001]]>\n::error::x"}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value "\"%\u2028<script>"}
END
run check --json "$T/nasty.edn"
# shellcheck disable=SC2016
json '$d->{inputs}[0]{results}[0]{counterexample}{operations}[-1]{result} =~ /<script>/' \
    'strings survive --json'
run check "$T/nasty.edn"
is 'no control characters on the terminal' perl -ne 'exit 1 if /[\x00-\x08\x0b-\x1f\x7f]/' "$T/out"

run check --junit "$T/j.xml" "$T/good.edn" "$T/bad.edn" "$T/nasty.edn" "$T/missing.edn"
exits 254 '--junit'
cp "$T/j.xml" "$T/out"
out '<testsuites name="belie" tests="4" failures="2" errors="1" skipped="0">' '--junit: counts'
is '--junit: no characters that XML forbids' perl -ne 'exit 1 if /[\x00-\x08\x0b\x0c\x0e-\x1f]/' \
    "$T/j.xml"
if command -v xmllint >/dev/null; then
    is '--junit: well-formed' xmllint --noout "$T/j.xml"
elif command -v python3 >/dev/null && python3 -c 'import xml.dom.minidom' 2>/dev/null; then
    is '--junit: well-formed' python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' \
        "$T/j.xml"
else
    skip '--junit: well-formed' 'no XML parser'
fi
run check --max-memory 1 --junit "$T/j.xml" "$T/good.edn"
cp "$T/j.xml" "$T/out"
out '<skipped message="[^"]*memory' '--junit: unknown is skipped'

run check --github -q "$T/bad.edn" "$T/nasty.edn" "$T/good.edn" "$T/missing.edn"
is '--github: nothing more on stdout' test "$(wc -l <"$T/out")" -eq 3
err "^::error file=[^,]*bad\\.edn,line=5,title=not linearizable::[^%]" '--github: place of the read'
err '^::error file=[^,]*missing\.edn,title=not checked::' '--github: unreadable input'
is '--github: three annotations, none smuggled in' test "$(grep -c '^::' "$T/err")" -eq 3
err '%0A1\. ' '--github: newlines are escaped'
GITHUB_ACTIONS=true
export GITHUB_ACTIONS
run check -q "$T/bad.edn"
err '^::error ' '--github by itself in Actions'
unset GITHUB_ACTIONS
run check -q "$T/bad.edn"
silent err 'and not elsewhere'
set --
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    cp "$T/bad.edn" "$T/bad$i.edn"
    set -- "$@" "$T/bad$i.edn"
done
run check --github -q "$@"
is '--github: at most 10' test "$(grep -c '^::error' "$T/err")" -eq 10

run check -q --witness "$T/w.json" "$T/good.edn" "$T/bad.edn"
exits 1 '--witness'
cp "$T/w.json" "$T/out"
# shellcheck disable=SC2016
{
    json '@{$d->{inputs}} == 2 && @{$d->{inputs}[1]{keys}} == 0' '--witness: valid keys only'
    json 'my @l = @{$d->{inputs}[0]{keys}[0]{linearization}};
          @l == 2 && $l[0]{f} eq "write" && $l[1]{f} eq "read" && $l[1]{result} == 1 &&
          $l[0]{invoked} == 0 && $l[0]{completed} == 1' '--witness: the order'
}

# Files appear whole or not at all.
is 'no temporary files are left' test -z "$(find "$T" -name '.[a-z]*.??????')"
ln -s w.json "$T/link.json"
run check -q --witness "$T/link.json" "$T/good.edn"
is 'a symbolic link stays one' test -L "$T/link.json"
run check -q --witness "$T/no/such/folder/w.json" "$T/good.edn"
exits 254 'folder of an output is missing'
silent out 'folder of an output is missing: said before the work'
if [ -e /dev/full ]; then
    for option in --witness --junit; do
        run check -q $option /dev/full "$T/good.edn"
        exits 254 "$option on a full disk"
        err 'No space left' "$option on a full disk: said"
    done
    "$BELIE" check -q "$T/good.edn" >/dev/full 2>"$T/err"
    status=$?
    exits 254 'standard output on a full disk'
    err 'No space left' 'standard output on a full disk: said'
    "$BELIE" check --json "$T/bad.edn" >/dev/full 2>"$T/err"
    status=$?
    exits 254 '--json on a full disk'
    run generate -n 10 -o /dev/full
    exits 254 'generate on a full disk'
    run shrink "$T/bad.edn" --format edn -o /dev/full
    exits 254 'shrink on a full disk'
else
    skip 'outputs on a full disk' 'no /dev/full'
fi
"$BELIE" generate -n 100000 2>"$T/err" | head -n 1 >"$T/out"
silent err 'a reader that goes away is no error'
# The cycles of levels as graphs. Values try to end the labels that they are in.
cat >"$T/cycle.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value "one\"];x -> y#<b>"}
{:process 0, :type :ok, :f :write, :value "one\"];x -> y#<b>"}
{:process 0, :type :invoke, :f :write, :value "two\\"}
{:process 0, :type :ok, :f :write, :value "two\\"}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value "two\\"}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value "one\"];x -> y#<b>"}
END
run check -q -c sequential,pram,linearizable --dot "$T/c.dot" --mermaid "$T/c.mmd" "$T/cycle.edn"
exits 1 '--dot and --mermaid'
# Every line is of the language, nodes are declared before edges name them, and those
# of pram close a cycle.
graph() { # graph NAME FILE OPEN NODE EDGE CLOSE: Perl patterns; NODE and EDGE capture names
    is "$1" perl -e '
        my ($file, $open, $node, $edge, $close) = @ARGV;
        my ($depth, $graphs, %known, %next, %cycles) = (0, 0);
        open my $f, "<", $file or die;
        while (my $l = <$f>) {
            chomp $l;
            if ($l =~ /^$open$/) { $depth++; $graphs++; %known = %next = (); }
            elsif ($depth && $l =~ /^ +$node$/) { $known{$1}++ and die "twice"; }
            elsif ($depth && $l =~ /^ +$edge$/) { $known{$1} && $known{$2} or die "unknown"; $next{$1}{$2} = 1; }
            elsif ($depth && $l =~ /^  $close$/) {
                $depth--;
                for my $start (keys %next) {
                    my (%seen, @todo) = ();
                    @todo = keys %{$next{$start}};
                    while (defined(my $n = pop @todo)) {
                        $cycles{$graphs} ||= $n eq $start;
                        push @todo, keys %{$next{$n}} unless $seen{$n}++;
                    }
                }
            }
            elsif ($depth && $l =~ /^    label="(?:[^"\\]|\\.)*";$/) {}
            elsif (!$depth && $l =~ /^(digraph belie \{|  node \[shape=box\];|\}|flowchart TD)$/) {}
            else { die "not of the language: $l"; }
        }
        exit($depth == 0 && $graphs == 2 && $cycles{2} ? 0 : 1)' "$2" "$3" "$4" "$5" "$6"
}
q='"(?:[^"\\]|\\.)*"'
graph 'DOT' "$T/c.dot" "  subgraph cluster_\\d+ \\{" "(g\\d+_\\d+) \\[label=$q\\];" \
    '(g\d+_\d+) -> (g\d+_\d+) \[label="[a-z-]+"\];' '\}'
graph 'Mermaid' "$T/c.mmd" '  subgraph s\d+\["[^"<>]*"\]' '(g\d+_\d+)\["(?:[^"<>&]|<br/>)*"\]' \
    '(g\d+_\d+) -->\|[a-z-]+\| (g\d+_\d+)' 'end'
if command -v dot >/dev/null; then
    is 'graphviz reads it' dot -Tsvg -o "$T/c.svg" "$T/c.dot"
else
    skip 'graphviz reads it' 'dot is not installed'
fi
run check -q --dot "$T/c.dot" "$T/good.edn"
is 'no cycle: an empty graph' test "$(grep -c -- '->' "$T/c.dot")" -eq 0
run check --dot - "$T/good.edn"
exits 254 '--dot -'
finish
