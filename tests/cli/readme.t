#!/bin/sh
# The session in README.md is what the program prints: each command after "$ belie" is run.
# README_UPDATE=1 sh tests/cli/readme.t puts what it prints now into README.md.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

awk '/^```/ { n++; next } n == 3' README.md >"$T/want"
is 'README has a session' grep -q '^\$ belie check' "$T/want"
mkdir "$T/work"
cd "$T/work" || exit 1
grep '^\$ belie ' "$T/want" | sed 's/^\$ belie //' | while read -r arguments; do
    echo "\$ belie $arguments"
    # shellcheck disable=SC2086
    "$BELIE" $arguments 2>&1 </dev/null
    :
done >"$T/out"
: >"$T/err"
if cmp -s "$T/out" "$T/want"; then
    pass 'the session is what belie prints'
else
    diff "$T/want" "$T/out" >"$T/err"
    fail 'the session is what belie prints'
fi
if [ -n "${README_UPDATE:-}" ]; then
    cd "$OLDPWD" || exit 1
    awk -v session="$T/out" '
        /^```/ && ++n == 3 { print; while ((getline line < session) > 0) print line; next }
        n != 3' README.md >"$T/new" && cat "$T/new" >README.md
fi
finish
