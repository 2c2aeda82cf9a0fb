#include "reports/html/faults.h"

#include "base/mem.h"

static bool of_nemesis(const struct history *h, size_t i)
{
    val process = h->events.process[i];
    return process != VAL_ABSENT && val_kind(&h->values, process) != V_INT &&
           h->events.f[i] != VAL_ABSENT;
}

/* What a name says of a fault: "start-partition" is ("partition", begins), "resume" ("pause",
 * ends). */
static bool about_fault(struct str f, struct str *name, bool *end)
{
    static const struct {
        const char *f, *name;
        bool end;
    } words[] = {{"start", "fault", false}, {"stop", "fault", true},   {"kill", "kill", false},
                 {"pause", "pause", false}, {"resume", "pause", true}, {"heal", "", true},
                 {"restart", "kill", true}, {"bump", "clock", false},  {"strobe", "clock", false},
                 {"reset", "clock", true}};
    *end = str_starts(f, "stop-");
    if (*end || str_starts(f, "start-")) {
        size_t n = *end ? 5 : 6;
        *name = (struct str){f.p + n, f.n - n};
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(f, words[i].f)) {
            *name = str_of(words[i].name);
            *end = words[i].end;
            return true;
        }
    return false;
}

static struct one_fault *open_fault(struct faults *f, struct str name)
{
    for (size_t i = f->n; i-- > 0;)
        if (f->v[i].to == NO_FAULT_EVENT && (name.n == 0 || str_eq(f->v[i].name, name)))
            return &f->v[i];
    return NULL;
}

static bool seen(const struct faults *f, struct str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->v[i].name, name))
            return true;
    return false;
}

static void begin_fault(struct faults *f, struct str name, uint32_t at)
{
    f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof *f->v);
    f->v[f->n++] = (struct one_fault){name, at, NO_FAULT_EVENT, NO_FAULT_EVENT, NO_FAULT_EVENT};
}

/* The second of two events of one name is the completion of the first. `start` ends a `kill`. */
static void add_event(struct faults *f, const struct history *h, uint32_t i, uint32_t before)
{
    struct str word = val_get_text(&h->values, h->events.f[i]), name;
    bool end, completion = before != NO_FAULT_EVENT;
    if (!about_fault(word, &name, &end))
        return;
    struct one_fault *killed = str_is(word, "start") ? open_fault(f, STR("kill")) : NULL;
    if (completion) {
        for (size_t k = f->n; k-- > 0;) {
            if (f->v[k].to == before)
                f->v[k].healed = i;
            else if (f->v[k].from == before)
                f->v[k].done = i;
        }
        return;
    }
    struct one_fault *open = killed ? killed : end ? open_fault(f, name) : NULL;
    bool restart = str_is(word, "start") && seen(f, STR("kill")); /* of what runs already */
    if (open)
        open->to = i;
    else if (!end && !restart)
        begin_fault(f, name, i);
}

void faults_find(struct faults *f, const struct history *h)
{
    *f = (struct faults){0};
    uint32_t before = NO_FAULT_EVENT; /* an event that waits for its completion */
    for (size_t i = 0; i < h->events.n; i++) {
        if (!of_nemesis(h, i))
            continue;
        bool completes = before != NO_FAULT_EVENT && h->events.f[before] == h->events.f[i];
        add_event(f, h, (uint32_t)i, completes ? before : NO_FAULT_EVENT);
        before = completes ? NO_FAULT_EVENT : (uint32_t)i;
    }
}

void faults_free(struct faults *f)
{
    mem_free(f->v);
}
