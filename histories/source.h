/* Where a history's bytes come from: a file (mapped), standard input, .gz or .zst (inflated).
 * Recognised by content, not by name.
 * Owner rule: struct source owns `text`; free with source_free. */
#ifndef BELIE_HISTORIES_SOURCE_H
#define BELIE_HISTORIES_SOURCE_H

#include "base/err.h"
#include "base/str.h"

/* So many zero bytes may be read after text.p[text.n - 1]: a scanner may look ahead unchecked. */
#define SOURCE_PAD 16

struct source {
    char *path;      /* as the user wrote it; "-" for standard input */
    struct str text; /* the uncompressed bytes */
    void *map;       /* mmap base, or NULL when text is heap memory */
    size_t map_len;
    char *heap;
    struct source_lines *lines; /* found so far; see source_line */
};

/* A byte order mark is skipped. A compressed file that is cut short or damaged is an error, not a
 * shorter history. O(bytes). */
bool source_open(struct source *s, const char *path, struct err *e);
/* The first `n` bytes of a file that may be growing, read and not mapped; `name` is used in
 * messages. An error when there are fewer, or when they are compressed and damaged. */
bool source_prefix(struct source *s, const char *name, int fd, uint64_t n, struct err *e);
/* Copies `text`. */
bool source_memory(struct source *s, const char *name, struct str text);
/* The text is not needed for now: a mapped file's pages go back, and come again when looked at. */
void source_rest(struct source *s);
void source_free(struct source *s);

/* 1-based line and column (bytes) of a byte offset. O(offset). */
void source_where(const struct source *s, size_t offset, size_t *line, size_t *col);
/* The line alone. The first call looks at all of the text before it, later ones at little of it.
 * Not for several threads. */
size_t source_line(const struct source *s, size_t offset);
/* Set e to "PATH:LINE:COL: message" with ERR_INPUT; returns false. */
bool source_error(const struct source *s, size_t offset, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* A path that the user named, as the list of history files it stands for: a file is itself; a
 * store directory its history.edn (or history.json, .jsonl, history.txt, jepsen.log, also .gz and
 * .zst); a directory with independent/K/history.edn each of those, by K in natural order.
 * Owner rule: free with paths_free. */
struct paths {
    char **p;
    size_t n, cap;
};
bool paths_expand(struct paths *out, const char *path, struct err *e);
void paths_free(struct paths *p);

#endif
