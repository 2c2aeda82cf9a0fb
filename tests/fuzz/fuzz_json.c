/* Any bytes through the JSON reader and everything behind it: no crash, no hang, and what was
 * read keeps the invariants. */
#include "tests/property/invariants.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct load_options opt = {.format = "json", .pair.lenient = true};
    struct history h;
    struct err e = {0};
    struct str text = {(const char *)data, size};
    if (!history_load_memory(&h, "fuzz", text, &opt, &e)) {
        if (e.code == ERR_NONE || e.code == ERR_INTERNAL)
            abort();
        return 0;
    }
    const char *broken = history_broken(&h);
    if (broken)
        abort();
    history_free(&h);
    return 0;
}
