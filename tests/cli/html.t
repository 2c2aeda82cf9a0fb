#!/bin/sh
# HTML reports as bytes: who makes them, that they are closed against what a history says, that the
# same input gives the same page. What a browser makes of them is in browser.t.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

# has PATTERN NAME; lacks PATTERN NAME: in $T/page.html
has() {
    if grep -qE -- "$1" "$T/page.html"; then pass "$2"; else fail "$2"; fi
}
lacks() {
    if grep -qE -- "$1" "$T/page.html"; then fail "$2"; else pass "$2"; fi
}

run check -q --html "$T/page.html" "$T/bad.edn"
exits 1 'check --html'
has '<html lang="en">' 'the language is said'
has '<h1>.*invalid.*not linearizable as a register: read of 1 by process 1' 'the verdict in a sentence'
has 'id="counterexample"' 'a counterexample'
has '<svg class="bars" role="img" aria-labelledby' 'a picture with a name'
has 'class="bar ok bad"' 'the impossible operation is marked'
has '<td>impossible in this state</td>' 'the state in which it is impossible'
has 'download="minimal.edn"' 'the minimal history to download'
has '<span class="line">5</span> \{:process 1, :type :invoke' 'lines of the history with their numbers'
has "$(sha256sum "$T/bad.edn" | cut -d' ' -f1)" 'SHA-256 of the input'
lacks ' style=| on[a-z]+="|https?://[^w]' 'no style attribute, no handler, no address'
cp "$T/page.html" "$T/first.html"
run check -q --html "$T/page.html" "$T/bad.edn"
is 'the same bytes again' cmp "$T/page.html" "$T/first.html"

# The policy names the hash of the style and of the script that are there.
is 'the policy allows exactly what is there' perl -MDigest::SHA=sha256_base64 -e '
    local $/; my $h = <>;
    my ($csp) = $h =~ /Content-Security-Policy" content="([^"]*)"/ or exit 1;
    $csp =~ /^default-src .none.;/ or exit 1;
    $csp =~ /unsafe|\*/ and exit 1;
    my @s = ($h =~ m{<style>(.*?)</style>}s, $h =~ m{<script>(.*?)</script>}s);
    @s == 2 or exit 1;
    index($csp, "sha256-" . sha256_base64($_) . "=") >= 0 or exit 1 for @s;
    my @all = $h =~ /<(?:script|style)\b/g;
    my @data = $h =~ m{<script type="application/json"}g;
    exit(@all == 2 + @data ? 0 : 1)' "$T/page.html"

# What was given is needed again: for the command, and for the states.
cat >"$T/given.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value :b}
{:process 0, :type :ok, :f :write, :value :b}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value nil}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value :a}
END
run check --json --initial :a --nil-reads unknown --time-limit 0.5 --max-memory 1G --html "$T/page.html" "$T/given.edn"
exits 1 'options'
has "--consistency linearizable --initial &#39;:a&#39; --max-memory &#39;1073741824&#39; --nil-reads &#39;unknown&#39; --time-limit &#39;0.5&#39;</code>" \
    'check again, with them'
has '<td>impossible in this state</td>' 'state by state, with them'
cp "$T/page.html" "$T/given.html"
cp "$T/out" "$T/given.json"
run report "$T/given.json" -o "$T/page.html"
is 'the same from the results' cmp "$T/page.html" "$T/given.html"

# Errors by kind: what each of them can say.
cat >"$T/errors.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :fail, :f :write, :value 1, :error [:timeout "no reply within 5 s"]}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :fail, :f :read, :value nil, :error [:closed "connection lost"]}
{:process 2, :type :invoke, :f :write, :value 2}
{:process 2, :type :info, :f :write, :value 2, :error [:not-sent "connection refused"]}
{:process 3, :type :invoke, :f :write, :value 3}
{:process 3, :type :fail, :f :write, :value 3, :error :precondition-failed}
{:process 4, :type :invoke, :f :write, :value 4}
{:process 4, :type :info, :f :write, :value 4, :error [:http-500 "<b>sorry</b>"]}
{:process 5, :type :invoke, :f :write, :value 5}
END
run check -q --html "$T/page.html" "$T/errors.edn"
has '<td>timeout</td><td class="n">1</td><td class="n">0</td><td>An answer that was lost proves nothing' 'a timeout that failed'
has '<td>closed</td><td class="n">1</td><td class="n">0</td><td>.*of a read nothing depends' 'a read without an answer'
has '<td>not-sent</td><td class="n">0</td><td class="n">1</td><td>.*record it as failed' 'what was not sent'
has '<td>precondition-failed</td><td class="n">1</td><td class="n">0</td><td>Definite' 'a definite error'
has '<td>http-500</td><td class="n">0</td><td class="n">1</td><td>Indefinite' 'an indefinite error'
has 'no completion was recorded</td><td class="n">0</td><td class="n">1</td><td>The answer was lost' 'no completion'
has '&lt;b&gt;sorry' 'as recorded'

# belie report: a history, results, a folder.
run report "$T/bad.edn" -o "$T/page.html"
exits 0 'report of a history'
is 'report is what check --html writes' cmp "$T/page.html" "$T/first.html"
run check --json "$T/bad.edn"
cp "$T/out" "$T/results.json"
run report "$T/results.json" -o "$T/page.html"
exits 0 'report of results'
is 'report of results is the same' cmp "$T/page.html" "$T/first.html"
cp "$T/good.edn" "$T/moved.edn"
mv "$T/bad.edn" "$T/away.edn"
mv "$T/moved.edn" "$T/bad.edn"
run report "$T/results.json" -o "$T/other.html"
exits 254 'results of another history'
err 'not about this history|about a history of' 'another history: said'
is 'nothing was written' test ! -e "$T/other.html"
mv "$T/away.edn" "$T/bad.edn"
run report "$T/bad.edn"
exits 254 'report without a place to write to'

# Several histories: a folder, or nothing at all.
run check --html "$T/none.html" "$T/good.edn" "$T/bad.edn"
exits 254 '--html of two histories'
err '^belie: --html .*none.html takes one history, and these are 2; --html .*none.html/ makes a folder' 'said how'
is 'before anything is checked' test ! -s "$T/out" -a ! -e "$T/none.html"
mkdir -p "$T/many/a" "$T/many/b"
cp "$T/good.edn" "$T/many/a/history.edn"
cp "$T/bad.edn" "$T/many/b/history.edn"
run check --html "$T/none.html" "$T/many"
exits 254 '--html of a folder of two histories'
is 'it also before anything is checked' test ! -s "$T/out" -a ! -e "$T/none.html"
printf '{:process 0' >"$T/torn.edn"
ln "$T/many/b/history.edn" "$T/many-b-history.edn"
(cd "$T" && "$BELIE" check -q --html new/pages/ many many-b-history.edn torn.edn >out 2>err)
is 'a folder, made where it is not there' test "$(cd "$T/new/pages" && echo *.html)" = \
    'index.html many-a-history.edn.html many-b-history.edn-2.html many-b-history.edn.html'
cp "$T/new/pages/index.html" "$T/page.html"
has '<h1>4 results: 2 invalid, 1 unknown, 1 valid</h1>' 'its index counts all'
has '<a href="many-b-history.edn-2.html">many-b-history.edn</a>' 'and links them'
has '<td>torn.edn</td>' 'also what could not be read, without a page'
(cd "$T" && "$BELIE" check -q --html one.html many/b/history.edn >out 2>err)
is 'a page in it is that of the history alone' cmp "$T/one.html" "$T/new/pages/many-b-history.edn.html"
(cd "$T/new" && "$BELIE" check -q --html pages ../good.edn index >out 2>err)
is 'a folder that is there needs no slash' test -s "$T/new/pages/good.edn.html"
rm -r "$T/new" "$T/many"

run check -q --html "$T/page.html" "$T/good.edn"
exits 0 'check --html of a valid history'
has '<h1>.*valid.*The history is linearizable as a register' 'valid: said'
lacks 'id="counterexample"' 'valid: no counterexample'
has '"effects":true,"steps":[1-9][0-9]*,"stale":false' 'valid: where operations take effect, on the time line'
has 'id="proof"' 'valid: an order that proves it'
has '<td class="n">1</td><td class="n"><a href="#op=[0-9]+">[0-9]+</a></td><td>write <code>1</code>' 'valid: its steps'
"$BELIE" check -q --witness "$T/witness.json" "$T/good.edn" >/dev/null
is 'valid: the order to download is that of --witness' perl -MMIME::Base64 -0777 -e '
    my ($page, $file) = map { open my $f, "<", $_ or die; <$f> } @ARGV;
    my ($data) = $page =~ /download="order.json" href="data:application\/json;base64,([^"]+)"/ or exit 1;
    exit(decode_base64($data) eq $file ? 0 : 1)' "$T/page.html" "$T/witness.json"
"$BELIE" generate --seed 3 --ops 20000 --processes 6 --crash-rate 0.001 -m fifo-queue -o "$T/long.edn"
run check -q --html "$T/page.html" "$T/long.edn"
has 'more steps</td>' 'a long order: what is between'
has 'The file has the first [0-9]+ of [0-9]+ steps; <code>belie check --witness' 'a long order: what was left out'
run check -q -c causal --html "$T/page.html" "$T/good.edn"
lacks 'id="proof"' 'no order proves a weaker level'

run run --sim primary-backup --workload set --nemesis partition --rate 20 --time-limit 20 \
    --store "$T/store" --html "$T/page.html" -q
exits 1 'run --html'
is 'report.html is in the folder' test -s "$T/store/latest/report.html"
has '10 of 10 links cut|[0-9]+ of [0-9]+ links cut' 'receipts of faults'
has 'class="strip"' 'what became of the elements'
has 'Before, during and after' 'phases'
has '<h3>After each heal</h3>' 'recovery after each heal'
has '<td>stop-partition</td><td class="n">[0-9.]+ s</td><td class="n">[0-9.]+ m?s</td>' 'how long it took'
has 'Before the first fault [0-9]+ of [0-9]+ operations were ok, [0-9]+ %' 'the share of ok before the faults'
has 'share of ok back after</th>' 'and when it was back'
has '"heals":.*"back":[0-9]+,"backAt":[0-9]+' 'on the time line, too'
has '<table class="matrix"><caption>[0-9.]+ s to ([0-9.]+ s|the end): [0-9]+ of [0-9]+ links cut' 'a cut as a matrix'
has '<th scope="row">n1</th><td class="self"></td>' 'by node'
has '"heals":\[\{"from":[0-9]+' 'heals on the time line'
cp "$T/page.html" "$T/first.html"
run report "$T/store/latest" -o "$T/page.html"
exits 0 'report of a folder'
is 'report of a folder is the same' cmp "$T/page.html" "$T/first.html"

# Levels: the lattice, the contradiction as a picture.
cat >"$T/levels.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :write, :value 2}
{:process 0, :type :ok, :f :write, :value 2}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 2}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 1}
END
run check -q -c all --html "$T/page.html" "$T/levels.edn"
exits 1 'check -c all --html'
has '<svg class="lattice"' 'the lattice of levels'
has '<a href="#level-linearizable"><g class="level broken">' 'a broken level, reachable by keyboard'
has 'id="level-linearizable"' 'and its reason'
has '<svg class="cycle"' 'the contradiction as a picture'
has 'class="edge (program-order|reads-from)' 'its edges'

cat >"$T/own.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value [:x 1]}
{:process 0, :type :ok, :f :write, :value [:x 1]}
{:process 0, :type :invoke, :f :read, :value [:y nil]}
{:process 0, :type :ok, :f :read, :value [:y 3]}
{:process 0, :type :invoke, :f :read, :value [:x nil]}
{:process 0, :type :ok, :f :read, :value [:x nil]}
{:process 1, :type :invoke, :f :write, :value [:y 3]}
{:process 1, :type :ok, :f :write, :value [:y 3]}
END
run check -q -c session --html "$T/page.html" "$T/own.edn"
has '<li>Then T2 &lt; T1, because T2 observed the initial value, which T1 replaced</li>' 'an argument to its end'
has '<h1>.*The history breaks the level session: read-your-writes is broken' 'a level is not "as a register"'
run check -q -c causal --html "$T/page.html" "$T/levels.edn"
has '<h1>.*The history is not causal as a register: a read returned' 'no name of a rule in the sentence'
has '<li>Then T4 &lt; T2, because T4 observed T1, which T2 replaced</li>' 'and a causal argument to its end'
has '<text class="note"[^>]*>T1, op [0-9]+</text>' 'bars have the names of the argument'
"$BELIE" generate --seed 5 --ops 400 -m register --level pram -o "$T/two-keys.edn"
run check -q -c causal --html "$T/page.html" "$T/two-keys.edn"
has '<text class="label"[^>]*>read [0-9]+ of key [0-9]+</text>' 'several keys: said in the picture'
has '<th scope="col">key</th><th scope="col" class="n">began' 'and in the table'
"$BELIE" generate --seed 5 --ops 1500 -m counter --inject counter-goes-back -o "$T/counter.edn"
run check -q --html "$T/page.html" "$T/counter.edn"
has '<summary>And [0-9]+ operations in the background, that may take effect' 'many in the background: folded'

# What was covered, how stale, what was missing.
run check -q -c all --coverage --html "$T/page.html" "$T/store/latest/history.edn"
has 'id="coverage"' 'coverage'
has 'After [0-9]+ faults it took' 'time to recover'
run check -q --coverage --html "$T/page.html" "$T/good.edn"
exits 2 'a vacuous history'
has '<h1>.*vacuous.*The run shows nothing, neither good nor bad: no two operations overlapped' 'vacuous: said'
"$BELIE" generate --seed 3 --ops 300 -o "$T/some.edn"
run check -q --max-p99 0.000001 --html "$T/page.html" "$T/some.edn"
has '<h1>.*Nothing is inconsistent, but a demand is not met' 'a demand that is not met: said'
run run -q --sim leader:local-reads --workload register --nemesis partition --rate 20 --store "$T/store"
run check -q -c all --html "$T/page.html" "$T/store/latest/history.edn"
has '[0-9]+ of [0-9]+ reads returned a value that had been overwritten' 'staleness'
has '<td>node n1</td>' 'staleness by node'
has '"stale":true' 'staleness on the time line'
rm -r "$T"/store/leader*

# The index of a store.
run run -q --sim leader --workload register --rate 20 --time-limit 5 --store "$T/store"
run check --json "$T/bad.edn"
cp "$T/out" "$T/store/<b>.json"
run index "$T/store" -o "$T/page.html"
exits 0 'index'
has '<h1>3 results: 2 invalid, 0 unknown, 1 valid</h1>' 'index: counts'
has '<a href="primary-backup-set-partition/[^"]*/report.html">' 'index: a link to a report'
has '&lt;b&gt;.json</td>' 'index: names are escaped'
has 'class="trend"' 'index: the trend'
cp "$T/page.html" "$T/first.html"
run index "$T/store"
is 'index: the same bytes in the folder' cmp "$T/store/index.html" "$T/first.html"
mkdir "$T/empty"
run index "$T/empty"
exits 254 'index of nothing'

# However large everything is, a page is at most 5 MB, and says what it left out.
perl -e 'my $x = "<" x 300;
    for my $k (0 .. 7) {
        for my $i (0 .. 599) {
            print "{:process 0, :type :$_, :f :add, :value [$k \"$i$x\"]}\n" for qw(invoke ok);
        }
        print "{:process 1, :type :invoke, :f :read, :value [$k nil]}\n";
        print "{:process 1, :type :ok, :f :read, :value [$k #{}]}\n";
    }' >"$T/large.edn"
run check -q --html "$T/page.html" "$T/large.edn"
exits 1 'large counterexamples'
is 'at most 5 MB' test "$(wc -c <"$T/page.html")" -le 5000000
has 'class="reduced">The page would be larger than 5.0 MB' 'what was left out is said'
has '<svg class="bars"' 'the picture is there'
# violated_keys N: a history of N keys, each with a stale read, and with values that need escapes.
violated_keys() {
    perl -e 'my $x = "<" x 60;
        for my $k (0 .. $ARGV[0] - 1) {
            for my $j (0 .. 7) {
                print "{:process $j, :type :$_, :f :write, :value [$k \"$k.$j$x\"]}\n" for qw(invoke ok);
            }
            print "{:process 0, :type :invoke, :f :read, :value [$k nil]}\n";
            print "{:process 0, :type :ok, :f :read, :value [$k \"$k.3$x\"]}\n";
        }' "$1"
}
violated_keys 3001 >"$T/large.edn"
run check -q --html "$T/page.html" "$T/large.edn"
is 'many violations: at most 5 MB' test "$(wc -c <"$T/page.html")" -le 5000000
has 'Values in the time line are cut to 16 characters' 'many violations: texts are given up first, said'
lacks 'is drawn, and all of those around' 'many violations: all operations are there'
is 'many violations: each is marked' perl -0777 -ne '/"marks":\[([^]]*)\]/ or exit 1; my @m = split /,/, $1; exit(@m == 3001 ? 0 : 1)' "$T/page.html"
violated_keys 12001 >"$T/large.edn"
run check -q --html "$T/page.html" "$T/large.edn"
is 'very many violations: at most 5 MB' test "$(wc -c <"$T/page.html")" -le 5000000
has 'one of [0-9]+ is drawn, and all of those around the first 1000 of 12001 violations, at least 20 before' 'very many violations: said'
has 'The first 10000 of 12001 violations are marked' 'and which are marked'
rm "$T/large.edn"

# A history that tries everything.
cat >"$T/hostile.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value "</script><script>alert(1)</script>", :time 1}
{:process 0, :type :ok, :f :write, :value "</script><script>alert(1)</script>", :time 2}
{:process 0, :type :invoke, :f :write, :value "\"><img src=x onerror=alert(2)>", :time 3}
{:process 0, :type :ok, :f :write, :value "\"><img src=x onerror=alert(2)>", :time 4}
{:process 1, :type :invoke, :f :read, :value nil, :time 5}
{:process 1, :type :ok, :f :read, :value "</script><script>alert(1)</script>", :time 6}
{:process 2, :type :invoke, :f :write, :value "<!--\u2028\u202e]]>&amp;'", :time 7}
{:process 2, :type :info, :f :write, :value "<!--\u2028\u202e]]>&amp;'", :time 8, :error "</pre><svg onload=alert(3)>"}
END
printf '{:process 3, :type :invoke, :f :write, :value "\377\376\001\033[31m"}\n' >>"$T/hostile.edn"
run check -q --html "$T/page.html" "$T/hostile.edn"
exits 1 'hostile history'
lacks '<script>alert|<img|<svg onload|</script><script>a' 'nothing of it is markup'
is 'the page is well-formed UTF-8 without control characters' perl -MEncode -0777 -ne '
    my $s = decode("UTF-8", $_, Encode::FB_CROAK); exit($s =~ /[\x00-\x08\x0b-\x1f\x7f-\x9f\x{2028}\x{202e}]/ ? 1 : 0)' \
    "$T/page.html"
finish
