/* belie-node: the program that belie puts on a node under test. It makes faults there, measures
 * them, and undoes them when nobody tells it otherwise. Linked statically with libc alone, so that
 * it runs on whatever the node is. Everything of it lies in /run/belie. */
#ifndef BELIE_NODE_NODE_H
#define BELIE_NODE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NODE_DIR "/run/belie"
enum { WORDS_MAX = 80, PEERS_MAX = 64, LINE_MAX_BYTES = 8192, PIDS_MAX = 4096 };

/* ---- util.c: small things ------------------------------------------------------------------ */

int64_t now_ns(void); /* CLOCK_MONOTONIC */
/* Run a program with `input` as its standard input; its exit status, -1: it cannot be started.
 * What it says on stderr goes to `why` (may be NULL). */
int run_program(const char *const *argv, const char *input, char *why, size_t n);
bool have_program(const char *name);
/* The file's first bytes, ended by a NUL; -1: cannot be read. */
ssize_t read_file(const char *path, char *out, size_t n);
uint64_t random_bits(void);
bool random_chance(uint32_t per_million);

/* ---- journal.c: what must be undone, also by another process -----------------------------------
 */

/* Append "WHAT NUMBER TEXT" before the fault is made. */
void journal_add(const char *what, int64_t number, const char *text);
/* For every line; then forget all. */
void journal_undo(void (*undo)(const char *what, int64_t number, const char *text));

/* ---- rules.c: packets that are dropped or queued, in a table or chains of our own --------------
 */

enum { QUEUE_NUMBER = 29283 };

struct rules {
    const char *deaf; /* addresses whose packets are dropped, with commas between; "" none */
    const char *held; /* addresses to which packets go through the queue; "" none */
};

/* Make it so. False with the reason. */
bool rules_set(const struct rules *r, char *why, size_t n);
bool rules_clear(char *why, size_t n);

/* ---- probe.c: who hears whom -------------------------------------------------------------------
 */

int probe_open(void); /* the socket, or -1 */
/* Echo requests of our kind to each address. */
void probe_call(char *const *peers, int n);
void probe_forget(void);
/* The addresses that were heard since, in `out`. */
void probe_heard(char *out, size_t n);
void probe_receive(void);

struct round_trips {
    int sent, received, duplicates, overtaken;
    int64_t mean_ns;
};

/* Begin `count` pings of one peer, of `bytes` at least; `step` is to be called often until it says
 * that all is over. */
void trips_begin(const char *peer, int count, size_t bytes);
bool trips_step(int64_t now, struct round_trips *out);

/* ---- queue.c: packets that wait, vanish, double, overtake or change -----------------------------
 */

struct shape {
    int64_t delay_ns, jitter_ns;
    uint32_t loss, duplicate, reorder, corrupt; /* per million */
    int64_t rate;                               /* bits per second; 0: no limit */
};

int queue_open(char *why, size_t n); /* the socket, or -1 */
void queue_shape(const struct shape *s);
void queue_receive(void);
/* Let go what is due; when the next one is (INT64_MAX: nothing waits). */
int64_t queue_release(int64_t now);
void queue_close(void);

/* ---- procs.c: the database's processes --------------------------------------------------------
 */

/* Of the daemon NAME (NODE_DIR/NAME.pid, written by `start`) and all that it started. */
int daemon_pids(const char *name, pid_t *out, int max);
/* Start argv as the daemon: its own session, output appended to the file `log`, run in `dir`. */
bool daemon_start(const char *name, const char *dir, const char *log, const char *user,
                  char *const *argv, char *why, size_t n);
int daemon_signal(const char *name, int sig);
/* How many run, and how many of these stand still. */
void daemon_state(const char *name, int *running, int *stopped);

/* ---- skew.c: the clocks of processes ----------------------------------------------------------
 */

bool skew_set(pid_t pid, int64_t offset_ns, char *why, size_t n);
/* What was set; 0 when the process never was skewed or is gone. */
int64_t skew_get(pid_t pid);

/* ---- files.c -----------------------------------------------------------------------------------
 */

/* Flip a bit in, or cut bytes off, a random file below `dir` that is no log. How many; -1: why. */
int64_t file_flip(const char *dir, char *why, size_t n);
int64_t file_truncate(const char *dir, int64_t bytes, char *why, size_t n);
/* Fill the file system of a folder; bytes that it took. */
int64_t disk_fill(const char *dir, char *why, size_t n);
void disk_unfill(const char *dir);
int disk_free_percent(const char *dir);

/* ---- disk.c: a disk of the database's own, and power cuts ---------------------------------------
 */

/* The folder becomes a file system of its own, in the image DIR.disk; it is mounted, where there is
 * an image; both go. */
bool disk_make(const char *dir, char *why, size_t n);
bool disk_mount(const char *dir, char *why, size_t n);
void disk_remove(const char *dir);
/* The daemon dies, and what was not synced is lost: true when that was measured. */
bool disk_cut(const char *dir, const char *daemon, char *why, size_t n);
/* After a power cut that was broken off. */
void disk_repair(const char *dir);
/* All of it with a small disk in NODE_DIR. */
bool disk_trial(char *why, size_t n);

/* ---- agent.c, heal.c ---------------------------------------------------------------------------
 */

int agent_main(void);
/* Undo all faults of this node. */
void heal_all(void);
int heal_main(void);
int check_main(const char *dir);

#endif
