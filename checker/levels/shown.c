#include "checker/levels/shown.h"

#include "base/mem.h"

void shown_init(struct shown *s, const struct view *v)
{
    *s = (struct shown){.v = v, .in = mem_zalloc((size_t)v->n + 1, sizeof *s->in),
                        .ops = mem_alloc(((size_t)v->n + 1) * sizeof *s->ops)};
}

static void put(struct shown *s, uint32_t op)
{
    if (s->in[op])
        return;
    s->in[op] = true;
    s->ops[s->n++] = op;
}

/* The version that operation `op` itself returned, or -1. */
static int64_t returned(const struct view *v, uint32_t op)
{
    const struct op *o = &v->h->ops[v->op[op]];
    return o->type == OP_OK && o->ret != NO_EVENT ? v->h->events.version[o->ret] : -1;
}

/* Does only who observed it tell its version? */
static bool told_by_others(const struct view *v, uint32_t op)
{
    return v->heeded && (v->flags[op] & VIEW_WRITES) && v->version[op] >= 0 &&
           returned(v, op) < 0;
}

/* Somebody who observed `op`: who tells its version rather than another one, and who completed
 * rather than one who crashed, too. */
static uint32_t observer(const struct shown *s, uint32_t op)
{
    const struct view *v = s->v;
    uint32_t some = UINT32_MAX;
    bool version = told_by_others(v, op), completed = false;
    for (uint32_t i = 0; i < v->n; i++) {
        if (v->from[i] != op)
            continue;
        bool good = !(v->flags[i] & VIEW_CRASHED);
        if (good && (!version || (!(v->flags[i] & VIEW_WRITES) && returned(v, i) >= 0)))
            return i;
        some = completed && !good ? some : i;
        completed |= good;
    }
    return some;
}

/* All that may have written what `op` observed. */
static void put_candidates(struct shown *s, uint32_t op)
{
    const struct view *v = s->v;
    for (uint32_t i = 0; i < v->n; i++)
        if ((v->flags[i] & VIEW_WRITES) && v->key[i] == v->key[op] && v->wrote[i] == v->saw[op])
            put(s, i);
}

void shown_add(struct shown *s, uint32_t op)
{
    size_t next = s->n;
    put(s, op);
    for (; next < s->n; next++) {
        uint32_t i = s->ops[next];
        if (from_write(s->v->from[i]))
            put(s, s->v->from[i]);
        if (s->v->from[i] == FROM_MANY)
            put_candidates(s, i);
        bool needed = (s->v->flags[i] & VIEW_CRASHED) || told_by_others(s->v, i);
        uint32_t o = needed ? observer(s, i) : UINT32_MAX;
        if (o != UINT32_MAX)
            put(s, o);
    }
}

const uint32_t *shown_history_ops(struct shown *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->ops[i] = s->v->op[s->ops[i]];
    return s->ops;
}

void shown_free(struct shown *s)
{
    mem_free(s->in);
    mem_free(s->ops);
}
