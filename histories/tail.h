/* A history that somebody else is still writing: a file that grows, or a pipe. What is there is
 * read with read(2), never mapped, so that a file which is cut while we read is an error and not
 * the end of the program. Only whole lines are taken; a torn last line waits for its rest.
 *
 * Owner rule: struct tail owns everything; tail_close frees. h holds the events taken last and the
 * values of all of them. */
#ifndef BELIE_HISTORIES_TAIL_H
#define BELIE_HISTORIES_TAIL_H

#include "histories/reader.h"

enum { TAIL_MARK = 64 };

struct tail {
    struct history h; /* after tail_take: its events; their offsets count from `start` */
    const struct reader *reader; /* NULL: not known yet */
    bool given;                  /* the caller named it */
    int fd, copy;   /* copy: of a pipe, an unlinked file with all that was read; else -1 */
    bool pipe, ended; /* ended: nothing will come any more */
    uint64_t at;    /* bytes read */
    uint64_t copied;
    uint64_t start; /* offset of bytes[0] in the file */
    uint64_t lines; /* line ends before that */
    char *bytes;    /* read, and not dropped yet: `used` of them were taken */
    size_t n, used, cap;
    char head[TAIL_MARK], mark[TAIL_MARK]; /* what was read first and last, to notice that the file
                                              was written anew */
    size_t nhead, nmark;
};

/* `path` "-" is standard input. format: a reader's name, or NULL. */
bool tail_open(struct tail *t, const char *path, const char *format, struct err *e);
void tail_close(struct tail *t);

/* Read what is there, at most a few hundred kilobytes. *more: something was read. At the end of a
 * pipe t->ended is set. An error when the file was cut, replaced or removed. */
bool tail_read(struct tail *t, bool *more, struct err *e);
/* Wait up to `ms` milliseconds for more; less when a pipe has something or a signal comes. */
void tail_wait(const struct tail *t, int ms);

/* Offset behind the last whole line that was read. */
uint64_t tail_complete(const struct tail *t);
/* Turn the whole lines that were read into events, which replace those taken before. `all`: a last
 * line without line end too. False when lines of this format cannot be read one by one, or these
 * could not: the reader for whole histories knows better. */
bool tail_take(struct tail *t, bool all);
/* 1-based line of event i of those taken last. O(bytes taken). */
uint64_t tail_line(const struct tail *t, size_t i);
/* Begin again at the first byte. Values are kept. */
void tail_rewind(struct tail *t);
/* A file that holds everything that was read so far, from offset 0. */
int tail_file(const struct tail *t);

#endif
