#!/bin/sh
# The accounting properties on BENCH_OPS (default 1000000) operations of 20 clients each: reading
# against checking, one core. Part of make bench; usage: tests/bench/accounts.sh BUILD-DIR
set -u
build=$1
n=${BENCH_OPS:-1000000}
dir=$build/bench-accounts
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# history KIND: each of 20 clients ends its operation before its next one begins; all overlap.
history() {
    awk -v kind="$1" -v n="$n" '
        # The value is v, or the list from..to.
        function event(p, type, f, v, from, to) {
            printf "{:type :%s, :f :%s, :process %d, :time %d, :index %d, :value %s", type, f, p,
                1000 * events, events, to == "" ? v : "["
            for (; to != "" && from <= to; from++) printf "%d ", from
            print to == "" ? "}" : "]}"
            events++
        }
        function finish(p) {
            if (!(p in f)) return
            v = arg[p]
            to = ""
            if (f[p] == "read" && kind == "counter") v = sum
            else if (f[p] == "read") { from = 1; to = sure }
            if (f[p] == "dequeue") v = out < sure ? ++out : "nil"
            if (f[p] == "generate") v = kind == "ids" ? ++ids : "\"id-" ++ids "-of-" p "\""
            if (f[p] == "drain") { from = out + 1; to = sure }
            if (f[p] == "add" && kind == "counter") sum += arg[p]
            else if (f[p] == "add" || f[p] == "enqueue") sure++
            event(p, "ok", f[p], v, from, to)
            delete f[p]
        }
        function start(p, name, v) {
            finish(p)
            f[p] = name
            arg[p] = v
            event(p, "invoke", name, v, 0, "")
        }
        BEGIN {
            for (i = 0; i < n; i++) {
                p = i % 20
                if (kind == "set") i % int(n / 10) == n / 20 ? start(p, "read", "nil") : start(p, "add", ++e_in)
                else if (kind == "queue") i % 2 ? start(p, "dequeue", "nil") : start(p, "enqueue", ++e_in)
                else if (kind == "counter") i % 2 ? start(p, "read", "nil") : start(p, "add", i % 7)
                else start(p, "generate", "nil")
            }
            for (p = 0; p < 20; p++) finish(p)
            if (kind == "set") start(0, "read", "nil")
            if (kind == "queue") start(0, "drain", "nil")
            finish(0)
        }' >"$dir/h.edn"
}

# row KIND PROPERTY
row() {
    history "$1"
    timeout 300 "$build/tests/bench/bench_check" "$2 ($1)" "$dir/h.edn" "$2" ||
        echo "$2: no answer (exit $?)"
}

echo '== accounting properties'
row set set
row set set-full
row queue total-queue
row counter counter
row counter pn-counter
row ids unique-ids
row strings unique-ids
