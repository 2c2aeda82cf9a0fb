#!/bin/sh
# The same list of tests for every remote against a box of 20 nodes.
# shellcheck disable=SC2016
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh
# shellcheck source=tests/cluster/box.sh
. tests/cluster/box.sh
need_box 20
remote=$(dirname "$BELIE")/tests/cluster/remote
H=$NET.1
HOME=$T # no key and no known host of whoever runs this
export HOME
unset SSH_AUTH_SOCK
mkdir -m 700 "$T/.ssh"
for type in ecdsa rsa ed25519; do
    ssh-keygen -q -t $type -N '' -f "$T/$type"
    box ssh 1 "cat >> /etc/ssh/belie_authorized" <"$T/$type.pub"
done
ssh-keygen -q -t ed25519 -N '' -f "$T/stranger"
ssh-keygen -q -t ed25519 -N 'secret' -f "$T/locked"
sed "s/^$NET\.1,n1 .*/$(sed -n "s/^$NET\.2,n2/$NET.1,n1/p" "$D/known_hosts" | sed 's/\//\\\//g')/" "$D/known_hosts" >"$T/wrong_hosts"

# R ARGUMENTS: the remote under test. Leaves $T/out, $T/err, $status.
R() {
    status=0
    # shellcheck disable=SC2086
    "$remote" -k $K $O "$@" >"$T/out" 2>"$T/err" || status=$?
}
said() { # said CODE PATTERN NAME: exit code, and on stderr
    if [ "$status" = "$1" ] && grep -qE -- "$2" "$T/err"; then pass "$K: $3"; else fail "$K: $3"; fi
}
printed() { # printed CODE TEXT NAME
    if [ "$status" = "$1" ] && [ "$(cat "$T/out")" = "$2" ]; then pass "$K: $3"; else fail "$K: $3"; fi
}

common_list() {
    R "$H" run 'echo out; echo err >&2; exit 3' </dev/null
    printed 3 out 'output and exit status'
    said 3 '^err$' 'standard error'
    echo hello >"$T/in"
    R "$H" run 'tr a-z A-Z' <"$T/in"
    printed 0 HELLO 'standard input'
    R "$H" run 'kill -9 $$' </dev/null
    # OpenSSH does not say by which signal.
    if [ $K = ssh ]; then printed 255 '' 'a command that is killed'; else printed 137 '' 'a command that is killed'; fi
    head -c 3000000 /dev/urandom >"$T/blob"
    R "$H" up "$T/blob" "/tmp/belie's blob"
    printed 0 '' 'upload of 3 MB'
    R "$H" run "stat -c %a \"/tmp/belie's blob\"" </dev/null
    printed 0 640 'with its mode'
    R "$H" down "/tmp/belie's blob"
    if cmp -s "$T/blob" "$T/out"; then pass "$K: download"; else fail "$K: download"; fi
    R "$H" run 'cat' <"$T/blob"
    if cmp -s "$T/blob" "$T/out"; then pass "$K: both ways at once"; else fail "$K: both ways at once"; fi
    R "$H" down /nowhere/at/all
    said 126 'No such file' 'download of what is not there'
    R "$H" up "$T/blob" /nowhere/at/all
    said 126 'upload:' 'upload to where nothing can be'
    timed R -t 1 "$H" run 'sleep 30' </dev/null
    said 126 'no answer in time' 'a command that takes too long'
    is "$K: is given up at the deadline ($took ms)" test "$took" -lt 3500
    R "$H" ask 'while read -r x; do echo "$x!"; done' 200
    is "$K: a command that stays: $(cat "$T/out")" grep -q '^200 lines.*line!' "$T/out"
}

ssh_list() {
    timed R "$(seq -s, -f "$NET.%g" 1 20)" all 'hostname'
    is "$K: 20 nodes in parallel ($took ms)" test "$(sort -u "$T/out" | wc -l)" = 20
    box freeze 2
    timed R -t 2 "$NET.2" run true </dev/null
    said 126 'no answer in time|too long' 'a frozen node'
    is "$K: blocks no longer than the deadline ($took ms)" test "$took" -lt 4500
    box thaw 2
    R -t 2 "$NET.1,$NET.2" all 'echo up'
    printed 0 'up
up' 'goes on after the thaw'
    (
        sleep 1
        box reboot 3
    ) &
    R -t 6 "$NET.3" twice 4 'cat /proc/1/stat | cut -d" " -f22; hostname'
    wait $!
    is "$K: a node that reboots in the middle is found again" test "$status$(grep -c n3 "$T/out")" = 02
    is "$K: and was another one" test "$(grep -v n3 "$T/out" | sort -u | wc -l)" = 2
    R -n "$T/wrong_hosts" "$H" run true </dev/null
    said 126 'verification failed' 'another host key is refused'
    R -n /dev/null "$H" run true </dev/null
    said 126 'verification failed' 'an unknown host is refused'
    R -n /dev/null -x "$H" run true </dev/null
    printed 0 '' 'unless verification is off'
    R -i "$T/stranger" "$H" run true </dev/null
    said 126 '[Pp]ermission denied' 'a key that is not authorized'
    R -i "$T/nowhere" "$H" run true </dev/null
    said 126 'cannot read the private key|[Pp]ermission denied' 'a key file that is not there'
    for type in ed25519 ecdsa; do
        R -i "$T/$type" "$H" run true </dev/null
        printed 0 '' "a key of type $type"
    done
    timed R -t 2 "$NET.99" run true </dev/null
    said 126 'No route|timed out|in time|too long' 'a host that is not there'
    is "$K: in time ($took ms)" test "$took" -lt 4500
    R -t 6 -p 2222 "$H" run true </dev/null
    said 126 'refused' 'a port that is closed'
}

agent_list() { # with no key file given
    eval "$(ssh-agent -s)" >/dev/null
    ssh-add -q "$T/ecdsa"
    O="-n $D/known_hosts"
    R "$H" run true </dev/null
    printed 0 '' 'a key of the agent'
    ssh-add -q -D
    cp "$T/stranger" "$T/.ssh/id_ed25519"
    R "$H" run true </dev/null
    said 126 '[Pp]ermission denied' 'an empty agent'
    rm "$T/.ssh/id_ed25519"
    eval "$(ssh-agent -k)" >/dev/null
}

for K in local libssh2 ssh; do
    case $K in
    local) O= ;;
    *) O="-n $D/known_hosts -i $D/id" ;;
    esac
    common_list
    [ $K = local ] && continue
    ssh_list
    agent_list
done

K=libssh2
O="-n $D/known_hosts"
R -i "$T/rsa" "$H" run true </dev/null
said 126 'RSA.*ed25519 key.*--remote ssh' 'of an RSA key it is said what to do'
R -i "$T/locked" "$H" run true </dev/null
said 126 'passphrase.*ssh-add' 'a locked key, too'
R -i /etc/passwd "$H" run true </dev/null
said 126 'no private key' 'and a file that is no key'
R "$H" run true </dev/null
said 126 'no key to log in with' 'and no key at all'
K=ssh
R -i "$T/rsa" "$H" run true </dev/null
printed 0 '' 'takes RSA keys'
O=
sed "s|^IdentityFile.*|IdentityFile $D/id|" "$D/ssh_config" >"$T/config"
R -F "$T/config" n4 run hostname </dev/null
printed 0 n4 'takes names from a configuration file'
is 'no socket of ssh is left' test -z "$(find /tmp -maxdepth 1 -name 'belie-ssh-*' -newer "$D/count" 2>/dev/null)"
finish
