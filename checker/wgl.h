/* Private to the wgl engine: the state of the search and its steps. */
#ifndef BELIE_CHECKER_WGL_H
#define BELIE_CHECKER_WGL_H

#include "checker/engine.h"
#include "checker/wgl_cache.h"

enum { WGL_STATES = 32 };

/* Ok operations are numbered by invocation. What is left of them is a doubly linked list by
 * position: entry 0 is its head, 2i + 1 the call of ok operation i, 2i + 2 its return. */

/* Crashed operations of one class, by invocation. They are interchangeable, so the one that began
 * first is used first. */
struct wgl_pool {
    uint32_t cls, first, n; /* ids in wgl.crashed */
    uint32_t used;
};

#define WGL_CRASHED 0x80000000u /* set in `what`: the rest is a pool; else an ok operation */
#define WGL_FORCED UINT32_MAX   /* frame.ordinal: taken without alternatives */
#define WGL_NONE UINT32_MAX

/* A candidate for the next step; the least rank is tried first. */
struct wgl_turn {
    uint64_t rank;
    uint32_t what;
};

/* One step of the current path. */
struct wgl_frame {
    uint32_t what;
    uint32_t state;   /* before the step */
    uint32_t ordinal; /* of the candidate among those of its configuration */
    uint32_t k;       /* which next state of the model */
};

struct wgl {
    struct object *o;
    uint32_t *ok;       /* ok operation -> op index */
    uint32_t nok, left; /* left: not yet linearized */
    uint32_t *crashed;  /* op indices, by pool; without those that nobody can have noticed */
    uint32_t ncrashed;
    struct wgl_pool *pools;
    uint32_t npools;
    uint32_t *next, *prev; /* the list */

    uint32_t state;
    uint64_t hash;       /* of `done` and state */
    uint32_t *done;      /* bit per ok operation */
    uint32_t first;      /* the first ok operation that is left */
    uint32_t high;       /* no word of `done` above is set */
    struct wgl_use *use; /* pools with used > 0, ascending */
    uint32_t nuse;
    struct wgl_frame *path;
    size_t npath, path_cap;

    struct wgl_cache cache;
    uint32_t *key;         /* scratch for one packed key */
    struct wgl_turn *turn; /* candidates of the configuration that was expanded last */
    size_t nturn, turn_cap;
    uint32_t *rival;  /* per class: scratch of wgl_candidates, WGL_NONE between calls */
    uint32_t wall;    /* of the configuration that was settled or expanded last: the ok operation
                         whose return comes first; calls after that return have to wait */
    uint32_t deepest; /* of all walls the one whose return comes last */
    uint32_t states[WGL_STATES];
    size_t nstates; /* model states met before it */
};

/* O(n log n) time and 40 bytes per operation. */
void wgl_open(struct wgl *w, struct object *o, struct budget *budget);
void wgl_close(struct wgl *w);

/* Operation class and op index that a step would linearize. */
uint32_t wgl_class(const struct wgl *w, uint32_t what);
uint32_t wgl_op(const struct wgl *w, uint32_t what);
/* Take the step f, from f.state to next_state, and take the last step back. O(1) amortized. */
void wgl_push(struct wgl *w, struct wgl_frame f, uint32_t next_state);
struct wgl_frame wgl_pop(struct wgl *w);

/* Linearize at once what only observes and is legal now: doing it earlier changes nothing for the
 * others. Sets wall. O(open). */
void wgl_settle(struct wgl *w);
/* Fill w->turn with what may be linearized next, and set wall. O(open^2 + pools). */
void wgl_candidates(struct wgl *w);
/* Remember how far the path came. */
void wgl_note(struct wgl *w);
/* Add the current configuration to the cache. O(window). */
enum wgl_cache_answer wgl_visit(struct wgl *w);

#endif
