/* The clock of a process, not of the machine: libc, Go, Java and the others read the time through a
 * page that the kernel maps into every process (vDSO). Each process has its own copy as soon as it
 * is written to, and root may write it through /proc/PID/mem. We put a small function into its
 * empty end, which asks the kernel and adds an offset, and jumps to it at the heads of the
 * functions that tell the time. Afterwards only the offset is rewritten. Children inherit it, exec
 * undoes it. CLOCK_MONOTONIC stays right. Nothing outside the process notices; no NTP fights it.
 * x86-64 only. */
#define _GNU_SOURCE
#include "node/node.h"

#include <stdio.h>

#ifdef __x86_64__

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The new functions: position-independent, the data first. */
__asm__("    .pushsection .rodata\n"
        "    .balign 16\n"
        "skew_code:\n"
        "skew_data: .quad 0, 0, 0x776b73656965626c\n" /* seconds, nanoseconds, mark */
        "    .balign 16\n"
        "skew_gettime:\n"
        "    mov $228, %eax\n    syscall\n"
        "    test %eax, %eax\n    jnz 2f\n"
        "    test %edi, %edi\n    jz 1f\n" /* CLOCK_REALTIME */
        "    cmp $5, %edi\n    jne 2f\n"   /* CLOCK_REALTIME_COARSE */
        "1:  mov skew_data(%rip), %rdx\n    add %rdx, (%rsi)\n"
        "    mov 8+skew_data(%rip), %rdx\n    add 8(%rsi), %rdx\n"
        "    cmp $1000000000, %rdx\n    jl 3f\n"
        "    sub $1000000000, %rdx\n    incq (%rsi)\n"
        "3:  mov %rdx, 8(%rsi)\n"
        "2:  ret\n"
        "    .balign 16\n"
        "skew_timeofday:\n"
        "    mov $96, %eax\n    syscall\n"
        "    test %eax, %eax\n    jnz 5f\n    test %rdi, %rdi\n    jz 5f\n"
        "    mov skew_data(%rip), %rdx\n    add %rdx, (%rdi)\n"
        "    mov 8+skew_data(%rip), %rax\n    xor %edx, %edx\n    mov $1000, %ecx\n"
        "    div %rcx\n    add 8(%rdi), %rax\n"
        "    cmp $1000000, %rax\n    jl 4f\n    sub $1000000, %rax\n    incq (%rdi)\n"
        "4:  mov %rax, 8(%rdi)\n    xor %eax, %eax\n"
        "5:  ret\n"
        "    .balign 16\n"
        "skew_time:\n"
        "    push %rdi\n    xor %edi, %edi\n    mov $201, %eax\n    syscall\n    pop %rdi\n"
        "    add skew_data(%rip), %rax\n    test %rdi, %rdi\n    jz 6f\n    mov %rax, (%rdi)\n"
        "6:  ret\n"
        "skew_end:\n"
        "    .popsection\n");
extern const unsigned char skew_code[], skew_gettime[], skew_timeofday[], skew_time[], skew_end[];

enum { VDSO_MAX = 65536, ROOM = 512, MARK_AT = 16, JUMP = 5, FUNCTIONS = 3, TRIES = 200 };
static const unsigned char mark[] = {'l', 'b', 'e', 'i', 'e', 's', 'k', 'w'};

struct vdso {
    int fd; /* /proc/PID/mem */
    uint64_t at;
    size_t n;
    unsigned char bytes[VDSO_MAX];
};

static bool locate(pid_t pid, struct vdso *v)
{
    char path[64], line[512];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *f = fopen(path, "re");
    uint64_t from = 0, to = 0;
    char *rest = NULL;
    while (f && !from && fgets(line, sizeof line, f))
        if (strstr(line, "[vdso]")) {
            from = strtoull(line, &rest, 16);
            to = strtoull(rest + 1, NULL, 16);
        }
    if (f)
        (void)fclose(f);
    v->at = from;
    v->n = (size_t)(to - from);
    return from && v->n <= VDSO_MAX && v->n > ROOM;
}

static bool open_vdso(pid_t pid, struct vdso *v)
{
    char path[64];
    if (!locate(pid, v))
        return false;
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    v->fd = open(path, O_RDWR | O_CLOEXEC);
    if (v->fd >= 0 && pread(v->fd, v->bytes, v->n, (off_t)v->at) == (ssize_t)v->n)
        return true;
    if (v->fd >= 0)
        (void)close(v->fd);
    return false;
}

static bool patched(const struct vdso *v)
{
    return memcmp(v->bytes + v->n - ROOM + MARK_AT, mark, sizeof mark) == 0;
}

static const Elf64_Dyn *dynamic(const struct vdso *v)
{
    const Elf64_Ehdr *head = (const void *)v->bytes;
    const Elf64_Phdr *part = (const void *)(v->bytes + head->e_phoff);
    for (int i = 0; i < head->e_phnum; i++)
        if (part[i].p_type == PT_DYNAMIC && part[i].p_offset < v->n)
            return (const void *)(v->bytes + part[i].p_offset);
    return NULL;
}

/* Offsets in the page of the functions that tell the time. */
static bool find_functions(const struct vdso *v, uint64_t at[FUNCTIONS])
{
    static const char *const names[] = {"__vdso_clock_gettime", "__vdso_gettimeofday",
                                        "__vdso_time"};
    const Elf64_Sym *symbols = NULL;
    const char *text = NULL;
    const uint32_t *hash = NULL;
    for (const Elf64_Dyn *d = dynamic(v); d && d->d_tag; d++) {
        if (d->d_un.d_ptr >= v->n)
            continue;
        const unsigned char *p = v->bytes + d->d_un.d_ptr;
        if (d->d_tag == DT_SYMTAB)
            symbols = (const void *)p;
        else if (d->d_tag == DT_STRTAB)
            text = (const void *)p;
        else if (d->d_tag == DT_HASH)
            hash = (const void *)p;
    }
    if (!symbols || !text || !hash)
        return false;
    for (uint32_t i = 0; i < hash[1]; i++)
        for (int k = 0; k < FUNCTIONS; k++)
            if (strcmp(text + symbols[i].st_name, names[k]) == 0)
                at[k] = symbols[i].st_value;
    return at[0] != 0;
}

/* Does a thread stand in the bytes that will change, or run? */
static bool in_the_way(pid_t pid, const struct vdso *v, const uint64_t at[FUNCTIONS])
{
    char path[64], file[400], text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    struct dirent *e;
    bool hit = !d;
    while (d && !hit && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s/%s/syscall", path, e->d_name);
        if (read_file(file, text, sizeof text) <= 0)
            continue;
        const char *last = strrchr(text, ' ');
        uint64_t pc = last ? strtoull(last + 1, NULL, 16) : 0;
        hit = strncmp(text, "running", 7) == 0;
        for (int k = 0; k < FUNCTIONS; k++)
            hit |= at[k] && pc > v->at + at[k] && pc < v->at + at[k] + JUMP;
    }
    if (d)
        (void)closedir(d);
    return hit;
}

static bool put(const struct vdso *v, uint64_t at, const void *p, size_t n)
{
    return pwrite(v->fd, p, n, (off_t)(v->at + at)) == (ssize_t)n;
}

static bool put_jump(const struct vdso *v, uint64_t from, uint64_t to)
{
    unsigned char code[8];
    int32_t way = (int32_t)((int64_t)to - (int64_t)(from + JUMP));
    memcpy(code, v->bytes + from, sizeof code);
    code[0] = 0xe9;
    memcpy(code + 1, &way, sizeof way);
    return put(v, from, code, sizeof code);
}

static bool is_stopped(pid_t pid)
{
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    const char *p = read_file(path, text, sizeof text) > 0 ? strrchr(text, ')') : NULL;
    return p && (p[2] == 'T' || p[2] == 't');
}

static bool patch(pid_t pid, const struct vdso *v, char *why, size_t n)
{
    const unsigned char *const to[] = {skew_gettime, skew_timeofday, skew_time};
    uint64_t at[FUNCTIONS] = {0}, room = v->n - ROOM;
    bool was_stopped = is_stopped(pid), ok = find_functions(v, at);
    for (size_t i = room; i < v->n && ok; i++)
        ok = v->bytes[i] == 0;
    if (!ok) {
        (void)snprintf(why, n, "the vDSO of process %d has no room", (int)pid);
        return false;
    }
    for (int i = 0; i < TRIES; i++) {
        (void)kill(pid, SIGSTOP);
        (void)usleep(1000);
        if (!in_the_way(pid, v, at))
            break;
        (void)kill(pid, SIGCONT);
        (void)usleep(1000);
    }
    (void)kill(pid, SIGSTOP);
    ok = put(v, room, skew_code, (size_t)(skew_end - skew_code));
    for (int k = 0; k < FUNCTIONS && ok; k++)
        ok = !at[k] || put_jump(v, at[k], room + (uint64_t)(to[k] - skew_code));
    if (!was_stopped)
        (void)kill(pid, SIGCONT);
    if (!ok)
        (void)snprintf(why, n, "the memory of process %d cannot be written", (int)pid);
    return ok;
}

bool skew_set(pid_t pid, int64_t offset_ns, char *why, size_t n)
{
    static struct vdso v;
    int64_t data[2] = {offset_ns / 1000000000, offset_ns % 1000000000};
    if (data[1] < 0) {
        data[0]--;
        data[1] += 1000000000;
    }
    if (!open_vdso(pid, &v)) {
        (void)snprintf(why, n, "process %d has no vDSO that can be written", (int)pid);
        return false;
    }
    bool ok = (patched(&v) || offset_ns == 0 || patch(pid, &v, why, n)) &&
              (offset_ns == 0 && !patched(&v) ? true : put(&v, v.n - ROOM, data, sizeof data));
    (void)close(v.fd);
    return ok;
}

int64_t skew_get(pid_t pid)
{
    static struct vdso v;
    int64_t data[2] = {0, 0};
    if (!open_vdso(pid, &v))
        return 0;
    if (patched(&v))
        memcpy(data, v.bytes + v.n - ROOM, sizeof data);
    (void)close(v.fd);
    return data[0] * 1000000000 + data[1];
}

#else

bool skew_set(pid_t pid, int64_t offset_ns, char *why, size_t n)
{
    (void)pid;
    (void)snprintf(why, n, "clocks of processes can be changed on x86-64 only");
    return offset_ns == 0;
}

int64_t skew_get(pid_t pid)
{
    (void)pid;
    return 0;
}

#endif
