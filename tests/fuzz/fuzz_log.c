/* Any bytes through the log readers and everything behind it: no crash, no hang, and what was
 * read keeps the invariants. */
#include "tests/property/invariants.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const char *format, struct str text)
{
    const struct load_options opt = {.format = format, .pair.lenient = true};
    struct history h;
    struct err e = {0};
    if (!history_load_memory(&h, "fuzz", text, &opt, &e)) {
        if (e.code == ERR_NONE || e.code == ERR_INTERNAL)
            abort();
        return;
    }
    const char *broken = history_broken(&h);
    if (broken)
        abort();
    history_free(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    read_as("history-txt", text);
    read_as("jepsen-log", text);
    read_as("intervals", text);
    read_as("fptlin", text);
    read_as("calls", text);
    read_as("chaos", text);
    return 0;
}
