/* Texts with holes, as descriptions of targets have them: "/kv/${key}", {"key": "${key:base64}"}.
 *
 *   ${NAME}               escaped as the place demands: in a URL, in a JSON text, or not at all
 *   ${NAME:FILTER:...}    base64, url, json (the value as JSON, without quotes around it)
 *
 * Names of an operation: key, value; of a compare-and-set old and new; of its client: node, host,
 * port, number, thread, process. Then there are the "texts" of the target, which have holes
 * themselves, and its options, ${run} and ${here}, which are the same for all operations. */
#ifndef BELIE_RUNNERS_TEMPLATE_H
#define BELIE_RUNNERS_TEMPLATE_H

#include "histories/value.h"
#include "runners/conf.h"

struct target;

enum template_place { PLACE_TEXT, PLACE_URL, PLACE_JSON };

struct template_piece;

struct template
{
    struct template_piece *first, *last;
};

/* What fills the holes. */
struct template_values {
    const struct values *values;
    val key, value;   /* key: VAL_ABSENT where the workload has one object */
    const char *node; /* host:port */
    uint32_t number, thread;
    int64_t process;
};

/* A text of a description. Made once, in the arena of the file. */
bool template_make(struct template *t, const struct conf *text, enum template_place place,
                   const struct target *target, struct err *e);
/* A body: a text, or a JSON value whose texts have holes; a text that is only a hole with the
 * filter json stands without quotes. */
bool template_body(struct template *t, const struct conf *c, const struct target *target,
                   struct err *e);
/* Nothing in it depends on an operation or a client. */
bool template_fixed(const struct template *t);
/* Fill the holes; appended. Any thread. */
void template_fill(const struct template *t, const struct template_values *v, struct buf *out);

#endif
