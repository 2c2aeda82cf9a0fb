# For tests/cluster/*.t: skips everything where there can be no box, else makes one of its own that
# is removed at the end. Sourced after tests/cli/tap.sh. Usage: need_box N [testbed options...]
testbed=$PWD/control/testbed.sh
BOX=belie-test-$$
box() { "$testbed" --name "$BOX" "$@"; }
skip_all() {
    skip 'everything' "$1"
    finish
    exit 0
}
need_root() {
    [ "$(id -u)" = 0 ] || skip_all 'namespaces need root'
    for program in sshd ip unshare ssh-keygen ssh; do
        PATH=$PATH:/usr/sbin:/sbin command -v $program >/dev/null || skip_all "no $program here"
    done
    unshare --mount --net --pid --fork true 2>/dev/null || skip_all 'this system makes no namespaces'
}
need_box() {
    need_root
    # The box goes whatever happens: it is ours alone.
    trap '"$testbed" --name "$BOX" down; rm -rf "$T"' EXIT
    trap 'exit 130' INT TERM
    count=$1
    shift
    "$testbed" --name "$BOX" "$@" up "$count" >"$T/out" 2>"$T/err" || {
        fail "a box of $count nodes"
        finish
        exit 1
    }
    D=${BELIE_BOX_DIR:-/var/tmp/belie-box}/$BOX
    NET=10.77.$(cat "$D/net")
}
# Milliseconds since the epoch; the time a command took goes into $took.
now_ms() { echo $(($(date +%s%N) / 1000000)); }
timed() {
    from=$(now_ms)
    "$@"
    code=$?
    took=$(($(now_ms) - from))
    return $code
}

# ---- whole tests of databases, with $store as --store ----

there() { PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || [ -n "$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null)" ]; }
# test_of NAME PROGRAM EXIT PATTERN ARGUMENTS...: run, and what it says on stdout.
test_of() {
    name=$1 program=$2 wanted=$3 pattern=$4
    shift 4
    if ! there "$program"; then
        skip "$name" "no $program here; ./bootstrap cluster installs it"
        return
    fi
    timed run run --box "$BOX" --store "$store" "$@"
    if [ "$status" = "$wanted" ] && grep -qE "$pattern" "$T/out"; then
        pass "$name ($((took / 1000)) s)"
    else
        fail "$name"
    fi
}
