/* Guesses at what crashed takes took, and how to correct them.
 *
 * Problem: a grant goes to the likeliest element of those that stand in the way. If it was another
 * one, that one is granted a take later, where it stands in the way again; in the end more elements
 * have grants than there are takes, although the history is right.
 * Idea: then the wrong guess is superfluous. Go through the grants from the last to the first; bar
 * the element of each from being granted a take and attempt again. Barring others will not help an
 * element that could not be spared, so that one pass does. A try that fails shows nothing, and is
 * undone: only with every element free to leave may something be called wrong.
 * Complexity: an attempt per round, TRY_ROUNDS at most; most tries take one or two. */
#include "checker/pile.h"

#include "base/mem.h"

enum {
    ROUNDS = 1024,     /* of grants */
    TRY_ROUNDS = 1024, /* of all tries */
};

static enum pile_outcome rounds(const struct pile_attempt *a, struct pile_clash *c, unsigned *left)
{
    enum pile_outcome r = PILE_GRANTED;
    for (; r == PILE_GRANTED && *left > 0; --*left) {
        pile_clash_free(c);
        r = a->run(a->of, c);
    }
    return r;
}

enum pile_outcome pile_rounds(const struct pile_attempt *a, struct pile_clash *c)
{
    unsigned left = ROUNDS;
    return rounds(a, c, &left);
}

/* PILE_GOOD: without the g-th grant it is right and lacks fewer takes. Else nothing has changed. */
static enum pile_outcome try_without(const struct pile *p, const struct pile_attempt *a, uint32_t g,
                                     unsigned *left)
{
    struct pile_crashes *c = p->crashes;
    uint32_t n = c->ngranted, lacking = c->lacking;
    struct pile_grant *before = mem_alloc(n * sizeof *before);
    memcpy(before, c->granted, n * sizeof *before);
    struct pile_clash clash = {.rule = RULE_NONE};
    pile_bar(p, g);
    enum pile_outcome r = rounds(a, &clash, left);
    if (r != PILE_GOOD || c->lacking >= lacking) {
        pile_regrant(p, before, n);
        r = r == PILE_STOPPED ? r : PILE_GRANTED;
    }
    pile_clash_free(&clash);
    mem_free(before);
    return r;
}

enum pile_outcome pile_spare_grants(const struct pile *p, const struct pile_attempt *a)
{
    unsigned left = TRY_ROUNDS;
    enum pile_outcome r = PILE_GRANTED;
    uint32_t g = p->crashes ? p->crashes->ngranted : 0;
    while (g-- > 0 && left > 0 && r != PILE_STOPPED) {
        r = try_without(p, a, g, &left);
        if (r == PILE_GOOD && p->crashes->lacking == 0)
            return r;
    }
    return r == PILE_STOPPED ? r : PILE_GRANTED;
}
