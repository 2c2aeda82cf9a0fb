#!/bin/sh
# The cluster in a box: N machines on one Linux host, made of namespaces, each with its own network,
# processes, mounts, files, host key and sshd. Needs root, nothing else that a server does not have.
#
#   testbed.sh [OPTIONS] up [N] | down | status | ssh K [COMMAND...] | reboot K | crash K |
#                        powercut K | freeze K | thaw K
#   --name NAME    several boxes live side by side (default: box)
#   --disk         files on a real ext4 image: fsync costs, and what was not synced can be lost
#   --size SIZE    of each node's disk (default: 1g)
#   --share DIR    seen by every node, read-only, as /opt/share
#
# The node's pid 1 owns the namespaces: when it dies, so do network, mounts and processes. Its root
# is an overlay on the host's root, so that all that is installed here is installed there, and what a
# node writes is its own. Files of a box: $BELIE_BOX_DIR/NAME (ssh_config, known_hosts, id, nodes).
set -u
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
self=$(readlink -f "$0")
base=${BELIE_BOX_DIR:-/var/tmp/belie-box}
name=box backing=tmpfs size=1g share=
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

die() {
    echo "testbed: $*" >&2
    exit 1
}
usage() {
    sed -n '2,/^set -u/s/^# \{0,1\}//p' "$self" >&2
    exit 254
}
alive() { [ -n "${1:-}" ] && [ -d "/proc/$1" ]; }
value() { cat "$box/$1" 2>/dev/null; }

# One at a time, and not before what a starter that was killed left running has ended.
lock_box() {
    while :; do
        exec 8<"$box" || return 1
        flock -w 60 8 || die "another testbed.sh works on the box $name"
        # Not a folder that another one has removed in the meantime.
        [ "$(stat -L -c %i /proc/self/fd/8)" = "$(stat -c %i "$box" 2>/dev/null)" ] && break
        mkdir -p "$box" || return 1
    done
    x=$(value net)
    net=10.77.$x
}

# ---- the network -----------------------------------------------------------------------------

# The first 10.77.X.0/24 that nobody uses is ours; X is also in the names of our interfaces.
choose_net() {
    exec 9<"$base"
    flock 9
    if [ ! -s "$box/net" ]; then
        x=0
        while [ -d "/sys/class/net/blb$x" ] || ip -4 -o addr | grep -q "inet 10\.77\.$x\."; do
            x=$((x + 1))
            [ $x -lt 250 ] || die 'no free network 10.77.X.0/24'
        done
        echo $x >"$box/net"
    fi
    x=$(value net)
    net=10.77.$x
    make_bridge
    exec 9<&-
}
make_bridge() {
    [ ! -d "/sys/class/net/blb$x" ] || return 0
    if ! { ip link add "blb$x" type bridge forward_delay 0 &&
        ip addr add "$net.254/24" dev "blb$x" && ip link set "blb$x" up; }; then
        die "cannot make the bridge blb$x"
    fi
}

# ---- one node --------------------------------------------------------------------------------

node_files() {
    d=$box/n$1
    mkdir -p "$d/disk" "$d/mnt"
    rm -f "$d/go"
    mkfifo "$d/go" || die "cannot make $d/go"
    for type in ed25519 ecdsa; do
        [ -f "$d/host_$type" ] || ssh-keygen -q -t $type -N '' -C "n$1" -f "$d/host_$type"
    done
    {
        echo '127.0.0.1 localhost'
        k=1
        while [ $k -le "$2" ]; do
            echo "$net.$k n$k"
            k=$((k + 1))
        done
        echo "$net.254 control"
    } >"$d/hosts"
    cat >"$d/sshd_config" <<END
ListenAddress $net.$1
HostKey /etc/ssh/belie_host_ed25519
HostKey /etc/ssh/belie_host_ecdsa
AuthorizedKeysFile /etc/ssh/belie_authorized
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes no
MaxSessions 256
MaxStartups 256
PrintMotd no
PidFile none
SetEnv PATH=$path
Subsystem sftp internal-sftp
END
}

# The disk is mounted on the host's side: it outlives a crash of the node.
node_disk() {
    d=$box/n$1
    if ! grep -q " $d/disk " /proc/mounts; then
        if [ "$(value backing)" = disk ]; then
            if ! [ -f "$d/disk.img" ]; then
                rm -f "$d/disk.new"
                truncate -s "$(value size)" "$d/disk.new"
                mkfs.ext4 -q -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$d/disk.new" ||
                    die "cannot make $d/disk.img"
                mv "$d/disk.new" "$d/disk.img"
            fi
            mount -o loop "$d/disk.img" "$d/disk" || die "cannot mount $d/disk.img"
        else
            mount -t tmpfs -o "size=$(value size),mode=755" belie-box "$d/disk" || die "no tmpfs"
        fi
    fi
    mkdir -p "$d/disk/upper" "$d/disk/work" "$d/disk/root"
}

# Freezing needs a control group: version 1 has one tree per controller, version 2 one for all.
group_of() {
    if [ -d /sys/fs/cgroup/freezer ]; then
        echo "/sys/fs/cgroup/freezer/belie$x-n$1"
    else
        echo "/sys/fs/cgroup/belie$x-n$1"
    fi
}

node_up() {
    node_files "$1" "$2"
    node_disk "$1"
    d=$box/n$1
    setsid unshare --mount --net --pid --uts --ipc --fork --kill-child --propagation private \
        sh "$self" _init "$box" "$1" </dev/null >"$d/console" 2>&1 8<&- &
    echo $! >"$d/unshare.pid"
    i=0 p=
    while [ -z "$p" ] && [ $i -lt 600 ]; do
        p=$(cat "/proc/$(value "n$1/unshare.pid")"/task/*/children 2>/dev/null)
        [ -n "$p" ] || sleep 0.005
        i=$((i + 1))
    done
    p=${p%% *}
    alive "$p" || die "n$1 did not start: $(tail -n 3 "$d/console")"
    echo "$p" >"$d/init.pid"
    [ ! -d "/sys/class/net/blv$x.$1" ] || ip link del "blv$x.$1" 2>/dev/null
    # The same card after a reboot, or the neighbours' tables are wrong for seconds.
    ip link add "blv$x.$1" type veth \
        peer name eth0 address "$(printf '02:be:11:e0:%02x:%02x' "$x" "$1")" netns "$p" || die "no network cable for n$1"
    ip link set "blv$x.$1" master "blb$x" up || die "the cable of n$1 does not fit"
    group=$(group_of "$1")
    mkdir -p "$group" 2>/dev/null && echo "$p" >"$group/cgroup.procs"
    timeout 5 sh -c "echo go >'$d/go'" || die "n$1 hangs: $(tail -n 3 "$d/console")"
}

# pid 1 of the node, still on the host's root.
node_init() {
    set -e
    box=$1 k=$2
    d=$box/n$k r=$box/n$k/mnt net=10.77.$(value net)
    hostname "n$k"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$d/disk/upper,workdir=$d/disk/work" "$r"
    mount -t proc proc "$r/proc"
    mount -t sysfs sysfs "$r/sys"
    mount -t tmpfs -o mode=755 dev "$r/dev" # made by hand: no disks of the host
    mkdir "$r/dev/pts" "$r/dev/shm" "$r/dev/net"
    mount -t tmpfs -o mode=1777,size=256m shm "$r/dev/shm"
    for t in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 fuse:10:229 net/tun:10:200; do
        minor=${t##*:} t=${t%:*}
        mknod -m 666 "$r/dev/${t%:*}" c "${t#*:}" "$minor"
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$r/dev/pts"
    ln -s pts/ptmx "$r/dev/ptmx"
    ln -s /proc/self/fd "$r/dev/fd"
    ln -s /proc/self/fd/0 "$r/dev/stdin"
    ln -s /proc/self/fd/1 "$r/dev/stdout"
    ln -s /proc/self/fd/2 "$r/dev/stderr"
    mount --bind "$d/disk/root" "$r/root" # the host's .bashrc may be slow
    if [ -s "$box/share" ]; then
        mkdir -p "$r/opt/share"
        mount --bind "$(value share)" "$r/opt/share"
        mount -o remount,bind,ro "$r/opt/share"
    fi
    for t in /tmp /run; do mount -t tmpfs -o mode=1777,size=256m tmpfs "$r$t"; done
    mkdir -m 755 "$r/run/sshd" "$r/run/lock"
    cp "$d/hosts" "$r/etc/hosts"
    echo "n$k" >"$r/etc/hostname"
    cp "$d/sshd_config" "$r/etc/ssh/belie_sshd_config"
    for t in ed25519 ecdsa; do
        install -m 600 "$d/host_$t" "$r/etc/ssh/belie_host_$t"
    done
    [ -f "$r/etc/ssh/belie_authorized" ] ||
        install -m 644 "$box/id.pub" "$r/etc/ssh/belie_authorized"
    read -r t <"$d/go" # the cable is in
    ip link set lo up
    ip addr add "$net.$k/24" dev eth0
    ip link set eth0 up
    ip route add default via "$net.254"
    cd "$r"
    mkdir -p .old
    pivot_root . .old
    cd /
    umount -l /.old
    rmdir /.old 2>/dev/null || true
    exec env -i PATH=$path HOME=/root LANG=C.UTF-8 \
        /usr/sbin/sshd -D -e -f /etc/ssh/belie_sshd_config
}

wait_for_sshd() {
    i=0
    while ! grep -q 'Server listening' "$box/n$1/console" 2>/dev/null; do
        alive "$(value "n$1/init.pid")" || die "n$1 died: $(tail -n 3 "$box/n$1/console")"
        [ $i -lt 2000 ] || die "n$1: sshd does not answer: $(tail -n 3 "$box/n$1/console")"
        i=$((i + 1))
        sleep 0.005
    done
}

# ---- all nodes -------------------------------------------------------------------------------

client_files() {
    : >"$box/known_hosts.new"
    : >"$box/nodes.new"
    cat >"$box/ssh_config.new" <<END
IdentityFile $box/id
IdentitiesOnly yes
UserKnownHostsFile $box/known_hosts
User root
BatchMode yes
LogLevel ERROR
END
    k=1
    while [ $k -le "$1" ]; do
        printf '%s.%d,n%d %s\n' "$net" $k $k "$(cut -d' ' -f1,2 "$box/n$k/host_ed25519.pub")" \
            >>"$box/known_hosts.new"
        printf 'Host n%d\n    HostName %s.%d\n' $k "$net" $k >>"$box/ssh_config.new"
        echo "$net.$k" >>"$box/nodes.new"
        k=$((k + 1))
    done
    for f in known_hosts nodes ssh_config; do mv "$box/$f.new" "$box/$f"; done
}

# With a box that is up already: only what is missing.
up() {
    case $1 in '' | *[!0-9]*) usage ;; esac
    if [ "$1" -lt 1 ] || [ "$1" -gt 64 ]; then die 'a box has 1 to 64 nodes'; fi
    for program in sshd unshare ip mount ssh-keygen pivot_root; do
        command -v $program >/dev/null ||
            die "$program is missing (of openssh-server, util-linux, iproute2)"
    done
    mkdir -p "$box" || die "cannot make $box"
    lock_box
    [ -s "$box/backing" ] || echo $backing >"$box/backing"
    [ -s "$box/size" ] || echo "$size" >"$box/size"
    [ -s "$box/share" ] || echo "$share" | grep . >"$box/share"
    [ -f "$box/id" ] || ssh-keygen -q -t ed25519 -N '' -C belie -f "$box/id"
    choose_net
    pids=
    k=1
    while [ $k -le "$1" ]; do
        alive "$(value "n$k/init.pid")" || {
            node_up $k "$1" &
            pids="$pids $!"
        }
        k=$((k + 1))
    done
    failed=0
    for p in $pids; do wait "$p" || failed=1; done
    [ $failed = 0 ] || die 'not all nodes came up; testbed.sh down removes the rest'
    k=1
    while [ $k -le "$1" ]; do
        wait_for_sshd $k
        k=$((k + 1))
    done
    client_files "$1"
    echo "$1" >"$box/count"
}

# All processes of a node at once. The pid is believed only when it is our unshare.
crash() {
    thaw "$1"
    p=$(value "n$1/unshare.pid") q=$(value "n$1/init.pid")
    if tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q "_init $box $1 "; then
        kill -9 "$p"
    fi
    i=0
    while alive "$q" && grep -q "^NSpid:.*[^0-9]1\$" "/proc/$q/status" 2>/dev/null && [ $i -lt 1000 ]; do
        sleep 0.005
        i=$((i + 1))
    done
    rm -f "$box/n$1/init.pid"
}

freeze() {
    group=$(group_of "$1")
    if [ -e "$group/freezer.state" ]; then
        echo FROZEN >"$group/freezer.state"
    else
        echo 1 >"$group/cgroup.freeze"
    fi || die "cannot freeze n$1"
}
thaw() {
    group=$(group_of "$1")
    { [ ! -e "$group/freezer.state" ] || echo THAWED >"$group/freezer.state"; } 2>/dev/null
    { [ ! -e "$group/cgroup.freeze" ] || echo 0 >"$group/cgroup.freeze"; } 2>/dev/null
}

# Only what was synced survives: ext4 is shut down without a flush, then its journal is replayed.
powercut() {
    [ "$(value backing)" = disk ] || die 'powercut needs a box that was made with --disk'
    perl -e 'open(my $d, "<", $ARGV[0]) or die; my $how = pack("I", 2);
        ioctl($d, 0x8004587d, $how) or die "shutdown: $!\n"' "$box/n$1/disk" || die 'no power cut'
    crash "$1"
    umount "$box/n$1/disk" && node_up "$1" "$(value count)" && wait_for_sshd "$1"
}

# Whatever a starter left behind that died halfway, too: what is ours is known by its name, and by
# the box in its command line.
down() {
    [ -d "$box" ] || return 0
    lock_box
    for d in "$box"/n[0-9]*; do
        k=${d##*/n}
        [ -d "$d" ] && crash "$k" &
    done
    wait
    grep -lsaF "_init" /proc/[0-9]*/cmdline | while read -r f; do
        p=${f#/proc/} p=${p%/cmdline}
        if tr '\0' ' ' <"$f" | grep -q "^unshare .*_init $box [0-9]* "; then kill -9 "$p"; fi
    done 2>/dev/null
    if [ -n "$x" ]; then
        for link in "/sys/class/net/blv$x".*; do
            [ -e "$link" ] && ip link del "${link##*/}" 2>/dev/null
        done
        [ -d "/sys/class/net/blb$x" ] && ip link del "blb$x"
        for group in "/sys/fs/cgroup/freezer/belie$x-n"* "/sys/fs/cgroup/belie$x-n"*; do
            [ ! -d "$group" ] || rmdir "$group"
        done
    fi
    grep -oE " $box/n[0-9]+/disk " /proc/mounts | while read -r f; do
        umount "$f" 2>/dev/null || umount -l "$f"
    done
    if grep -q " $box/" /proc/mounts; then die "still mounted below $box"; fi
    rm -rf --one-file-system "$box"
    rmdir "$base" 2>/dev/null
    return 0
}

status() {
    for d in "$box"/n[0-9]*; do
        [ -d "$d" ] || continue
        k=${d##*/n}
        if alive "$(value "n$k/init.pid")"; then s=up; else s=down; fi
        echo "n$k $net.$k $s"
    done | sort -V
}

while [ $# -gt 0 ]; do
    case $1 in
    --name) name=${2:?} && shift ;;
    --disk) backing=disk ;;
    --size) size=${2:?} && shift ;;
    --share) share=$(readlink -f "${2:?}") && shift ;;
    -*) usage ;;
    *) break ;;
    esac
    shift
done
case $name in *[!a-zA-Z0-9_-]* | '') die 'a name has letters, digits, - and _ only' ;; esac
command=${1:-}
[ $# -gt 0 ] && shift
if [ "$command" = _init ]; then node_init "$@"; fi
box=$base/$name
x=$(value net)
net=10.77.$x
node() {
    case ${1:-} in '' | *[!0-9]*) usage ;; esac
    [ -d "$box/n$1" ] || die "the box $name has no node $1"
}
[ "$command" = status ] || [ "$(id -u)" = 0 ] || die 'namespaces need root'
case $command in
up) up "${1:-5}" ;;
down) down ;;
status) status ;;
ssh)
    node "${1:-}"
    k=$1
    shift
    exec ssh -F "$box/ssh_config" "n$k" "$@"
    ;;
crash | freeze | thaw | powercut)
    node "${1:-}"
    $command "$1"
    ;;
reboot)
    node "${1:-}"
    crash "$1"
    node_up "$1" "$(value count)" && wait_for_sshd "$1"
    ;;
*) usage ;;
esac
