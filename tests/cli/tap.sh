# Helpers for the command-line tests; each test sources this file and ends with `finish`.
# BELIE is the program under test, T a folder that is removed at the end.
: "${BELIE:=$PWD/belie}"
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
tests=0
status=0

# pass NAME, fail NAME, skip NAME REASON
pass() {
    tests=$((tests + 1))
    echo "ok $tests - $1"
}
fail() {
    tests=$((tests + 1))
    echo "not ok $tests - $1"
    sed 's/^/# stdout: /' "$T/out" | head -n 40
    sed 's/^/# stderr: /' "$T/err" | head -n 20
    echo "# exit code: $status"
}
skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}
# is NAME COMMAND...: the command succeeds.
is() {
    name=$1
    shift
    if "$@" >/dev/null 2>&1; then pass "$name"; else fail "$name"; fi
}
# run ARGUMENTS...: runs belie; leaves $T/out, $T/err and $status.
run() {
    status=0
    "$BELIE" "$@" >"$T/out" 2>"$T/err" </dev/null || status=$?
}
# exits CODE NAME; out PATTERN NAME; err PATTERN NAME (extended regular expressions)
exits() {
    if [ "$status" -eq "$1" ]; then pass "$2: exit code $1"; else fail "$2: exit code $1"; fi
}
out() {
    if grep -qE -- "$1" "$T/out"; then pass "$2"; else fail "$2"; fi
}
err() {
    if grep -qE -- "$1" "$T/err"; then pass "$2"; else fail "$2"; fi
}
silent() { # silent out|err NAME
    if [ ! -s "$T/$1" ]; then pass "$2"; else fail "$2"; fi
}
finish() {
    echo "1..$tests"
}

tab=$(printf '\t')
# Three small histories: valid, invalid, malformed.
cat >"$T/good.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 1}
END
cat >"$T/bad.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :write, :value 2}
{:process 0, :type :ok, :f :write, :value 2}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 1}
END
cat >"$T/broken.edn" <<'END'
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value }
{:process 1, :type :invoke, :f :read, :value nil}
END
