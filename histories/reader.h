/* Readers: one table entry per format, found by content. A reader turns source text into events. */
#ifndef BELIE_HISTORIES_READER_H
#define BELIE_HISTORIES_READER_H

#include "histories/history.h"

struct reader {
    const char *name, *summary;
    /* 0 = certainly not mine .. 100 = certainly mine, from the first bytes (at most 64 KiB
     * of a padded source). */
    int (*detect)(struct str head);
    /* Append all events of h->source.text to h. One pass, no allocation per event. */
    bool (*read)(struct history *h, struct err *e);
};

extern const struct reader reader_edn, reader_json, reader_txt, reader_log, reader_intervals,
    reader_fptlin, reader_calls, reader_chaos;

/* NULL-terminated. */
extern const struct reader *const readers[];
const struct reader *reader_find(const char *name);
const struct reader *reader_detect(struct str text);

/* One EDN value, e.g. an --initial argument. The whole text must be one form. */
bool edn_parse_value(struct values *t, struct str text, val *out, struct err *e);
/* The same of JSON. */
bool json_parse_value(struct values *t, struct str text, val *out, struct err *e);

#endif
