#!/bin/sh
# HTML reports in headless Chromium, see tests/browser/. Skipped where something is missing.
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")/../browser" && pwd)
modules=${BELIE_BROWSER:-$(dirname "$(dirname "$BELIE")")/browser}

need() {
    command -v "$1" >/dev/null 2>&1 && return
    skip 'reports in a browser' "no $1"
    finish
    exit 0
}
need "${CHROMIUM:-chromium}"
need node
need npm
if [ ! -d "$modules/node_modules/html-validate" ]; then
    mkdir -p "$modules"
    if ! (cd "$modules" && echo '{"private": true}' >package.json &&
        timeout 300 npm install --no-audit --no-fund --ignore-scripts playwright-core@1.64.1 \
            html-validate@9 axe-core@4) >"$T/out" 2>"$T/err"; then
        skip 'reports in a browser' 'npm cannot be reached'
        finish
        exit 0
    fi
fi

# page KIND ARGUMENTS...: makes $T/KIND.html with check, and remembers it.
pages=
page() {
    kind=$1
    shift
    run check -q --html "$T/$kind.html" "$@"
    pages="$pages $kind=$T/$kind.html"
}
"$BELIE" generate --seed 7 --ops 3000 --processes 8 --values 5 --crash-rate 0.002 \
    --inject stale-read -o "$T/stale.edn"
page invalid "$T/stale.edn"
page valid "$T/good.edn"
"$BELIE" generate --seed 7 --ops 300 --processes 6 -m cas-register -o "$T/proof.edn"
page proof "$T/proof.edn"
cat >"$T/hostile.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value "</script><script>alert(1)</script>", :time 1000}
{:process 0, :type :ok, :f :write, :value "</script><script>alert(1)</script>", :time 2000}
{:process 0, :type :invoke, :f :write, :value "\"><img src=x onerror=alert(2)>", :time 3000}
{:process 0, :type :ok, :f :write, :value "\"><img src=x onerror=alert(2)>", :time 4000}
{:process 1, :type :invoke, :f :read, :value nil, :time 5000}
{:process 1, :type :ok, :f :read, :value "</script><script>alert(1)</script>", :time 6000}
{:process 2, :type :invoke, :f :write, :value "<!--\u2028\u202e]]>&amp;'${alert(4)}", :time 7000}
{:process 2, :type :info, :f :write, :value "javascript:alert(5)", :time 8000, :error "</pre><svg onload=alert(3)>"}
END
page hostile "$T/hostile.edn"
cat >"$T/errors.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :fail, :f :write, :value 1, :error [:timeout "no reply within 5 s"]}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :fail, :f :read, :value nil, :error [:closed "connection lost"]}
{:process 2, :type :invoke, :f :write, :value 2}
{:process 2, :type :info, :f :write, :value 2, :error [:http-500 "<b>sorry</b>"]}
END
page errors "$T/errors.edn"
run run -q --sim leader:local-reads --workload register --nemesis partition,kill --rate 20 \
    --time-limit 30 --store "$T/store" --html "$T/live.html"
pages="$pages live=$T/live.html"
page levels -c all --coverage "$T/store/latest/history.edn"
page vacuous --coverage "$T/good.edn"
run run -q --sim primary-backup --workload set --nemesis partition --rate 20 --time-limit 20 \
    --store "$T/store" --html "$T/set.html"
pages="$pages set=$T/set.html"
run index "$T/store" -o "$T/index.html"
pages="$pages index=$T/index.html"
# shellcheck disable=SC2086
node "$here/drive.mjs" "$modules" $pages
