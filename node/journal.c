/* One line per fault, written before it is made: whoever heals, also after the agent was killed,
 * finds what there is to undo. */
#define _GNU_SOURCE
#include "node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOURNAL NODE_DIR "/journal"

void journal_add(const char *what, int64_t number, const char *text)
{
    FILE *f = fopen(JOURNAL, "ae");
    if (!f)
        return;
    (void)fprintf(f, "%s %lld %s\n", what, (long long)number, text);
    (void)fclose(f);
}

void journal_undo(void (*undo)(const char *what, int64_t number, const char *text))
{
    char line[LINE_MAX_BYTES];
    FILE *f = fopen(JOURNAL, "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f)) {
        char *space = strchr(line, ' '), *rest = NULL;
        if (!space)
            continue;
        *space = '\0';
        int64_t number = strtoll(space + 1, &rest, 10);
        rest[strcspn(rest, "\n")] = '\0';
        undo(line, number, rest[0] == ' ' ? rest + 1 : rest);
    }
    (void)fclose(f);
    (void)unlink(JOURNAL);
}
