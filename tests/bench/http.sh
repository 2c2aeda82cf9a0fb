#!/bin/sh
# belie's HTTP client against wrk, both on a server that answers at once. Usage: http.sh BUILD-DIR
# BENCH_SECONDS: how long each runs (5). Rounds alternate: machines are noisy.
set -u
build=$1
seconds=${BENCH_SECONDS:-5}
dir=$build/bench-http
if ! command -v wrk >/dev/null || ! [ -x "$build/belie-run" ]; then
    echo 'skipped: needs wrk and belie-run'
    exit 0
fi
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
mkfifo "$dir/stop"
"$build/tests/bench/bench_http_server" <"$dir/stop" >"$dir/port" &
exec 9>"$dir/stop" # the server ends when this script does
while ! [ -s "$dir/port" ]; do sleep 0.1; done
node=127.0.0.1:$(cat "$dir/port")
printf '%-10s%14s%14s%8s\n' workers 'wrk req/s' 'belie op/s' ratio
for _ in 1 2 3; do
    for workers in 10 50; do
        wrk -t1 -c"$workers" -d"${seconds}s" "http://$node/kv/one" >"$dir/wrk" 2>&1
        "$build/belie" run -q --target tests/bench/http.json --node "$node" --rate 0 --concurrency "$workers" \
            --time-limit "$seconds" --store "$dir/store" >/dev/null 2>&1
        awk -v workers="$workers" -v seconds="$seconds" '
            /^Requests\/sec:/ { wrk = $2 }
            /:type :ok/ { ops++ }
            END { printf "%-10d%14.0f%14.0f%8.2f\n", workers, wrk, ops / seconds, ops / seconds / wrk }
        ' "$dir/wrk" "$dir/store/current/history.edn"
        rm -rf "$dir/store"
    done
done
exec 9>&-
wait
