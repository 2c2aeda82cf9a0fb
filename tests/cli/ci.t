#!/bin/sh
# What CI reads: TAP, JUnit, GitHub annotations and summaries, known issues, and the ready files of
# docs/ci, whose scripts are run here as far as a shell can.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"
ci=$(cd "$(dirname "$0")/../../docs/ci" && pwd)

run check --tap "$T/good.edn" "$T/bad.edn" "$T/broken.edn"
exits 254 '--tap'
is '--tap: version and plan' sh -c 'head -n 1 "$1" | grep -qx "TAP version 13" &&
    tail -n 1 "$1" | grep -qx "1..3"' - "$T/out"
out '^ok 1 - .*good.edn: linearizable$' '--tap: valid is ok'
out '^not ok 2 - .*bad.edn: linearizable$' '--tap: invalid is not ok'
out '^# INVALID.*: read of 1' '--tap: and explained'
out '^not ok 3 - .*broken.edn: check$' '--tap: an error is not ok'
run check --tap --json "$T/good.edn"
exits 254 '--tap and --json'

# Known issues.
known() { # known UNTIL RULE
    printf '{"known": [{"path": "*/bad.edn", "property": "linearizable", "rule": "%s",
        "until": "%s", "reason": "ISSUE-12"}]}\n' "$2" "$1" >"$T/known.json"
}
known 2999-12-31 block-conflict
run check --baseline "$T/known.json" --junit "$T/junit.xml" "$T/good.edn" "$T/bad.edn"
exits 0 'a known issue'
out 'bad.edn.false$' 'a known issue is still invalid'
err 'bad.edn: a known issue: ISSUE-12' 'a known issue is said'
is 'a known issue is skipped in JUnit' grep -q '<skipped message="ISSUE-12"/>' "$T/junit.xml"
run check --tap --baseline "$T/known.json" "$T/bad.edn"
out '^not ok 1 - .* # TODO known issue: ISSUE-12$' 'a known issue is TODO in TAP'
run check --json --baseline "$T/known.json" "$T/bad.edn"
out '"valid": false' 'a known issue is invalid in JSON'
known 2020-01-31 block-conflict
run check --baseline "$T/known.json" "$T/bad.edn"
exits 1 'an expired known issue'
err "'ISSUE-12' expired on 2020-01-31" 'an expired one is said'
known 2999-12-31 lost
run check --baseline "$T/known.json" "$T/bad.edn"
exits 1 'another rule than the known one'
err "'ISSUE-12' .* was not seen" 'a known issue that was not seen is said'
known someday block-conflict
run check --baseline "$T/known.json" "$T/bad.edn"
exits 254 'a baseline with a bad day'

# Annotations: at most ten, and the summary below 1 MiB.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do cp "$T/bad.edn" "$T/bad$i.edn"; done
GITHUB_STEP_SUMMARY=$T/summary.md
export GITHUB_STEP_SUMMARY
run check --github "$T"/bad?*.edn
exits 1 '--github'
is '--github: at most ten annotations' test "$(grep -c '^::' "$T/err")" -eq 10
is 'summary: a table' grep -q '^| \*\*invalid\*\* | .*bad14&#46;edn\|bad14.edn' "$T/summary.md"
is 'summary: what is wrong' grep -q '<pre>.*bad' "$T/summary.md"
cat >"$T/nasty|a.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value "</pre><script>| ::error::x"}
{:process 0, :type :ok, :f :write, :value "</pre><script>| ::error::x"}
{:process 0, :type :invoke, :f :write, :value "b"}
{:process 0, :type :ok, :f :write, :value "b"}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value "</pre><script>| ::error::x"}
END
rm "$T/summary.md"
run check --github "$T/nasty|a.edn"
is 'summary: nothing of a history is markup' sh -c '! grep -q "<script>\|nasty|a.edn |" "$1"' - "$T/summary.md"
# A history with many long violations: 3,000 keys.
perl -e 'for my $k (1 .. 3000) { my $v = "x" x 300;
    print "{:process 0, :type :$_->[0], :f :$_->[1], :value [$k $_->[2]]}\n" for
    ["invoke", "write", "\"$v\""], ["ok", "write", "\"$v\""], ["invoke", "read", "nil"], ["ok", "read", "\"y$v\""] }' \
    >"$T/keys.edn"
rm "$T/summary.md"
run check --github --junit "$T/junit.xml" --html "$T/page.html" "$T/keys.edn"
exits 1 '3,000 invalid keys'
is 'summary: below 1 MiB' test "$(wc -c <"$T/summary.md")" -lt 1048576
is 'HTML: below 5 MB' test "$(wc -c <"$T/page.html")" -lt 5242880
unset GITHUB_STEP_SUMMARY

# JUnit with text that attacks it.
printf '{:process 0, :type :invoke, :f :write, :value "]]>\001\033\377</failure>\\u0000"}\n' >"$T/nasty.edn"
printf '{:process 0, :type :ok, :f :write, :value "]]>\001\033\377</failure>\\u0000"}\n' >>"$T/nasty.edn"
printf '{:process 1, :type :invoke, :f :read, :value nil}\n{:process 1, :type :ok, :f :read, :value "\302\200\357\277\277&lt;"}\n' >>"$T/nasty.edn"
run check -q --junit "$T/junit.xml" "$T/nasty.edn" "$T/good.edn" "$T/broken.edn"
is 'JUnit: counts' grep -q '<testsuite name="belie" tests="3" failures="1" errors="1" skipped="0">' "$T/junit.xml"
if command -v xmllint >/dev/null 2>&1; then
    is 'JUnit: well-formed' xmllint --noout "$T/junit.xml"
else
    skip 'JUnit: well-formed' 'no xmllint'
fi

# The composite action: its script, as the runner would start it.
mkdir "$T/bin" "$T/work"
ln -s "$BELIE" "$T/bin/belie"
awk '/^      run: \|/ { on = 1; next } on && /^    - name/ { exit } on { sub(/^        /, ""); print }' \
    "$ci/action.yml" >"$T/action.sh"
status=0
(cd "$T/work" && PATH="$T/bin:$PATH" HISTORIES="$T/good.edn $T/bad.edn" CONSISTENCY='' BASELINE='' \
    REPORT=out GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$T/step.md" sh -e "$T/action.sh") \
    >"$T/out" 2>"$T/err" || status=$?
exits 1 'action: fails for a violation'
err '^::error file=' 'action: annotates'
is 'action: summary' grep -q '1 of 2 checks broken' "$T/step.md"
is 'action: reports' test -s "$T/work/out/junit.xml" -a "$(find "$T/work/out" -name '*.html' | wc -l)" -eq 3
is 'action: index' grep -q '<h1>2 results: 1 invalid' "$T/work/out/index.html"
# The GitLab job.
sed -n '/^  script:/,/^  artifacts:/s/^    - //p' "$ci/gitlab-ci.yml" >"$T/gitlab.sh"
status=0
(cd "$T/work" && PATH="$T/bin:$PATH" HISTORIES="$T/bad.edn" REPORT=lab sh -e "$T/gitlab.sh") >"$T/out" 2>"$T/err" || status=$?
exits 1 'GitLab: fails for a violation'
is 'GitLab: reports' test -s "$T/work/lab/junit.xml" -a -s "$T/work/lab/index.html"
finish
