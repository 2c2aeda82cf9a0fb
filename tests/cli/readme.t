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

# The picture and what docs/reading-a-report.md quotes are of the pages that the demo makes.
[ -f README.md ] || cd "$OLDPWD" || exit 1
tools/demo.sh "$BELIE" "$T/demo" >"$T/out" 2>"$T/err"
tools/picture.pl "$T/demo/report.html" >"$T/report.svg" 2>>"$T/err"
is 'docs/report.svg is of the report of the demo (make picture)' cmp "$T/report.svg" docs/report.svg
cat "$T/demo/report.html" "$T"/demo/store/primary-backup-*/latest/report.html >"$T/pages.html"
is 'docs/reading-a-report.md quotes them' perl -0777 -e '
    my ($doc, $page) = map { open my $f, "<", $_ or die; <$f> } @ARGV;
    my ($text, $missing) = ($page, 0);
    $text =~ s/<[^>]*>/ /g;
    $text =~ s/\s+/ /g;
    my @quotes = grep { s/^ *> ?//mg } split /\n\n|\n(?= *> *(?:\d+\.|\n))/, $doc;
    for (@quotes) {
        s/\s+/ /g;
        s/^\s*\d+\. //;
        my $found = 1;
        if (/^\*\*lost/) {
            $page =~ m{scope="row">$1</th><td class="n">$2</td>} or $found = 0 while /\*\*(\S+)\*\* (\d+)/g;
        } else {
            s/^\s*(\*\*INVALID\*\*)?\s+|\s+$//g;
            $found = $text =~ /\Q$_\E/i;
        }
        print STDERR "not on the page: $_\n" and $missing++ if !$found;
    }
    exit($missing || @quotes < 7 ? 1 : 0)' docs/reading-a-report.md "$T/pages.html"
finish
