#!/usr/bin/perl
# The beginning of a report as a picture for README.md and docs/reading-a-report.md: what a page says
# first, drawn with its own bars. Usage: tools/picture.pl REPORT.html >docs/report.svg, where the
# report is that of `make demo`. tests/cli/readme.t says when the picture is out of date.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my ($width, $y, $body) = (860, 0, '');
my $page = do { local $/; open my $f, '<', $ARGV[0] or die "$ARGV[0]: $!\n"; <$f> };

sub part { # the text of what matches, without elements
    my ($pattern) = @_;
    my ($text) = $page =~ $pattern or die "$ARGV[0]: no report of a counterexample\n";
    $text =~ s/<[^>]*>//g;
    return $text;
}

sub lines { # at most $n characters each
    my ($text, $n) = @_;
    my @lines = ('');
    for my $word (split / /, $text) {
        push @lines, '' if length($lines[-1]) + length($word) >= $n;
        $lines[-1] .= ($lines[-1] eq '' ? '' : ' ') . $word;
    }
    return @lines;
}

sub text { # lines of a class, the next ones lower by $step
    my ($class, $x, $step, @lines) = @_;
    for my $line (@lines) {
        $y += $step;
        $body .= qq(<text class="$class" x="$x" y="$y">$line</text>\n);
    }
}

my ($mark, $verdict) = $page =~ m{<span aria-hidden="true">(.)</span> (\w+)</span>} or die;
my ($bars, $height) = $page =~ m{<svg class="bars"[^>]* height="(\d+)"[^>]*>.*?</desc>\s*(.*?)</svg>}s
    ? ($2, $1) : die "$ARGV[0]: no picture\n";
my ($why) = $page =~ m{<h4>Why</h4>\s*<ol>(.*?)</ol>}s or die;

text('verdict', 32, 46, "$mark \U$verdict");
text('sentence', 32, 24, lines(part(qr{class="sentence">(.*?)</span>}), 88));
text('small', 32, 26, part(qr{class="numbers">(.*?)</p>}));
my $banner = $y + 10;
$y = $banner + 16;
text('head', 16, 20, 'What is impossible');
text('small', 16, 24, part(qr{<p>(\d+ of \d+ operations show it.*?)</p>}));
$y += 8;
$body .= qq(<g transform="translate(16 $y)">\n$bars</g>\n);
$y += $height + 6;
text('head', 16, 20, 'Why');
$y += 4;
my $n = 0;
for my $step ($why =~ m{<li>(.*?)</li>}gs) {
    my ($first, @rest) = lines(ucfirst $step, 112);
    text('step-text', 24, 22, ++$n . ". $first");
    text('step-text', 42, 19, @rest);
}
$y += 18;

my $inside = $width - 16;
my $high = $banner - 8;
print <<"END";
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A report of belie: the verdict, the operations as bars, the argument" width="$width" height="$y" viewBox="0 0 $width $y">
<style>.page{fill:#fff}.banner{fill:#fdeef1}.edge{fill:#b3123a}text{font:14px system-ui,"Liberation Sans",Arial,sans-serif;fill:#1c2127}.verdict{font-size:24px;font-weight:800;fill:#b3123a}.sentence{font-size:16px;font-weight:600}.head{font-size:17px;font-weight:700}.rail{stroke:#d4dae0}.bar rect{stroke:#33414e;fill:#6db6fe}.bar.info rect{fill:#ffaa26}.bar.fail rect{fill:#feb5da}.bar.open rect{stroke-dasharray:6 4}.bar .label{font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:13px;fill:#10202e}.bar .note{font-size:12px;fill:#55606b}.bar circle{fill:#fff;stroke:#33414e}.bar .step{font-size:12px;font-weight:700;text-anchor:middle}.bar.bad rect{stroke:#b3123a;stroke-width:4}.bar.bad .note{fill:#b3123a;font-weight:700}.process{font-size:13px}</style>
<rect class="page" width="$width" height="$y"/>
<rect class="banner" x="8" y="8" width="$inside" height="$high"/><rect class="edge" x="8" y="8" width="8" height="$high"/>
$body</svg>
END
