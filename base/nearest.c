/* Levenshtein's distance with a transposition of neighbours as one step (optimal string alignment),
 * over words of at most 40 letters. */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    size_t d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= n; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
            d[i][j] = least(d[i][j], d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

const char *nearest(const char *word, const char *(*name)(const void *ctx, size_t i),
                    const void *ctx)
{
    const char *best = NULL, *it;
    size_t near = 2 + strlen(word) / 5; /* two slips, more in long words */
    for (size_t i = 0; (it = name(ctx, i)); i++) {
        bool begins = strlen(word) >= 3 && strncmp(it, word, strlen(word)) == 0;
        size_t d = begins ? 0 : distance(word, it);
        if (d < near || (d == near && !best && d < strlen(word))) {
            near = d;
            best = it;
        }
    }
    return best;
}
