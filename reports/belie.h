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
    const char *consistency; /* NULL or "linearizable" */
    const char *algorithm;   /* NULL or "auto" */
    const char *initial;     /* EDN; NULL: the model's */
    int nil_unknown;         /* an ok read of nil observed nothing */
    int no_evidence;         /* skip the minimal core of invalid keys */
    int witness;             /* keep an order for valid keys */
    unsigned jobs;           /* threads; 0: one per processor */
    uint64_t max_memory;     /* bytes that searches may hold; 0: no limit */
    belie_control *control;  /* to stop it; may be NULL */
};
#define BELIE_CHECK_OPTIONS                                                                        \
    {sizeof(struct belie_check_options), NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, NULL}

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

#ifdef __cplusplus
}
#endif

#endif
