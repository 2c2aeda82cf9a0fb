/* libbelie: read a recorded history and check what it proves. Documented here or it does not exist.
 *
 *     char *error = NULL;
 *     belie_history *h = belie_history_open("history.edn", NULL, &error);
 *     belie_result *r = h ? belie_check(h, NULL, &error) : NULL;
 *     if (!r)
 *         fprintf(stderr, "%s\n", error);
 *     else if (belie_result_verdict(r) == BELIE_INVALID)
 *         puts(belie_result_text(r));
 *
 * A history can also be made by the program, event by event (belie_history_new), and checked
 * against a model that the program defines (struct belie_model). docs/library.md is a guide.
 *
 * Handles are freed by their own function, error texts by belie_free; NULL may be freed. A handle
 * is used by one thread at a time; different handles are independent. The library prints nothing,
 * reads no clock, installs no handler. Bad input is an error, never a crash; only when the system
 * refuses memory does the process abort (limit the search with max_memory).
 *
 * Option structures begin with their size, so that a program built against an older header keeps
 * working: initialise them with the macros below, and set what you need. NULL options mean
 * defaults. Link with `pkg-config --libs --static belie`. */
#ifndef BELIE_H
#define BELIE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BELIE_API __attribute__((visibility("default")))
#else
#define BELIE_API
#endif

typedef struct belie_history belie_history;
typedef struct belie_result belie_result;
typedef struct belie_control belie_control;
struct belie_model; /* below */

/* The numbers are also belie(1)'s exit codes. */
enum belie_verdict { BELIE_VALID = 0, BELIE_INVALID = 1, BELIE_UNKNOWN = 2 };

struct belie_load_options {
    size_t size;
    const char *format;      /* a reader's name as in belie(1); NULL: by content */
    const char *independent; /* "auto", "yes", "no": are values [key value] pairs? NULL: auto */
    int lenient;             /* a process that goes on after an unknown outcome becomes a new one */
};
#define BELIE_LOAD_OPTIONS {sizeof(struct belie_load_options), NULL, NULL, 0}

struct belie_check_options {
    size_t size;
    const char *model;       /* NULL or "auto": from the operations */
    const char *consistency; /* comma-separated, as in belie properties; NULL: linearizable */
    const char *algorithm;   /* NULL or "auto" */
    const char *initial;     /* EDN; NULL: the model's */
    int nil_unknown;         /* an ok read of nil observed nothing */
    int no_evidence;         /* skip the minimal core of invalid keys */
    int witness;             /* keep an order for valid keys */
    unsigned jobs;           /* threads; 0: one per processor */
    uint64_t max_memory;     /* bytes that searches may hold; 0: no limit */
    belie_control *control;  /* to stop it; may be NULL */
    const struct belie_model *user_model; /* instead of `model`, for this check; may be NULL */
    int64_t staleness_ns; /* bounded-staleness: the most that a read may be behind; 0: no bound */
    int64_t deviation;    /* the same, of counters: the most that a read may be off */
    int64_t order_deviation; /* the same: writes of a key with a version out of order */
    int64_t converge_ns;  /* eventual: time to agree after the last update or fault; 0: no bound */
    unsigned k;           /* k-atomic: reads return one of the last k writes; 0: no bound */
};
#define BELIE_CHECK_OPTIONS                                                                        \
    {sizeof(struct belie_check_options),                                                           \
     NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, NULL, NULL, 0, 0, 0, 0, 0}

BELIE_API const char *belie_version(void);
BELIE_API void belie_free(void *text);

/* Read the file at `path` ("-": standard input), or `n` bytes that are copied. NULL on error, with
 * *error = "FILE:LINE:COLUMN: what, what to do". */
BELIE_API belie_history *belie_history_open(const char *path,
                                            const struct belie_load_options *options, char **error);
BELIE_API belie_history *belie_history_from_memory(const char *name, const void *bytes, size_t n,
                                                   const struct belie_load_options *options,
                                                   char **error);
BELIE_API void belie_history_free(belie_history *h);
BELIE_API size_t belie_history_operations(const belie_history *h);

/* Check. NULL on error (operations that fit no model, an unknown name); an undecided search is a
 * result. The result does not refer to the history any more. */
BELIE_API belie_result *belie_check(belie_history *h, const struct belie_check_options *options,
                                    char **error);
BELIE_API enum belie_verdict belie_result_verdict(const belie_result *r);
/* The document that `belie check --json` prints, and the text that `belie check` prints. Owned by
 * the result. */
BELIE_API const char *belie_result_json(const belie_result *r);
BELIE_API const char *belie_result_text(const belie_result *r);
BELIE_API void belie_result_free(belie_result *r);

/* A control belongs to one check at a time. Stopping is allowed from any thread and from a signal
 * handler, also before the check begins; the check then ends with BELIE_UNKNOWN. */
BELIE_API belie_control *belie_control_new(void);
BELIE_API void belie_control_stop(belie_control *c);
/* Events certified so far and in all, over all keys. */
BELIE_API void belie_control_progress(const belie_control *c, uint64_t *done, uint64_t *all);
BELIE_API void belie_control_free(belie_control *c);

/* ---- values ------------------------------------------------------------------------------------
 *
 * A value belongs to one history. Two values of a history are equal iff their numbers are, so ==
 * compares them; four are the same in every history. A list and a vector are one kind. Bytes and
 * items that these functions return are owned by the history. */
typedef uint32_t belie_value;
#define BELIE_NIL ((belie_value)0)
#define BELIE_FALSE ((belie_value)1)
#define BELIE_TRUE ((belie_value)2)
#define BELIE_NONE ((belie_value)3) /* no value was given */

enum belie_kind {
    BELIE_KIND_NIL,
    BELIE_KIND_BOOL,
    BELIE_KIND_INT,    /* fits int64_t */
    BELIE_KIND_NUMBER, /* any other number, as its text */
    BELIE_KIND_STRING,
    BELIE_KIND_KEYWORD, /* without the colon */
    BELIE_KIND_SYMBOL,
    BELIE_KIND_LIST,
    BELIE_KIND_SET,
    BELIE_KIND_MAP, /* items: key, value, key, value, ... */
    BELIE_KIND_NONE,
};

/* Make values. BELIE_NONE when an argument is no value of this history, or too large. `bytes` are
 * UTF-8, n of them; a kind of text is STRING, KEYWORD or SYMBOL, one of items LIST, SET or MAP. */
BELIE_API belie_value belie_int(belie_history *h, int64_t i);
BELIE_API belie_value belie_string(belie_history *h, const char *text);
BELIE_API belie_value belie_text(belie_history *h, enum belie_kind kind, const char *bytes,
                                 size_t n);
BELIE_API belie_value belie_items(belie_history *h, enum belie_kind kind, const belie_value *items,
                                  size_t n);
/* The value of a whole text, e.g. "[1 :a \"b\"]" or "[1, \"a\", null]". BELIE_NONE on error. */
BELIE_API belie_value belie_edn(belie_history *h, const char *text, char **error);
BELIE_API belie_value belie_json(belie_history *h, const char *text, char **error);

/* Look into values. The kind is BELIE_KIND_NONE also for what is no value of this history. */
BELIE_API enum belie_kind belie_value_kind(const belie_history *h, belie_value v);
/* 1 and *out for BELIE_KIND_INT, else 0. */
BELIE_API int belie_value_int(const belie_history *h, belie_value v, int64_t *out);
/* The bytes of a text, not ended by a NUL; "" with *n = 0 for the other kinds. */
BELIE_API const char *belie_value_text(const belie_history *h, belie_value v, size_t *n);
/* The items of a list, set or map; NULL with *n = 0 for the other kinds. */
BELIE_API const belie_value *belie_value_items(const belie_history *h, belie_value v, size_t *n);
/* As EDN, or as JSON; free with belie_free. */
BELIE_API char *belie_value_edn(const belie_history *h, belie_value v);
BELIE_API char *belie_value_json(const belie_history *h, belie_value v);

/* ---- histories made by the program --------------------------------------------------------------
 *
 * Either events, in the order in which they happened, or whole operations with a beginning and an
 * end in time, in any order. In reports, line N means the Nth one added. More can be added after a
 * check, for another check of all. */
enum belie_type {
    BELIE_INVOKE,
    BELIE_OK,   /* it took effect, with this result */
    BELIE_FAIL, /* it did not take effect and never will */
    BELIE_INFO, /* nobody knows: it may take effect at any time from now on, or never */
};

#define BELIE_NO_TIME INT64_MIN
#define BELIE_NO_END INT64_MAX

struct belie_event {
    size_t size;
    enum belie_type type;
    int64_t process;   /* a client, 0 or more; it has one operation open at a time */
    const char *f;     /* what it does, e.g. "write"; NULL in completions: as invoked */
    belie_value value; /* the argument; in completions the result */
    belie_value key;   /* the object; BELIE_NONE where there is but one, and in completions */
    int64_t version;   /* the version that the system returned with the result; -1: none */
    int64_t time;      /* nanoseconds, for reports only */
};
#define BELIE_EVENT                                                                                \
    {sizeof(struct belie_event), BELIE_INVOKE, 0, NULL, BELIE_NONE, BELIE_NONE, -1, BELIE_NO_TIME}

/* Intervals are closed: an operation that ends when another begins is concurrent with it. */
struct belie_operation {
    size_t size;
    enum belie_type type; /* BELIE_OK, BELIE_FAIL or BELIE_INFO */
    int64_t process;      /* 0 or more */
    const char *f;
    belie_value in, out; /* argument and result */
    belie_value key;
    int64_t start, end; /* end is not used for BELIE_INFO */
};
#define BELIE_OPERATION                                                                            \
    {sizeof(struct belie_operation), BELIE_OK, 0, NULL, BELIE_NONE, BELIE_NONE, BELIE_NONE, 0,     \
     BELIE_NO_END}

BELIE_API belie_history *belie_history_new(const char *name);
/* 1, or 0 with *error and nothing added. O(1) amortised. */
BELIE_API int belie_history_add(belie_history *h, const struct belie_event *event, char **error);
BELIE_API int belie_history_add_operation(belie_history *h, const struct belie_operation *operation,
                                          char **error);

/* ---- models defined by the program --------------------------------------------------------------
 *
 * A model is a sequential object: the states that it has, and what an operation does in each. A
 * state is any pointer: of memory that the model allocates (then define equal, hash and
 * free_state), or a number or an address of something constant (then leave them NULL: states are
 * equal iff the pointers are).
 *
 * Callbacks return 1 for yes, 0 for no, and -1 when they cannot tell; that ends the check with an
 * error (init, key_of) or BELIE_UNKNOWN (step). They must not throw, longjmp or change the history,
 * but may look into its values. They run in the thread that checks; with thread_safe set and keys
 * checked in parallel, in up to `jobs` threads at a time, for different objects. A state is used by
 * one thread at a time. */
struct belie_call {
    const belie_history *history;
    const char *f;
    belie_value in;   /* the argument; BELIE_NONE: none was given */
    belie_value out;  /* the result; BELIE_NONE: none was given, or it is not known */
    belie_value key;  /* of the object */
    int result_known; /* 0: whether it took effect is unknown, and so is what it would have
                         returned; here it takes effect, and any result is right */
    uint32_t number;  /* equal for operations of an object with equal f, in and out: 0, 1, 2, ... */
};

struct belie_model {
    size_t size;
    const char *name; /* for reports */
    void *context;    /* given to every callback */

    /* *state: the one at the beginning, of the object with this key (BELIE_NONE: the only one). */
    int (*init)(void *context, const belie_history *h, belie_value key, void **state);
    /* Is the operation, with its result, possible in `state`? Then *next is the state after it:
     * `state` itself or a new one. `state` must not be changed. With k = 0, 1, 2, ... all states
     * that are possible afterwards, until it answers 0; a deterministic model answers 0 for k > 0.
     * The answer must depend on nothing but the state, the call and k. */
    int (*step)(void *context, const void *state, const struct belie_call *call, unsigned k,
                void **next);

    /* All that follows may be NULL or 0. */
    int (*equal)(void *context, const void *a, const void *b);
    /* Equal states have equal hashes. Without it finding a state is linear in their number. */
    uint64_t (*hash)(void *context, const void *state);
    void (*free_state)(void *context, void *state);
    /* Write the state as text, at most n bytes with its NUL, for reports. */
    void (*describe)(void *context, const void *state, char *text, size_t n);
    /* 1 for operations that never change any state: checks get faster. */
    int (*observes)(void *context, const struct belie_call *call);
    /* The object that an operation is about, instead of the key that it was recorded with: the
     * history is checked object by object. *key: a value of the history. */
    int (*key_of)(void *context, const struct belie_call *call, belie_value *key);
    int one_object;     /* keys are parts of one object, not objects: check all together */
    int thread_safe;    /* callbacks may run in several threads at a time; else jobs = 1 */
    size_t state_bytes; /* of a state, to account for it in max_memory; 0: 64 */
    size_t max_states;  /* of an object; more end in BELIE_UNKNOWN; 0: 16 million */
};
#define BELIE_MODEL                                                                                \
    {sizeof(struct belie_model), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, \
     0, 0}

#ifdef __cplusplus
}
#endif

#endif
