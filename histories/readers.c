#include "histories/reader.h"

const struct reader *const readers[] = {
    &reader_edn,       &reader_json,   &reader_txt,   &reader_log,
    &reader_intervals, &reader_fptlin, &reader_calls, &reader_chaos, NULL,
};

const struct reader *reader_find(const char *name)
{
    for (size_t i = 0; readers[i]; i++)
        if (strcmp(readers[i]->name, name) == 0)
            return readers[i];
    return NULL;
}

const struct reader *reader_detect(struct str text)
{
    enum { HEAD = 1 << 16 };
    const struct reader *best = NULL;
    int best_score = 0;
    struct str head = {text.p, text.n < HEAD ? text.n : HEAD};
    for (size_t i = 0; readers[i]; i++) {
        int score = readers[i]->detect(head);
        if (score > best_score) {
            best_score = score;
            best = readers[i];
        }
    }
    return best;
}
