/* Sets online. A set whose operations say what they changed is a bit for each element; one that is
 * only added to and read whole is a grow-set. Which of the two a history is shows when results
 * come: until then both are kept, and a result that one does not cover leaves the other. */
#include "base/mem.h"
#include "checker/online_kind.h"

enum { SIDES = 2 };

static const struct online_kind *const sides[SIDES] = {&online_bits, &online_grow_set};

struct two_sided {
    void *side[SIDES]; /* NULL: lost */
};

typedef enum online_state (*event_fn)(void *object, struct online_step *s);

static void *open_both(const struct online_options *o)
{
    struct two_sided *t = mem_alloc(sizeof *t);
    for (size_t i = 0; i < SIDES; i++)
        t->side[i] = sides[i]->open(o);
    return t;
}

static void close_both(void *object)
{
    struct two_sided *t = object;
    for (size_t i = 0; i < SIDES; i++)
        if (t->side[i])
            sides[i]->close(t->side[i]);
    mem_free(t);
}

/* While both are kept no result has come, so neither can be violated. */
static enum online_state both(struct two_sided *t, struct online_step *s,
                              event_fn (*event)(const struct online_kind *k))
{
    enum online_state state = ONLINE_LOST;
    for (size_t i = 0; i < SIDES; i++) {
        if (!t->side[i])
            continue;
        enum online_state one = event(sides[i])(t->side[i], s);
        if (one == ONLINE_LOST) {
            sides[i]->close(t->side[i]);
            t->side[i] = NULL;
        } else {
            state = one;
        }
    }
    return state;
}

static event_fn on_invoked(const struct online_kind *k)
{
    return k->invoked;
}

static event_fn on_ok(const struct online_kind *k)
{
    return k->ok;
}

static event_fn on_failed(const struct online_kind *k)
{
    return k->failed;
}

static event_fn on_crashed(const struct online_kind *k)
{
    return k->crashed;
}

static enum online_state invoked(void *object, struct online_step *s)
{
    return both(object, s, on_invoked);
}

static enum online_state ok(void *object, struct online_step *s)
{
    return both(object, s, on_ok);
}

static enum online_state failed(void *object, struct online_step *s)
{
    return both(object, s, on_failed);
}

static enum online_state crashed(void *object, struct online_step *s)
{
    return both(object, s, on_crashed);
}

static void move(void *object, const struct value_mover *m)
{
    struct two_sided *t = object;
    for (size_t i = 0; i < SIDES; i++)
        if (t->side[i])
            sides[i]->move(t->side[i], m);
}

static size_t kept(const void *object)
{
    const struct two_sided *t = object;
    size_t n = 0;
    for (size_t i = 0; i < SIDES; i++)
        n += t->side[i] ? sides[i]->kept(t->side[i]) : 0;
    return n;
}

static const char *const names[] = {"set", NULL};

const struct online_kind online_set = {
    .name = "online-set",
    .summary = "sets whose operations all say what they changed, or that only grow and are read "
               "whole",
    .models = names,
    .open = open_both,
    .close = close_both,
    .invoked = invoked,
    .ok = ok,
    .failed = failed,
    .crashed = crashed,
    .move = move,
    .kept = kept,
};
