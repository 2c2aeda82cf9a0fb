#!/bin/sh
# The command line itself: help, unknown words and options, suggestions, completions, colour.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

run
exits 0 'no command'
out '^usage: belie COMMAND' 'no command: short help'
run --help
exits 0 '--help'
run --version
exits 0 '--version'
out '^belie [0-9]+\.[0-9]+\.[0-9]+$' '--version: first line'
run version --json
is 'version --json is JSON' perl -MJSON::PP -e 'decode_json(join "", <>)' "$T/out"

run chekc
exits 254 'unknown command'
err "unknown command 'chekc'; did you mean 'check'" 'unknown command: suggestion'
silent out 'unknown command: nothing on stdout'
run check --jsno "$T/good.edn"
exits 254 'unknown option'
err "'--jsno'; did you mean 'json'" 'unknown option: suggestion'
run check -Z "$T/good.edn"
exits 254 'unknown letter'
err "'-Z'" 'unknown letter: named'
run check --model
exits 254 'argument missing'
err "'--model' needs an argument" 'argument missing: named'
run check --json=yes "$T/good.edn"
exits 254 'argument for a flag'
err 'takes no argument' 'argument for a flag: said'
run check -m regsiter "$T/good.edn"
exits 254 'unknown model'
err "did you mean 'register'" 'unknown model: suggestion'
run check --in edn "$T/good.edn"
exits 254 'ambiguous abbreviation'
run check --mod register -q "$T/good.edn"
exits 0 'abbreviated option'
run check
exits 254 'no history'
run check -q -v "$T/good.edn"
exits 254 '-q and -v'
for bad in '--time-limit 0' '--time-limit -1' '--time-limit soon' '--time-limit nan' \
    '--max-memory 12X' '--max-memory -5' '--max-memory 0' '--jobs many' '--jobs -1' \
    '--algorithm magic' '--independent maybe' '--nil-reads often' '--fail-on sometimes' \
    '--color blue' '--input-format morse' '--witness -' '--junit -'; do
    # shellcheck disable=SC2086
    run check $bad "$T/good.edn"
    exits 254 "check $bad"
done
for good in '--time-limit 30' '--time-limit 0.5' '--max-memory 512M' '--max-memory 2G' \
    '--max-memory 1.5GiB' '--jobs 3' '-j 1' '--independent no'; do
    # shellcheck disable=SC2086
    run check -q $good "$T/good.edn"
    exits 0 "check $good"
done
run check -q -- "$T/good.edn"
exits 0 '-- ends the options'

for command in $("$BELIE" help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
    run "$command" --help
    exits 0 "$command --help"
    out "^usage: belie $command" "$command --help: usage"
    cp "$T/out" "$T/long"
    run help "$command"
    is "help $command is the same" cmp "$T/out" "$T/long"
    run "$command" --no-such-option
    exits 254 "$command: unknown option"
done
run help nothing
exits 254 'help of an unknown command'

for shell in bash zsh fish; do
    run completion $shell
    exits 0 "completion $shell"
    cp "$T/out" "$T/completion.$shell"
    if command -v $shell >/dev/null; then
        is "completion $shell: syntax" $shell -n "$T/completion.$shell"
    else
        skip "completion $shell: syntax" "no $shell"
    fi
done
run completion tcsh
exits 254 'completion for an unknown shell'
cat >"$T/complete.bash" <<'END'
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_belie
printf '%s\n' "${COMPREPLY[@]}"
END
completes() {
    bash "$T/complete.bash" "$T/completion.bash" "$@" >"$T/out" 2>"$T/err"
}
completes belie ch
out '^check$' 'completion: commands'
completes belie check --wit
out '^--witness$' 'completion: options'
completes belie check --model cas
out '^cas-register$' 'completion: values of an option'
completes belie explain sta
out '^stale-read$' 'completion: values of an argument'
cd "$T" && completes belie check go && cd "$OLDPWD" || exit 1
out '^good\.edn$' 'completion: files'

esc=$(printf '\033')
run check "$T/bad.edn"
is 'no colour in a pipe' test "$(grep -c "$esc" "$T/out")" -eq 0
run check --color always "$T/bad.edn"
out "$esc" '--color always'
is 'the first line is never coloured' test "$(head -n 1 "$T/out")" = "$T/bad.edn${tab}false"
run check --color never "$T/bad.edn"
is '--color never' test "$(grep -c "$esc" "$T/out")" -eq 0
export CLICOLOR_FORCE=1
run check "$T/bad.edn"
out "$esc" 'CLICOLOR_FORCE'
export NO_COLOR=1
run check "$T/bad.edn"
is 'NO_COLOR wins over CLICOLOR_FORCE' test "$(grep -c "$esc" "$T/out")" -eq 0
run check --color always "$T/bad.edn"
out "$esc" '--color wins over NO_COLOR'
unset CLICOLOR_FORCE NO_COLOR

for width in 40 60 120; do
    COLUMNS=$width
    export COLUMNS
    run check "$T/bad.edn"
    is "COLUMNS=$width: paragraphs fit" awk -v w=$width '
        !/\t/ && /^(INVALID| +[0-9]+\.|  (model|engine|operations):)/ && length($0) > w { bad = 1 }
        END { exit bad }' "$T/out"
done
unset COLUMNS

run models
exits 0 'models'
out '^cas-register' 'models: table'
run models --json
is 'models --json is JSON' perl -MJSON::PP -e 'decode_json(join "", <>)' "$T/out"

# Sanitizer and coverage builds start slowly; the promise is about what users install.
case $BELIE in
*/release/* | */clang/*)
    is 'start-up under 10 ms' perl -MTime::HiRes=time -e '
        open STDOUT, ">", "/dev/null";
        my $best = 1;
        for (1 .. 30) { my $t = time; system(@ARGV); $t = time - $t; $best = $t if $t < $best }
        exit($best < 0.010 ? 0 : 1)' "$BELIE" check -q "$T/good.edn"
    ;;
*) skip 'start-up under 10 ms' 'not a release build' ;;
esac
finish
