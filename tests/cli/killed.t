#!/bin/sh
# belie run, killed with signal 9 at random moments. KILLS says how often (20), KILL_SEED when.
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
if ! [ -x "$BELIE-run" ] || ! command -v python3 >/dev/null; then
    skip 'killed at random moments' 'needs belie-run (libcurl, pcre2) and python3'
    finish
    exit 0
fi
: >"$T/err"
# The program itself, not the one that starts it, is what has to die.
python3 "$here/killed.py" "$BELIE" "$here/http_server.py" "$T" "${KILLS:-20}" "${KILL_SEED:-$$}" >"$T/out" 2>&1
status=$?
exits 0 'no history of a killed test lacks a line'
grep '^# ' "$T/out"
finish
