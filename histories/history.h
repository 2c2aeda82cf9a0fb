/* A history: what was recorded, as columns of events and, after pairing, as operations.
 *
 *   source text --reader--> events --history_pair--> ops --history_split_keys--> ops with keys
 *
 * The order of events is the truth; times are for display. Operation times used by checkers are
 * event positions: op.inv and op.ret index the event columns.
 * Owner rule: struct history owns its source, columns, values and warnings; history_free frees. */
#ifndef BELIE_HISTORIES_HISTORY_H
#define BELIE_HISTORIES_HISTORY_H

#include "base/err.h"
#include "histories/source.h"
#include "histories/value.h"

enum op_type { OP_INVOKE, OP_OK, OP_FAIL, OP_INFO };

#define NO_EVENT UINT32_MAX
#define NO_TIME INT64_MIN

/* Events as columns; all arrays have `n` used entries. A client event has an integer process. */
struct events {
    size_t n, cap;
    uint8_t *type;    /* enum op_type */
    val *process;     /* integer = client; keyword = nemesis etc.; VAL_ABSENT = none given */
    val *f;           /* V_KEYWORD, also when it was a string; VAL_ABSENT = none given */
    val *value;       /* VAL_ABSENT when the event has no value */
    val *key;         /* from :key unless nil, else VAL_ABSENT */
    int64_t *time;    /* nanoseconds, or NO_TIME */
    uint64_t *offset; /* byte position of the event's form in source.text */
    int64_t *index;   /* :index as given, or -1 */
    int64_t *version; /* :version or :mod-revision, or -1; NULL when no event has one */
    bool own_versions; /* some are :version: of the key alone; else they count over all keys */
    val *node;        /* :node, who served the operation, or VAL_ABSENT; NULL when none has one */
};

/* One operation: an invocation and its completion, if any. */
struct op {
    uint32_t inv, ret; /* event positions; ret = NO_EVENT when there is no completion, and
                          inv = ret when there was no invocation (see pair.c) */
    val process, f, key; /* key = VAL_ABSENT when the history has one object */
    val in, out;         /* invocation's and completion's value; VAL_ABSENT when there is none */
    uint8_t type;        /* OP_OK, OP_FAIL or OP_INFO (also when no completion was seen) */
};

enum warning_kind {
    WARN_TRUNCATED,       /* last form is torn: the good prefix was kept */
    WARN_TIME_BACKWARDS,
    WARN_PROCESS_REUSED,  /* an operation after an :info on the same process */
    WARN_NO_INVOKE,       /* completion without invocation */
    WARN_PHANTOM_READ,    /* ok read of a value that nobody wrote */
    WARN_FAIL_INDEFINITE, /* :fail whose :error looks like a timeout or lost connection */
    WARN_SET_DUPLICATE,   /* #{1 1} */
    WARN_NO_PROCESS,      /* processes were made up by matching invocations to completions */
    WARN_NIL_READ,        /* ok reads of nil after a write, taken as the value nil */
    WARN_VALUE_CHANGED,   /* completion of a write carries another value than its invocation */
    WARN_KINDS
};

struct warning {
    uint64_t count;
    uint32_t first_event;
    char text[256]; /* what and what to do, about the first one */
};

struct history {
    struct source source;
    const char *format; /* name of the reader that was used */
    struct values values;
    struct events events;
    struct op *ops; /* client operations, by invocation */
    size_t nops, ops_cap;
    bool intervals;  /* made from closed intervals with ties (events already ordered soundly) */
    bool truncated;
    const char *object;  /* the kind of object that the file names, as a model's name, or NULL */
    val object_initial;  /* where that says how it begins, else VAL_ABSENT */
    bool independent; /* ops carry keys from [k v] tuples or :key */
    char independent_reason[160];
    struct warning warnings[WARN_KINDS];
};

void history_init(struct history *h);
void history_free(struct history *h);

struct event {
    enum op_type type;
    val process, f, value, key;
    val node; /* VAL_ABSENT or VAL_NIL: none */
    int64_t time, index, version;
    bool revision; /* the version is a :mod-revision */
    uint64_t offset;
};

/* All fields unset. */
struct event event_blank(void);
/* Append one event. Amortised O(1). */
void history_add_event(struct history *h, const struct event *e);
struct event history_event(const struct history *h, size_t i);

/* Count a warning; the text is kept for the first one only. */
void history_warn(struct history *h, enum warning_kind kind, size_t event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* 1-based line and column of event `i` in its source. O(position). */
void history_where(const struct history *h, size_t i, size_t *line, size_t *col);

struct pair_options {
    bool lenient; /* a process reused after :info is a new logical process, not an error */
};

/* Build h->ops from h->events: client events only, sorted by invocation. An invocation without
 * completion becomes OP_INFO. Errors (exit 254) name FILE:LINE:COL of both events: double invoke,
 * process reused after :info unless lenient. O(events). After jepsen.md 3.2, 3-9. */
bool history_pair(struct history *h, const struct pair_options *opt, struct err *e);

enum split_mode { SPLIT_AUTO, SPLIT_YES, SPLIT_NO };

/* Find the key of each op: `:key`, or the first item of [k v] tuples when every client op's value
 * is a pair in at least one of in/out and some f is read with [k nil] or [k v] (auto), or always
 * (yes: error when some op is no pair). Sets op.key, op.in, op.out and h->independent. */
bool history_split_keys(struct history *h, enum split_mode mode, struct err *e);

/* Warnings about histories that are well-formed but suspicious; needs ops. O(events). */
void history_lint(struct history *h);

struct load_options {
    const char *format; /* reader name, or NULL to detect by content */
    struct pair_options pair;
    enum split_mode split;
};

/* Source, reader, pairing, keys and lint in one call. `path` "-" is standard input.
 * On error h is freed. Peak memory < 3x the text. */
bool history_load(struct history *h, const char *path, const struct load_options *opt,
                  struct err *e);
/* The same from the first `n` bytes of an open file, see source_prefix. */
bool history_load_prefix(struct history *h, const char *name, int fd, uint64_t n,
                         const struct load_options *opt, struct err *e);
/* The same from bytes in memory, which are copied; `name` is used in messages. */
bool history_load_memory(struct history *h, const char *name, struct str text,
                         const struct load_options *opt, struct err *e);

#endif
