#!/bin/sh
# Files as C: tools/embed.sh HEADER NAME=FILE[,FILE...]... prints a source file that defines, for
# each NAME, `const struct asset asset_NAME` with the bytes of the files one after the other.
# Deterministic; needs only od and awk.
set -eu
printf '/* Made by tools/embed.sh. */\n#include "%s"\n' "$1"
shift
for part in "$@"; do
    name=${part%%=*} files=$(printf '%s' "${part#*=}" | tr ',' ' ')
    printf '\nstatic const unsigned char %s[] = {\n' "$name"
    # shellcheck disable=SC2086
    cat $files | od -An -v -tu1 | awk '{ gsub(/ +/, " "); sub(/^ /, ""); gsub(/ /, ","); print $0 "," }'
    printf '};\nconst struct asset asset_%s = {%s, sizeof %s};\n' "$name" "$name" "$name"
done
