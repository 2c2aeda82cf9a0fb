/* Evidence out of causal orders: ways and cycles of program order, reads-from and derived edges,
 * each derived edge with the way that justifies it. What is told becomes edges, steps and the core
 * of a key_result. Use: tell_begin, any of the others, tell_end. */
#ifndef BELIE_CHECKER_LEVELS_TELL_H
#define BELIE_CHECKER_LEVELS_TELL_H

#include "checker/levels/past.h"
#include "checker/levels/shown.h"

struct teller {
    const struct level_input *in;
    const struct view *v;
    struct key_result *k;
    const struct derived_list *derived;
    uint32_t reader; /* the session whose reads alone order anything, or UINT32_MAX: all */
    /* Of each derived edge the session in whose view it was found, or NULL: there is one view.
     * Edges between writes count in every view, and so does what a cas observed; those from reads
     * only in that one. */
    const uint32_t *found_by;
    uint32_t *head, *next;   /* readers of each write */
    uint32_t *dhead, *dnext; /* derived edges out of each operation */
    bool *told;              /* derived edges */
    struct shown shown;
    struct edge *edges;
    size_t n, cap;
};

/* `derived` may be NULL. O(operations). */
void tell_begin(struct teller *t, const struct level_input *in, struct key_result *k,
                const struct derived_list *derived, uint32_t reader);
/* The operation belongs to the evidence, with what it needs (shown.h). */
void tell_op(struct teller *t, uint32_t op);
void tell_edge(struct teller *t, uint32_t from, uint32_t to, uint32_t via, enum edge_kind kind);
/* A way from `a` to `b` over derived edges with a stamp below `stamp`, which are told, too: as few
 * of them as possible, then few reads-from. Nothing when there is none. O(operations + edges). */
void tell_way(struct teller *t, uint32_t a, uint32_t b, uint32_t stamp);
/* A derived edge and what justifies it. */
void tell_derived(struct teller *t, uint32_t index);
/* A short cycle among the operations that `p` could not order. */
void tell_cycle(struct teller *t, const struct past *p);
/* Invalid: `word` for belie explain and the reason. */
void tell_end(struct teller *t, const char *word, const char *reason);

#endif
