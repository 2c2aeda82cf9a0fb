/* A disk of the database's own, and what a power cut does to it: all that was written and not
 * synced is gone. The disk is an ext4 image beside the folder, DIR.disk, mounted over it through a
 * loop device. A power cut stops the processes, shuts the file system down as it is on the disk
 * (ext4's own call for such tests: from then on nothing reaches the image, not even its journal),
 * kills them, and mounts the image again, which replays the journal as after a real cut.
 *
 * The receipt is two files: one was synced when the disk was mounted, the other is written just
 * before the cut and not synced. Syncing at the cut would make ext4 commit what the database did
 * not sync. */
#define _GNU_SOURCE
#include "node/node.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { MISC_MAJOR = 10, LOOP_CONTROL = 237, LOOP_MAJOR = 7, TRIES = 100, BUSY_US = 30000 };
static const uint64_t least = UINT64_C(64) << 20, most = UINT64_C(1) << 30;
#define SHUTDOWN _IOR('X', 125, uint32_t) /* EXT4_IOC_SHUTDOWN */
static const uint32_t no_flush = 2;       /* EXT4_GOING_FLAGS_NOLOGFLUSH */

static bool fails(char *why, size_t n, const char *what)
{
    (void)snprintf(why, n, "%s: %s", what, strerror(errno));
    return false;
}

static void image_of(const char *dir, char *out, size_t n)
{
    (void)snprintf(out, n, "%s.disk", dir);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Is something mounted over the folder? */
static bool mounted(const char *dir)
{
    char up[PATH_MAX];
    struct stat s, parent;
    (void)snprintf(up, sizeof up, "%s/..", dir);
    return stat(dir, &s) == 0 && stat(up, &parent) == 0 && s.st_dev != parent.st_dev;
}

/* ---- loop devices ---------------------------------------------------------------------------- */

/* Of /dev; where that has none (a container's), a node of our own. */
static int open_device(const char *name, unsigned major_number, unsigned minor_number, mode_t kind)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "/dev/%s", name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    (void)snprintf(path, sizeof path, NODE_DIR "/%s", name);
    if (mknod(path, kind | 0600, makedev(major_number, minor_number)) != 0 && errno != EEXIST)
        return -1;
    return open(path, O_RDWR | O_CLOEXEC);
}

/* The number of a loop device that shows the image, held open by *fd; -1. It ends with its mount.
 */
static int attach(const char *image, int *fd, char *why, size_t n)
{
    int control = open_device("loop-control", MISC_MAJOR, LOOP_CONTROL, S_IFCHR), number = -1;
    int file = open(image, O_RDWR | O_CLOEXEC);
    *fd = -1;
    for (int i = 0; control >= 0 && file >= 0 && i < TRIES && *fd < 0; i++) {
        char name[32];
        const struct loop_info64 info = {.lo_flags = LO_FLAGS_AUTOCLEAR};
        number = ioctl(control, LOOP_CTL_GET_FREE);
        (void)snprintf(name, sizeof name, "loop%d", number);
        *fd = number < 0 ? -1 : open_device(name, LOOP_MAJOR, (unsigned)number, S_IFBLK);
        if (*fd < 0)
            break;
        if (ioctl(*fd, LOOP_SET_FD, file) == 0 && ioctl(*fd, LOOP_SET_STATUS64, &info) == 0)
            break;
        bool taken = errno == EBUSY; /* by somebody who asked at the same time */
        (void)close(*fd);
        *fd = -1;
        if (!taken)
            break;
    }
    if (*fd < 0)
        (void)fails(why, n, file < 0 ? image : "no loop device");
    if (control >= 0)
        (void)close(control);
    if (file >= 0)
        (void)close(file);
    return *fd < 0 ? -1 : number;
}

/* ---- the two files -----------------------------------------------------------------------------
 */

static void canary_path(const char *dir, const char *which, char *out)
{
    (void)snprintf(out, PATH_MAX, "%s/.belie-%s", dir, which);
}

/* A new file each time: ext4 writes one that is replaced to the disk by itself. */
static bool write_canary(const char *dir, const char *which, uint64_t mark, bool sync)
{
    char path[PATH_MAX];
    canary_path(dir, which, path);
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, &mark, sizeof mark) == (ssize_t)sizeof mark &&
              (!sync || fsync(fd) == 0);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool canary_lives(const char *dir, const char *which, uint64_t mark)
{
    char path[PATH_MAX];
    uint64_t there = 0;
    canary_path(dir, which, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, &there, sizeof there) == (ssize_t)sizeof there;
    if (fd >= 0)
        (void)close(fd);
    return ok && there == mark;
}

static const uint64_t synced_mark = 0x6465636e7973; /* "synced" */

/* False when the file system was shut down, too. */
static bool writable(const char *dir)
{
    char path[PATH_MAX];
    bool ok = write_canary(dir, "probe", 0, false);
    canary_path(dir, "probe", path);
    (void)unlink(path);
    return ok;
}

/* ---- mounting ----------------------------------------------------------------------------------
 */

bool disk_mount(const char *dir, char *why, size_t n)
{
    char image[PATH_MAX], device[64];
    int fd;
    image_of(dir, image, sizeof image);
    if (mounted(dir) || !exists(image))
        return true;
    int number = attach(image, &fd, why, n);
    if (number < 0)
        return false;
    (void)snprintf(device, sizeof device, "/dev/loop%d", number);
    if (!exists(device))
        (void)snprintf(device, sizeof device, NODE_DIR "/loop%d", number);
    bool ok = mount(device, dir, "ext4", MS_NOATIME, "") == 0 || fails(why, n, dir);
    (void)close(fd); /* the mount holds it */
    if (ok && !write_canary(dir, "synced", synced_mark, true))
        ok = fails(why, n, dir);
    int at = ok ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (at >= 0) {
        (void)fsync(at);
        (void)close(at);
    }
    return ok;
}

/* Does a process have something open below, or work there? */
static bool uses(pid_t pid, const char *dir)
{
    char path[64], link[400], at[PATH_MAX];
    const size_t n = strlen(dir);
    bool hit = false;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    struct dirent *e;
    while (d && !hit && (e = readdir(d))) {
        (void)snprintf(link, sizeof link, "%s/%s", path, e->d_name);
        ssize_t k = readlink(link, at, sizeof at - 1);
        hit = k > (ssize_t)n && strncmp(at, dir, n) == 0 && at[n] == '/';
    }
    if (d)
        (void)closedir(d);
    (void)snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    ssize_t k = readlink(link, at, sizeof at - 1);
    return hit ||
           (k >= (ssize_t)n && strncmp(at, dir, n) == 0 && (k == (ssize_t)n || at[n] == '/'));
}

static void kill_users(const char *dir)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    while (d && (e = readdir(d))) {
        long pid = strtol(e->d_name, NULL, 10);
        if (pid > 1 && pid != getpid() && uses((pid_t)pid, dir))
            (void)kill((pid_t)pid, SIGKILL);
    }
    if (d)
        (void)closedir(d);
}

/* Who still works there dies with the machine. */
static bool unmount(const char *dir, char *why, size_t n)
{
    for (int i = 0; i < TRIES && mounted(dir); i++) {
        if (umount2(dir, 0) == 0)
            continue;
        if (errno != EBUSY)
            return fails(why, n, dir);
        kill_users(dir);
        (void)usleep(BUSY_US);
    }
    return !mounted(dir) || fails(why, n, dir);
}

/* ---- what others call --------------------------------------------------------------------------
 */

static bool make_image(const char *image, const char *where, uint64_t size, char *why, size_t n)
{
    const char *const argv[] = {
        "mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard",
        image,       NULL};
    struct statvfs s;
    if (statvfs(where, &s) != 0)
        return fails(why, n, where);
    uint64_t half = (uint64_t)s.f_bavail * s.f_frsize / 2;
    size = half < size ? half : size;
    if (size < least) {
        (void)snprintf(why, n, "no room for a disk of %d MB in %s", (int)(least >> 20), where);
        return false;
    }
    int fd = open(image, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && ftruncate(fd, (off_t)size) == 0;
    if (fd >= 0)
        (void)close(fd);
    if (!ok)
        return fails(why, n, image);
    int code = run_program(argv, NULL, why, n);
    if (code < 0)
        (void)snprintf(why, n, "mkfs.ext4 is not installed (e2fsprogs)");
    else if (code > 0 && !why[0])
        (void)snprintf(why, n, "mkfs.ext4 ended with %d", code);
    return code == 0;
}

static bool make(const char *dir, uint64_t size, char *why, size_t n)
{
    char image[PATH_MAX], where[PATH_MAX], found[PATH_MAX];
    image_of(dir, image, sizeof image);
    (void)snprintf(where, sizeof where, "%s", dir);
    char *slash = strrchr(where, '/');
    if (!slash || slash == where)
        return false;
    *slash = '\0';
    (void)mkdir(where, 0755);
    (void)mkdir(dir, 0755);
    bool ok = make_image(image, where, size, why, n) && disk_mount(dir, why, n);
    if (!ok)
        disk_remove(dir);
    (void)snprintf(found, sizeof found, "%s/lost+found", dir);
    (void)rmdir(found); /* some databases want an empty folder */
    return ok;
}

bool disk_make(const char *dir, char *why, size_t n)
{
    return make(dir, most, why, n);
}

void disk_remove(const char *dir)
{
    char image[PATH_MAX];
    image_of(dir, image, sizeof image);
    if (!exists(image))
        return;
    (void)unmount(dir, (char[256]){0}, 256);
    (void)unlink(image);
}

void disk_repair(const char *dir)
{
    char why[256] = "";
    if (mounted(dir) && !writable(dir))
        (void)unmount(dir, why, sizeof why);
    (void)disk_mount(dir, why, sizeof why);
}

bool disk_cut(const char *dir, const char *daemon, char *why, size_t n)
{
    char image[PATH_MAX];
    image_of(dir, image, sizeof image);
    if (!exists(image) || !mounted(dir)) {
        if (disk_trial(why, n))
            (void)snprintf(why, n, "%s is no disk of its own", dir);
        return false;
    }
    journal_add("power", 0, dir);
    journal_add("stop", 0, daemon);
    (void)daemon_signal(daemon, SIGSTOP);
    const uint64_t mark = random_bits();
    bool written =
        write_canary(dir, "unsynced", mark, false) && canary_lives(dir, "synced", synced_mark);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool cut = fd >= 0 && ioctl(fd, SHUTDOWN, &no_flush) == 0;
    if (!cut)
        (void)fails(why, n, "the file system cannot be shut down");
    if (fd >= 0)
        (void)close(fd);
    (void)daemon_signal(daemon, cut ? SIGKILL : SIGCONT);
    if (!cut || !unmount(dir, why, n) || !disk_mount(dir, why, n))
        return false;
    bool lost =
        written && canary_lives(dir, "synced", synced_mark) && !canary_lives(dir, "unsynced", mark);
    if (!lost)
        (void)snprintf(why, n, "what was not synced is still there");
    return lost;
}

bool disk_trial(char *why, size_t n)
{
    const char *const dir = NODE_DIR "/trial";
    bool ok = make(dir, least, why, n) && disk_cut(dir, "belie-trial", why, n);
    disk_remove(dir);
    (void)rmdir(dir);
    return ok;
}
