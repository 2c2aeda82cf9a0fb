#!/bin/sh
# The man page and the program name the same commands and options.
# Usage: tools/man-agrees.sh BELIE belie.1. Prints each difference; silent when there is none.
# In the page each command is a subsection ".Ss check" whose items are ".It Fl q , Fl -quiet" or
# ".It Fl -model Ar MODEL".
set -u
belie=$1 page=$2
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT

"$belie" help | sed -n 's/^  \([a-z]*\)  *.*/\1/p' | while read -r command; do
    echo "$command"
    "$belie" "$command" --help |
        sed -n -e "s/^  \\(-[a-zA-Z]\\), \\(--[a-z0-9-]*\\)\\( [A-Z]*\\)\\{0,1\\}.*/$command \\1 \\2\\3/p" \
            -e "s/^      \\(--[a-z0-9-]*\\)\\( [A-Z]*\\)\\{0,1\\}.*/$command \\1\\2/p" | sed 's/ *$//'
done | sort >"$log/program"

awk '
    /^\.Ss / { command = $2; print command }
    /^\.Sh / { command = "" }
    command != "" && /^\.It Fl / {
        line = command
        for (i = 2; i <= NF; i++) {
            if ($i == "Fl") { i++; line = line " -" $i }
            else if ($i == "Ar") { i++; line = line " " $i }
        }
        print line
    }' "$page" | sort >"$log/page"

diff "$log/program" "$log/page" >"$log/diff" && exit 0
sed -n -e 's/^< /only in the program: /p' -e 's/^> /only in the man page: /p' "$log/diff"
exit 1
