#include "runners/sim/store.h"

#include <stdio.h>
#include <string.h>

extern const struct store store_leader, store_primary_backup, store_quorum, store_causal,
    store_gossip;

const struct store *const stores[] = {&store_leader, &store_primary_backup, &store_quorum,
                                      &store_causal, &store_gossip,         NULL};

const char *store_name(size_t i)
{
    static char text[64];
    for (size_t s = 0; stores[s]; s++) {
        if (i-- == 0)
            return stores[s]->name;
        for (const struct store_bug *b = stores[s]->bugs; b->name; b++)
            if (i-- == 0) {
                (void)snprintf(text, sizeof text, "%s:%s", stores[s]->name, b->name);
                return text;
            }
    }
    return NULL;
}

const struct store *store_find(const char *name, unsigned *variant)
{
    size_t n = strcspn(name, ":");
    for (size_t s = 0; stores[s]; s++) {
        if (strlen(stores[s]->name) != n || strncmp(stores[s]->name, name, n) != 0)
            continue;
        *variant = 0;
        if (name[n] == '\0')
            return stores[s];
        for (const struct store_bug *b = stores[s]->bugs; b->name; b++) {
            ++*variant;
            if (strcmp(b->name, name + n + 1) == 0)
                return stores[s];
        }
    }
    return NULL;
}
