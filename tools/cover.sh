#!/bin/sh
# Line coverage by folder from the counts that a `cover` build left. Usage: tools/cover.sh BUILD-DIR
set -eu
build=$1
for room in base histories checker generators nemesis runners reports; do
    find "$build/$room" -name '*.gcda' 2>/dev/null | sort | while read -r data; do
        gcov -n -o "$(dirname "$data")" "$data" 2>/dev/null
    done | awk -v room="$room" '
        /^File / { file = $2; gsub(/\047/, "", file) }
        /^Lines executed:/ && index(file, room "/") == 1 && file ~ /\.c$/ {
            split($0, part, /[:% ]+/)
            lines = part[5]
            hit += lines * part[3] / 100
            all += lines
            printf "  %6.1f %%  of %5d  %s\n", part[3], lines, file
            file = "" # the total that may follow is no file
        }
        END { if (all) printf "%8.1f %%  of %5d  %s/\n", 100 * hit / all, all, room }'
done
