#!/bin/sh
# Published histories with known verdicts, through the program itself.
# Usage: tests/corpus.sh BELIE CORPUS. Every file of histories/MANIFEST.tsv whose model this version
# has, and the brute-force verdicts of oracle/lin_*.tsv for registers: with `auto` the verdict must
# be the published one, with a forced engine it must be the same or unknown (within 60 s; counted as
# skipped). Ends with "N passed, N failed, N skipped".
set -u
belie=$1 corpus=$2
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
    tr '\n' '\0' | xargs -0 -n 500 "$belie" check -q --no-evidence --time-limit 60 \
        --algorithm "$1" --initial "$2" >>"$log/got" 2>>"$log/err"
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
printf '%s passed, %s failed, %s skipped\n' $passed $failed $skipped
[ $failed -eq 0 ] && [ $passed -gt 0 ]
