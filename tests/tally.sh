#!/bin/sh
# Run test programs and add up what they say. Usage: tests/tally.sh BUILD-DIR KIND...
# KIND: unit (Check programs), property (TAP programs), cli (tests/cli/*.t), cluster
# (tests/cluster/*.t).
# Property programs read PROP_COUNT and PROP_SEED by themselves. Failures are printed in full; the last
# line is "N passed, N failed" (and ", N skipped"); the exit code is 1 when something failed.
set -u
dir=$1
shift
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0
# Check gives a test 4 seconds of wall time, which a busy machine may need for half a second of work.
CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-60}
export CK_DEFAULT_TIMEOUT

# add NAME: the TAP and the output of one program that has ended, in its folder of $log.
add() {
    at=$log/$(folder "$1")
    status=$(cat "$at/status")
    counts=$(awk '
        /^ok .*# *[Ss][Kk][Ii][Pp]/ { s++; next }
        /^ok /     { p++ }
        /^not ok / { f++ }
        /^1\.\.[0-9]+/ { sub(/^1\.\./, ""); plan = $1 + 0; planned = 1 }
        END {
            if (planned && plan != p + f + s) f += plan > p + f + s ? plan - p - f - s : 1
            print p + 0, f + 0, s + 0
        }' "$at/tap")
    # shellcheck disable=SC2086
    set -- "$1" $counts
    p=$2 f=$3 s=$4
    # A program that dies, or says nothing, has failed whatever its lines say.
    if [ "$f" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$p$s" = 00 ]; }; then
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [ "$f" -gt 0 ]; then
        printf 'FAIL  %s (exit %s)\n' "$1" "$status"
        if [ "$kind" != unit ] && grep -q '^not ok' "$at/tap"; then
            # What failed, each with the comments that follow it.
            awk '/^not ok/ { on = 1; print; next } /^#/ { if (on) print; next } { on = 0 }' "$at/out"
        else
            cat "$at/out"
        fi
    else
        printf 'ok    %s: %s\n' "$1" "$p"
    fi
    [ "$s" -eq 0 ] || grep -i '^ok .*# *skip' "$at/tap"
}

folder() {
    printf '%s' "$1" | tr / _
}

# run_one PROGRAM: whatever its kind, with its TAP, output and exit code in its folder of $log. Whoever
# makes the folder runs it.
run_one() {
    at=$log/$(folder "$1")
    mkdir "$at" 2>/dev/null || return
    : >"$at/tap"
    case $kind in
    unit)
        CK_TAP_LOG_FILE_NAME=$at/tap CK_VERBOSITY=normal CK_TIMEOUT_MULTIPLIER=10 \
            timeout 900 "$1" >"$at/out" 2>&1 ;;
    property) timeout 3600 "$1" >"$at/out" 2>&1 ;;
    cli | cluster) timeout 900 sh "$1" >"$at/out" 2>&1 ;;
    esac
    echo $? >"$at/status"
    [ "$kind" = unit ] || cp "$at/out" "$at/tap"
}

# run_all PROGRAM...: those that only compute, as many at a time as there are processors; those that
# watch the clock, one after the other.
run_all() {
    lanes=1
    [ "$kind" = cli ] || [ "$kind" = cluster ] || lanes=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
    lane=0
    while [ $lane -lt "$lanes" ]; do
        (
            for program in "$@"; do
                run_one "$program"
            done
        ) &
        lane=$((lane + 1))
    done
    wait
}

BELIE=$PWD/$dir/belie
export BELIE
# What the caller's terminal or CI says must not change what is tested.
unset NO_COLOR CLICOLOR_FORCE FORCE_COLOR GITHUB_ACTIONS COLUMNS POSIXLY_CORRECT
for kind in "$@"; do
    case $kind in
    unit) set -- tests/unit/test_*.c ;;
    property) set -- tests/property/prop_*.c ;;
    cli) set -- tests/cli/*.t ;;
    cluster) set -- tests/cluster/*.t ;;
    *) printf 'tally.sh: unknown kind %s\n' "$kind" >&2; exit 1 ;;
    esac
    programs=
    for source in "$@"; do
        [ -e "$source" ] || continue # the pattern itself: there are none
        case $source in *.c) source=$dir/${source%.c} ;; esac
        programs="$programs $source"
    done
    # shellcheck disable=SC2086
    run_all $programs
    for program in $programs; do
        add "$program"
    done
done
printf '%s passed, %s failed%s\n' $passed $failed \
    "$([ $skipped -eq 0 ] || printf ', %s skipped' $skipped)"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
