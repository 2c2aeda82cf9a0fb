#!/bin/sh
# make install into a fresh folder; a program that uses the library as installed; make uninstall.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$(dirname "$0")/tap.sh"

case $BELIE in
*/build/release/belie) ;;
*)
    skip 'make install' 'not the release build'
    finish
    exit 0
    ;;
esac
make -s install DESTDIR="$T/root" PREFIX=/usr >"$T/out" 2>"$T/err"
status=$?
exits 0 'make install'
for file in bin/belie bin/belie-testbed lib/libbelie.a lib/libbelie.so lib/libbelie.so.0 include/belie.h \
    lib/pkgconfig/belie.pc share/man/man1/belie.1 share/bash-completion/completions/belie share/zsh/site-functions/_belie \
    share/fish/vendor_completions.d/belie.fish; do
    is "installed $file" test -s "$T/root/usr/$file"
done
is 'the installed program runs' "$T/root/usr/bin/belie" check -q "$T/good.edn"
if [ -x "$BELIE-run" ]; then
    is 'the installed program finds belie-run and the targets' sh -c "'$T/root/usr/bin/belie' targets | grep -q '^etcd '"
fi
# The box: made by the program that the help names, seen by the `belie run --box` that is installed.
"$T/root/usr/bin/belie" help run >"$T/out" 2>"$T/err"
out '[(]belie-testbed[)]' 'the help names belie-testbed'
BELIE_BOX_DIR=$T/boxes "$T/root/usr/bin/belie-testbed" --name none status >"$T/out" 2>"$T/err"
status=$?
exits 0 'the installed belie-testbed runs'
if [ -x "$BELIE-run" ]; then
    BELIE_BOX_DIR=$T/boxes "$T/root/usr/bin/belie" run --box none --target etcd --time-limit 1 \
        --store "$T/store" >"$T/out" 2>"$T/err"
    status=$?
    exits 254 'the installed belie, a box that is not up'
    err 'belie-testbed --name none up' 'it says which program makes one'
fi
needs() { # needs shared|static: does the program ask for libbelie.so.0?
    case $(ldd "$T/use") in
    *libbelie.so.0*) test "$1" = shared ;;
    *) test "$1" = static ;;
    esac
}
cat >"$T/use.c" <<'END'
#include <belie.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    char *error = NULL;
    belie_history *h = belie_history_open(argv[argc - 1], NULL, &error);
    belie_result *r = h ? belie_check(h, NULL, &error) : NULL;
    if (!r) {
        fprintf(stderr, "%s\n", error);
        return 3;
    }
    printf("%s", belie_result_json(r));
    return (int)belie_result_verdict(r);
}
END
PKG_CONFIG_PATH=$T/root/usr/lib/pkgconfig
export PKG_CONFIG_PATH
export LD_LIBRARY_PATH="$T/root/usr/lib"
# The shared library, then the static one: --static names what that needs besides.
for how in shared static; do
    case $how in
    static) option=--static dynamic=-Wl,-Bstatic ;;
    *) option=--libs dynamic=-Wl,-Bdynamic ;;
    esac
    libs=$(pkg-config --libs $option belie | sed "s/-lbelie/$dynamic -lbelie -Wl,-Bdynamic/")
    # shellcheck disable=SC2086
    if ${CC:-cc} -std=c99 -Wall -Wextra -pedantic -Werror -o "$T/use" "$T/use.c" \
        -I"$T/root/usr/include" -L"$T/root/usr/lib" $libs >"$T/out" 2>"$T/err"; then
        pass "a C99 program builds against belie.pc, $how"
    else
        fail "a C99 program builds against belie.pc, $how"
    fi
    is "it needs what it should, $how" needs $how
    "$T/use" "$T/bad.edn" >"$T/out" 2>"$T/err"
    status=$?
    exits 1 "the library: invalid, $how"
    "$BELIE" check --json "$T/bad.edn" >"$T/cli.json"
    is "the library gives the same document as the program, $how" cmp "$T/out" "$T/cli.json"
    "$T/use" "$T/broken.edn" >"$T/out" 2>"$T/err"
    status=$?
    exits 3 "the library: malformed, $how"
    err 'broken\.edn:2:' "the library: FILE:LINE:COLUMN, $how"
done
make -s uninstall DESTDIR="$T/root" PREFIX=/usr >"$T/out" 2>"$T/err"
is 'make uninstall leaves no file' test -z "$(find "$T/root" ! -type d)"
finish
