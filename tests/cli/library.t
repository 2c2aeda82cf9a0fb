#!/bin/sh
# The libraries as others link them: what they show, examples in C and Python, the header in C++.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

lib=$(dirname "$BELIE")/lib
examples=$PWD/docs/examples
if [ ! -e "$lib/libbelie.a" ]; then
    skip 'the libraries' 'this variant does not build them'
    finish
    exit 0
fi
: "${CC:=cc}"
flags="-Wall -Wextra -pedantic -Werror -I$PWD/reports"
static="$lib/libbelie.a $(pkg-config --libs jansson zlib libzstd) -lm -pthread"
shared="-L$lib -lbelie -Wl,-rpath,$lib"

# Only what belie.h declares.
sed -n 's/^BELIE_API .*[ *]\(belie_[a-z_]*\)(.*/\1/p' reports/belie.h | sort >"$T/declared"
is 'belie.h declares functions' test "$(wc -l <"$T/declared")" -gt 25
nm -g --defined-only "$lib/libbelie.a" | awk 'NF == 3 { print $3 }' | sort >"$T/out"
is 'libbelie.a defines what belie.h declares and nothing else' cmp "$T/declared" "$T/out"
nm -D --defined-only "$lib/libbelie.so" | awk 'NF == 3 { print $3 }' | sort >"$T/out"
is 'libbelie.so defines what belie.h declares and nothing else' cmp "$T/declared" "$T/out"

# build NAME HOW SOURCE: the program $T/NAME.
build() {
    case $2 in static) libs=$static ;; *) libs=$shared ;; esac
    # shellcheck disable=SC2086
    $CC -std=c99 $flags -o "$T/$1" "$3" $libs >"$T/out" 2>"$T/err"
}
# program ARGUMENTS...: like run, of $T/ARGUMENTS.
program() {
    status=0
    name=$1
    shift
    "$T/$name" "$@" >"$T/out" 2>"$T/err" </dev/null || status=$?
}

for how in static shared; do
    for example in check_file add_operations user_model; do
        is "$example builds, $how" build $example $how "$examples/$example.c"
    done
    program check_file "$T/good.edn" "$T/bad.edn"
    exits 1 "check_file, $how"
    out "good\.edn${tab}true" "check_file, $how: valid"
    out "bad\.edn${tab}false" "check_file, $how: invalid"
    program check_file "$T/broken.edn"
    exits 254 "check_file, $how: malformed"
    err 'broken\.edn:2:' "check_file, $how: FILE:LINE:COLUMN"
    program add_operations
    exits 0 "add_operations, $how"
    out '^after 400 operations: linearizable' "add_operations, $how: before the bug"
    out '^after 600 operations: NOT linearizable' "add_operations, $how: after the bug"
    out 'write of 220' "add_operations, $how: the write that was missed"
    program user_model
    exits 1 "user_model, $how"
    out '^INVALID: refuse 2 by process 0' "user_model, $how: the operation"
    out 'states possible just before:.* left' "user_model, $how: the states"
done

# A static library must not take names that its user has.
cat >"$T/clash.c" <<'END'
#include <belie.h>
int models, engines;
void err_set(void);
void err_set(void) {}
void buf_put(void);
void buf_put(void) {}
int main(void)
{
    belie_history *h = belie_history_new("h");
    belie_result *r = belie_check(h, NULL, NULL);
    err_set();
    buf_put();
    return r ? (int)belie_result_verdict(r) : 3;
}
END
is 'names of our own do not clash' build clash static "$T/clash.c"
program clash
exits 2 'an empty history shows nothing'

if command -v "${CXX:=c++}" >/dev/null; then
    cat >"$T/header.cc" <<'END'
#include <belie.h>
int main()
{
    struct belie_check_options o = BELIE_CHECK_OPTIONS;
    struct belie_load_options l = BELIE_LOAD_OPTIONS;
    struct belie_event e = BELIE_EVENT;
    struct belie_operation p = BELIE_OPERATION;
    struct belie_model m = BELIE_MODEL;
    o.user_model = &m;
    e.value = p.in = BELIE_NIL;
    return l.lenient + o.nil_unknown + (int)e.value + (int)(belie_version()[0] == 0);
}
END
    # shellcheck disable=SC2086
    is 'a C++11 program builds' $CXX -std=c++11 $flags -o "$T/header" "$T/header.cc" $shared
    program header
    exits 0 'a C++11 program runs'
else
    skip 'a C++ program' 'no C++ compiler'
fi

if command -v python3 >/dev/null; then
    status=0
    BELIE_LIBRARY=$lib/libbelie.so PYTHONDONTWRITEBYTECODE=1 \
        python3 "$examples/use_belie.py" "$T/bad.edn" >"$T/out" 2>"$T/err" || status=$?
    exits 0 'Python'
    out "bad\.edn${tab}false" 'Python: a file'
    out '^2 operations: invalid as register' 'Python: events'
    out '^3 operations: valid' 'Python: whole operations'
    out '^a forgotten: valid' 'Python: a model, with more than one next state'
    out '^b forgotten before a: invalid' 'Python: a model, invalid'
    out '^c forgotten, and back again: invalid' 'Python: a model, invalid again'
    cat >"$T/misuse.py" <<'END'
import belie
def refused(f, word):
    try:
        f()
    except Exception as e:
        print("refused" if word in str(e) else "wrong: %s" % e)
h = belie.History("h")
refused(lambda: h.add("ok", 0), "no open operation")
refused(lambda: belie.History(path="/no/such/file"), "/no/such/file")
h.add("invoke", 0, "x")
h.add("ok", 0)
class Raises(belie.Model):
    def init(self, key):
        return 0
    def step(self, *what):
        raise RuntimeError("oh dear")
refused(lambda: h.check(Raises()), "oh dear")
refused(lambda: h.check("no-such-model"), "no-such-model")
END
    status=0
    BELIE_LIBRARY=$lib/libbelie.so PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$examples \
        python3 "$T/misuse.py" >"$T/out" 2>"$T/err" || status=$?
    exits 0 'Python: errors'
    is 'Python: errors are exceptions' test "$(grep -c '^refused$' "$T/out")" = 4
else
    skip 'Python' 'no python3'
fi
finish
