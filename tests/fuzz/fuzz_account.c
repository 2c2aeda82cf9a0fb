/* Bytes become a small history of a set, a queue, a counter or ids; it goes as text through reading
 * and the accounting property, which must say what the definitions say. Finds wrong verdicts, not
 * only crashes. */
#include "tests/property/account_judge.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *p, *end;
};

static unsigned from_bytes(void *ctx, unsigned below)
{
    struct bytes *b = ctx;
    return b->p < b->end ? *b->p++ % below : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, data + size};
    const struct chooser choose = {from_bytes, &b};
    struct account_case c;
    enum verdict v;
    char why[ACCOUNT_WHY] = "";
    enum account_kind kind = (enum account_kind)from_bytes(&b, CASE_KINDS);
    account_case(&c, kind, from_bytes(&b, 2) ? CASE_OPS : CASE_SMALL, &choose);
    if (!account_judge(&c, &v, why)) {
        struct buf text = {0};
        account_case_text(&c, &text);
        (void)fprintf(stderr, "%s: %s\n%.*s", account_kind_names[c.kind], why, (int)text.n,
                      buf_str(&text).p);
        abort();
    }
    return 0;
}
