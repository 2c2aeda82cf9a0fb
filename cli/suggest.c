/* "did you mean", as a piece of a sentence. */
#include "base/nearest.h"
#include "cli/command.h"

#include <stdio.h>

struct names {
    const char *(*at)(size_t i);
};

static const char *name_at(const void *ctx, size_t i)
{
    return ((const struct names *)ctx)->at(i);
}

const char *suggestion(const char *word, const char *(*name)(size_t i))
{
    static char text[96];
    const struct names names = {name};
    const char *best = nearest(word, name_at, &names);
    if (!best)
        return "";
    (void)snprintf(text, sizeof text, "; did you mean '%s'?", best);
    return text;
}
