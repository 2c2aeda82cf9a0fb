#!/bin/sh
# belie generate and convert: determinism, and every format is read back with the same verdict.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

run generate -n 500 --seed 1 -o "$T/a.edn"
exits 0 'generate'
run generate -n 500 --seed 1
is 'the same seed, the same history' cmp "$T/out" "$T/a.edn"
run generate -n 500 --seed 2
is 'another seed, another history' sh -c '! cmp -s "$1" "$2"' - "$T/out" "$T/a.edn"
run generate --ops many
exits 254 'generate: bad number'
run generate --level pram -n 2000 --seed 4 -m register -o "$T/pram.edn"
exits 0 'generate --level'
run check -q -c pram "$T/pram.edn"
exits 0 'it keeps the level'
run check -q -c causal-memory "$T/pram.edn"
exits 1 'and breaks one right above it'
run check -q -c processor "$T/pram.edn"
exits 1 'and the other'
run generate --level pram --inject stale-read
exits 254 'generate: a level together with a violation'
run generate --level pram -m mutex
exits 254 'generate: a level of what is no register'
run generate --level strong-eventual
exits 254 'generate: a level that cannot be made'
run generate --inject nonsense
exits 254 'generate: unknown violation'
run generate --read-share 1.5
exits 254 'generate: not a fraction'
run generate --processes 99999999999
exits 254 'generate: too many processes'
run generate -m register --inject double-cas
exits 254 'generate: options that do not go together'
run generate extra
exits 254 'generate: no arguments'
run generate -o "$T/a.unknown"
exits 254 'generate: unknown suffix'

for inject in '' '--inject stale-read'; do
    # shellcheck disable=SC2086
    run generate -n 400 -p 5 --seed 4 --crash-rate 0.02 $inject -o "$T/h.edn"
    run check -q "$T/h.edn"
    want=$status
    for suffix in edn json jsonl txt; do
        run convert "$T/h.edn" "$T/h2.$suffix"
        exits 0 "convert to $suffix"
        run check -q "$T/h2.$suffix"
        exits "$want" "check of $suffix${inject:+ with a violation}"
        run convert "$T/h2.$suffix" "$T/h3.edn"
        exits 0 "convert $suffix back"
        run check -q "$T/h3.edn"
        exits "$want" "check of what came back from $suffix"
    done
done
run convert "$T/h.edn" "$T/twice.edn"
run convert "$T/twice.edn" "$T/thrice.edn"
is 'EDN to EDN is stable' cmp "$T/twice.edn" "$T/thrice.edn"
gzip -c "$T/h.edn" >"$T/h.edn.gz"
run convert "$T/h.edn.gz" -
exits 0 'convert to standard output'
is 'compressed input, EDN on standard output' cmp "$T/out" "$T/twice.edn"
run convert "$T/h.edn" "$T/h.unknown"
exits 254 'convert: unknown suffix'
err 'give --format' 'convert: says what to do'
run convert "$T/h.edn" "$T/h.unknown" --format jsonl
exits 0 'convert --format'
run convert "$T/h.edn"
exits 254 'convert: one argument'
run convert "$T/missing.edn" "$T/x.edn"
exits 254 'convert: missing input'
is 'convert: no output then' test ! -e "$T/x.edn"
run convert "$T/broken.edn" "$T/x.edn"
exits 254 'convert: malformed input'
run convert --input-format json "$T/h.edn" "$T/x.edn"
exits 254 'convert: forced format that is not it'
run convert "$T/good.edn" "$T/trace.json"
exits 0 'convert to a trace'
is 'trace: a slice begins and ends for each operation' perl -MJSON::PP -e '
    local $/; open my $f, "<", shift or die; my $e = decode_json(<$f>)->{traceEvents};
    my @b = grep { $_->{ph} eq "B" } @$e; my @e = grep { $_->{ph} eq "E" } @$e;
    exit(@b == 2 && @e == 2 && $b[0]{name} eq "write 1" && $e[1]{args}{outcome} eq "ok" ? 0 : 1)' \
    "$T/trace.json"
finish
