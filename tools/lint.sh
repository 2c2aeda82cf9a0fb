#!/bin/sh
# The house rules as a program. Usage: tools/lint.sh BELIE [compiler flags for clang-tidy...]
# Prints what is wrong and a line per rule; ends with "N passed, N failed". LINT_FAST=1 leaves out
# the two rules that take minutes.
set -u
belie=$1
shift
flags=$*
tools=$(dirname "$0")
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0
rooms='node base histories checker generators control nemesis runners reports cli'

# rule NAME COMMAND...: holds when the command succeeds and prints nothing.
rule() {
    name=$1
    shift
    if "$@" >"$log/out" 2>&1 && [ ! -s "$log/out" ]; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        cat "$log/out"
        echo "FAILED  $name"
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skip    $1: $2"
}

# sources EXT...: the project's files with these endings, rooms and tests.
sources() {
    for d in $rooms tests; do
        for ext in "$@"; do
            find "$d" -name "*.$ext" 2>/dev/null
        done
    done | sort
}

room_sources() {
    sources c h | grep -v '^tests/'
}

floors() {
    # shellcheck disable=SC2046
    awk '
        BEGIN {
            may["node"] = may["base"] = ""
            may["histories"] = "base"
            may["checker"] = may["generators"] = "base histories"
            may["control"] = "base"
            may["nemesis"] = "base histories control generators"
            may["runners"] = "base histories checker generators control nemesis"
            may["reports"] = "base histories checker"
            may["cli"] = "base histories checker generators control nemesis runners reports"
        }
        /^#include "/ {
            split(FILENAME, at, "/")
            room = at[1]
            path = $2
            gsub(/"/, "", path)
            if (path !~ /\//) { print FILENAME ":" FNR ": include as \"room/file.h\": " path; next }
            split(path, to, "/")
            if (to[1] != room && index(" " may[room] " ", " " to[1] " ") == 0)
                print FILENAME ":" FNR ": " room "/ must not include " path
        }' $(room_sources)
}

# Code without comments and string literals, as FILE:LINE:text, for the rules about words.
code() {
    # shellcheck disable=SC2046
    awk '
        FNR == 1 { inside = 0 }
        {
            s = $0
            gsub(/\\./, "", s)
            gsub(/"[^"]*"/, "\"\"", s)
            out = ""
            while (s != "") {
                if (inside) {
                    i = index(s, "*/")
                    if (!i) { s = ""; break }
                    s = substr(s, i + 2)
                    inside = 0
                } else {
                    i = index(s, "/*")
                    if (!i) { out = out s; break }
                    out = out substr(s, 1, i - 1)
                    s = substr(s, i + 2)
                    inside = 1
                }
            }
            print FILENAME ":" FNR ":" out
        }' $(sources c h) >"$log/code"
}

# absent PATTERN [FILE-PATTERN [EXCEPT-PATTERN]]: no code line has the word.
absent() {
    grep -E "^${2:-[^:]*}:[0-9]+:.*$1" "$log/code" | grep -vE "^${3:-/}"
    true
}

word='(^|[^A-Za-z0-9_.>])'

lengths() {
    # shellcheck disable=SC2046
    awk '
        FNR == 1 { start = 0 }
        FNR == 601 { print FILENAME ": more than 600 lines" }
        length($0) > 100 { print FILENAME ":" FNR ": more than 100 columns" }
        /\t/ { print FILENAME ":" FNR ": a tab" }
        /[ \t]$/ { print FILENAME ":" FNR ": space at the end of the line" }
        /^{/ { start = FNR }
        /^}/ {
            if (start && FNR - start > 80) print FILENAME ":" start ": function of " FNR - start " lines"
            start = 0
        }' $(sources c h)
}

unfinished() {
    # shellcheck disable=SC2046
    grep -nwE 'TODO|FIXME|XXX' $(sources c h) /dev/null
    true
}

# A sixth of the paths that the analyser would follow by default: the other five cost most of
# the time of .ci/run, which has 20 minutes.
tidy() {
    room_sources | grep '\.c$' | xargs -P 2 -n 4 sh -c '
        clang-tidy --quiet "$@" -- -std=c11 -I. -DBELIE_VERSION=\"lint\" '"$flags"' \
            -Xclang -analyzer-config -Xclang max-nodes=40000 2>/dev/null' - |
        grep -vE '^$|warnings? generated'
    true
}

# Left out: what does not know that err_set returns false (uninit*), and cppcheck's own bugs.
check_cpp() {
    # shellcheck disable=SC2086
    cppcheck --quiet --std=c11 --language=c -I. --enable=warning,performance,portability \
        --inline-suppr --suppress=missingInclude --suppress=missingIncludeSystem \
        --suppress=uninitdata --suppress=uninitvar --suppress=internalAstError \
        -DBELIE_VERSION='"lint"' -j 2 \
        --template='{file}:{line}: {id}: {message}' --error-exitcode=1 $rooms
}

scripts() {
    shellcheck -x bootstrap .ci/run tools/*.sh tests/*.sh tests/cli/*.t control/*.sh tests/cluster/*.t
}

code
rule 'rooms include lower floors only' floors
rule 'no banned function' absent \
    "$word(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets|atoi|atol|atof|s?rand|random|gmtime|localtime|ctime|asctime|alloca|setjmp|longjmp) *\\("
rule 'only cli prints or exits' absent \
    "$word(v?f?printf|puts|fputs|putchar|putc|fputc|perror|_?exit|_Exit|abort|stdout|stderr)( *\\(|[;)]|, *[^ 0-9])" \
    '(base|histories|checker|generators|reports)/[^:]*' 'base/mem\.c'
rule 'checker and generators: no files, no clock' absent \
    '(#include (<(unistd|fcntl|time|sys/[a-z]+)\.h>|"base/clock\.h")|'"$word"'(fopen|fdopen|fread|fwrite|getenv|system|popen|clock_gettime) *\()' \
    '(checker|generators)/[^:]*'
rule 'files up to 600 lines, functions up to 80, lines up to 100' lengths
rule 'nothing unfinished' unfinished
if command -v mandoc >/dev/null; then
    rule 'man page is well-formed' mandoc -T lint -W warning docs/man/belie.1
else
    skip 'man page is well-formed' 'no mandoc'
fi
rule 'help and man page agree' "$tools/man-agrees.sh" "$belie" docs/man/belie.1
if command -v shellcheck >/dev/null; then
    rule 'shellcheck' scripts
else
    skip 'shellcheck' 'not installed'
fi
if [ -n "${LINT_FAST:-}" ]; then
    skip 'cppcheck and clang-tidy' 'LINT_FAST'
elif command -v cppcheck >/dev/null; then
    rule 'cppcheck' check_cpp
else
    skip 'cppcheck' 'not installed'
fi
if [ -n "${LINT_FAST:-}" ]; then
    : # said above
elif command -v clang-tidy >/dev/null; then
    rule 'clang-tidy' tidy
else
    skip 'clang-tidy' 'not installed'
fi
printf '%s passed, %s failed%s\n' $passed $failed \
    "$([ $skipped -eq 0 ] || printf ', %s skipped' $skipped)"
[ $failed -eq 0 ]
