#!/bin/sh
# Published histories with known verdicts. Usage: tests/corpus.sh BELIE CORPUS [PROGRAM].
# Every file of histories/MANIFEST.tsv about registers, and the brute-force verdicts of
# oracle/lin_*.tsv for registers, through the command line: with `auto` the verdict must be the
# published one, with a forced engine it must be the same or unknown (counted as skipped). Then all
# models, evidence included, through PROGRAM (tests/corpus/corpus). A forced engine has
# CORPUS_SECONDS for a file (default 5), and CORPUS_JOBS processes run (default 2).
# Ends with "N passed, N failed, N skipped".
set -u
belie=$1 corpus=$2 program=${3:-}
seconds=${CORPUS_SECONDS:-5} jobs=${CORPUS_JOBS:-2}
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0

# judge NAME EXPECTED ENGINE: EXPECTED has "path<TAB>verdict", $log/got what belie said.
judge() {
    counts=$(awk -F '\t' -v engine="$3" -v bad="$log/bad" '
        NR == FNR { want[$1] = $2; next }
        { got[$1] = $2 }
        END {
            for (path in want) {
                if (got[path] == want[path]) p++
                else if (got[path] == "unknown" && engine != "auto") s++
                else {
                    f++
                    print path ": " (path in got ? got[path] : "no verdict") ", published " want[path] > bad
                }
            }
            print p + 0, f + 0, s + 0
        }' "$2" "$log/got")
    # shellcheck disable=SC2086
    set -- "$1" "$3" $counts
    printf '%-10s %-5s %5s as published, %s not, %s undecided\n' "$1" "$2" "$3" "$4" "$5"
    [ "$4" -eq 0 ] || sort "$log/bad"
    rm -f "$log/bad"
    passed=$((passed + $3)) failed=$((failed + $4)) skipped=$((skipped + $5))
}

# check ENGINE INITIAL <LIST: verdicts of the paths in LIST, appended to $log/got.
check() {
    limit=$seconds
    [ "$1" != auto ] || limit=60
    rm -f "$log"/out.*
    # shellcheck disable=SC2016
    tr '\n' '\0' | xargs -0 -n 100 -P "$jobs" sh -c 'out=$1; shift; exec "$@" >"$out.$$"' - \
        "$log/out" "$belie" check -q --no-evidence --time-limit "$limit" --algorithm "$1" \
        --initial "$2" 2>>"$log/err"
    cat "$log"/out.* >>"$log/got"
}

# The files: path, initial value, verdict.
manifest=$corpus/histories/MANIFEST.tsv
awk -F '\t' -v folder="$corpus/histories/" '
    $2 ~ /^(register|cas-register|kv-register|multi-register|kv with put|kv of cas-registers)/ &&
    ($4 == "true" || $4 == "false") {
        initial = $3
        sub(/ \(.*/, "", initial)
        if (initial == "-") initial = "nil"
        if (initial ~ /^"*$/) initial = "\"\""
        print folder $1 "\t" initial "\t" $4
    }' "$manifest" >"$log/files"
cut -f 1,3 "$log/files" >"$log/want"
for engine in auto jit wgl; do
    : >"$log/got"
    cut -f 2 "$log/files" | sort -u | while read -r initial; do
        awk -F '\t' -v initial="$initial" '$2 == initial { print $1 }' "$log/files" |
            check $engine "$initial"
    done
    judge histories "$log/want" $engine
done

# The oracle: one history per line in the notation of research/algorithms.md, as EDN files.
for table in lin_general_reg lin_register_unique; do
    rm -rf "$log/oracle"
    mkdir "$log/oracle"
    awk -F '\t' -v folder="$log/oracle/" '
        {
            path = folder NR ".edn"
            print path "\t" ($1 == "ok" ? "true" : "false")
            n = split($2, ops, " ")
            last = 0
            delete at
            for (i = 1; i <= n; i++) {
                op = ops[i]
                split(substr(op, index(op, "[") + 1), when, /[],]/)
                name = substr(op, index(op, ":") + 1)
                arg = name
                sub(/^[a-z]*\(/, "", arg)
                sub(/\).*/, "", arg)
                result = "nil"
                if (op ~ /=/) { result = op; sub(/.*=/, "", result); sub(/\[.*/, "", result) }
                if (name ~ /^r/) { f = "read"; in_v = "nil"; out_v = result }
                else if (name ~ /^w/) { f = "write"; in_v = out_v = arg }
                else { f = "cas"; sub(/>/, " ", arg); in_v = out_v = "[" arg "]" }
                head = "{:process " i ", :f :" f ", :type "
                at[when[1] + 0] = head ":invoke, :value " in_v "}"
                if (when[2] != "-") at[when[2] + 0] = head ":ok, :value " out_v "}"
                for (j = 1; j <= 2; j++) if (when[j] + 0 > last) last = when[j] + 0
            }
            for (i = 0; i <= last; i++) if (i in at) print at[i] > path
            close(path)
        }' "$corpus/oracle/$table.tsv" >"$log/want"
    for engine in auto zones jit wgl; do
        : >"$log/got"
        cut -f 1 "$log/want" | check $engine 0
        judge "$table" "$log/want" $engine
    done
done
grep -v ': warning: ' "$log/err" | sort | uniq -c | head -n 20

# The program in 8 parts: who is done takes the next. Failures and skips are shown, the rest counted.
if [ -n "$program" ]; then
    # shellcheck disable=SC2016
    printf '%s\n' 0 1 2 3 4 5 6 7 | xargs -n 1 -P "$jobs" sh -c '
        "$1" "$2" "$3" "$5" 8 >"$4.$5" 2>&1
        status=$?
        [ $status -le 1 ] || echo "not ok - part $5 ended with status $status" >>"$4.$5"' - \
        "$program" "$corpus" "$seconds" "$log/part"
    grep -h '^not ok' "$log"/part.*
    for part in 0 1 2 3 4 5 6 7; do
        grep -q '^1\.\.' "$log/part.$part" || echo "not ok - part $part has no end" >>"$log/part.$part"
    done
    p=$(cat "$log"/part.* | grep '^ok' | grep -vc '# SKIP')
    f=$(cat "$log"/part.* | grep -c '^not ok')
    s=$(cat "$log"/part.* | grep '^ok' | grep -c '# SKIP')
    printf 'all models: %s ok, %s not; %s undecided by a forced engine in %s s:\n' \
        "$p" "$f" "$s" "$seconds"
    grep -h '# SKIP' "$log"/part.* | sed -e 's/^ok [0-9]* - /  /' -e 's/ # SKIP.*//' | sort
    awk '/^# [0-9]+ checks of files/ { w += $9; k += $12; h += $18 }
        /^# processor time of auto/ { all += $8; etcd += $13 }
        END {
            printf "verified %d witnesses and %d cores, %d cores too hard to verify\n", w, k, h
            printf "auto without evidence: %.1f ms for all files, %.1f ms for the etcd files\n", all, etcd
        }' "$log"/part.*
    awk '/^# spectrum of / { files += $4; judged += $6; all += $8; next }
        /^# spectrum / { n[$3 " " $4 " " $5]++; if (!($3 in seen)) folders[++nf] = $3; seen[$3] = 1
                         if (!($4 in known)) levels[++nl] = $4; known[$4] = 1 }
        END {
            printf "spectrum of %d files, %d of %d verdicts judged again (holds/broken/undecided):\n",
                files, judged, all
            for (i = 1; i <= nl; i++) {
                printf "  %s\n", levels[i]
                for (j = 1; j <= nf; j++) {
                    at = folders[j] " " levels[i] " "
                    printf "    %-28s %d/%d/%d\n", folders[j], n[at "holds"], n[at "broken"],
                        n[at "undecided"]
                }
            }
        }' "$log"/part.*
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
fi
printf '%s passed, %s failed, %s skipped\n' $passed $failed $skipped
[ $failed -eq 0 ] && [ $passed -gt 0 ]
