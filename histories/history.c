#include "histories/history.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

void history_init(struct history *h)
{
    *h = (struct history){0};
    values_init(&h->values);
}

void history_free(struct history *h)
{
    struct events *v = &h->events;
    mem_free(v->type);
    mem_free(v->process);
    mem_free(v->f);
    mem_free(v->value);
    mem_free(v->key);
    mem_free(v->time);
    mem_free(v->offset);
    mem_free(v->index);
    mem_free(v->version);
    mem_free(v->node);
    mem_free(h->ops);
    values_free(&h->values);
    source_free(&h->source);
    *h = (struct history){0};
}

struct event event_blank(void)
{
    return (struct event){.type = OP_INVOKE,
                          .process = VAL_ABSENT,
                          .f = VAL_ABSENT,
                          .value = VAL_ABSENT,
                          .key = VAL_ABSENT,
                          .node = VAL_ABSENT,
                          .time = NO_TIME,
                          .index = -1,
                          .version = -1};
}

/* All columns share one capacity. Large blocks are moved by remapping, not by copying, so half as
 * much again costs address space rather than memory. */
static void grow(struct events *v)
{
    size_t cap = v->cap < 1024 ? 1024 : v->cap + v->cap / 2;
    v->type = mem_realloc(v->type, cap, sizeof *v->type);
    v->process = mem_realloc(v->process, cap, sizeof *v->process);
    v->f = mem_realloc(v->f, cap, sizeof *v->f);
    v->value = mem_realloc(v->value, cap, sizeof *v->value);
    v->key = mem_realloc(v->key, cap, sizeof *v->key);
    v->time = mem_realloc(v->time, cap, sizeof *v->time);
    v->offset = mem_realloc(v->offset, cap, sizeof *v->offset);
    v->index = mem_realloc(v->index, cap, sizeof *v->index);
    if (v->version)
        v->version = mem_realloc(v->version, cap, sizeof *v->version);
    if (v->node)
        v->node = mem_realloc(v->node, cap, sizeof *v->node);
    v->cap = cap;
}

static void add_version(struct events *v, int64_t version)
{
    if (!v->version) {
        v->version = mem_realloc(NULL, v->cap, sizeof *v->version);
        for (size_t i = 0; i < v->n; i++)
            v->version[i] = -1;
    }
    v->version[v->n] = version;
}

static void add_node(struct events *v, val node)
{
    if (!v->node) {
        v->node = mem_realloc(NULL, v->cap, sizeof *v->node);
        for (size_t i = 0; i < v->n; i++)
            v->node[i] = VAL_ABSENT;
    }
    v->node[v->n] = node;
}

void history_add_event(struct history *h, const struct event *e)
{
    struct events *v = &h->events;
    if (v->n == v->cap)
        grow(v);
    size_t i = v->n;
    v->type[i] = (uint8_t)e->type;
    v->process[i] = e->process;
    v->f[i] = e->f;
    v->value[i] = e->value;
    v->key[i] = e->key;
    v->time[i] = e->time;
    v->offset[i] = e->offset;
    v->index[i] = e->index;
    if (v->version || e->version >= 0)
        add_version(v, e->version);
    v->own_versions |= e->version >= 0 && !e->revision;
    bool node = e->node != VAL_ABSENT && e->node != VAL_NIL;
    if (v->node || node)
        add_node(v, node ? e->node : VAL_ABSENT);
    v->n++;
}

struct event history_event(const struct history *h, size_t i)
{
    const struct events *v = &h->events;
    return (struct event){.type = (enum op_type)v->type[i],
                          .process = v->process[i],
                          .f = v->f[i],
                          .value = v->value[i],
                          .key = v->key[i],
                          .time = v->time[i],
                          .index = v->index[i],
                          .version = v->version ? v->version[i] : -1,
                          .revision = !v->own_versions,
                          .node = v->node ? v->node[i] : VAL_ABSENT,
                          .offset = v->offset[i]};
}

void history_warn(struct history *h, enum warning_kind kind, size_t event, const char *fmt, ...)
{
    struct warning *w = &h->warnings[kind];
    if (w->count++ > 0)
        return;
    w->first_event = (uint32_t)event;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(w->text, sizeof w->text, fmt, ap);
    va_end(ap);
}

void history_where(const struct history *h, size_t i, size_t *line, size_t *col)
{
    source_where(&h->source, (size_t)h->events.offset[i], line, col);
}
