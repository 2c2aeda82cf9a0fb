/* The elements of lists and sets that only grow, and what reads returned of them.
 * Owner rule: grow_reads_free frees it. */
#ifndef BELIE_CHECKER_LEVELS_GROWING_READS_H
#define BELIE_CHECKER_LEVELS_GROWING_READS_H

#include "checker/levels/growing.h"

#define GROW_NONE UINT32_MAX

struct grow_element {
    uint32_t add;  /* the first operation (into growing.ops) that adds it, or GROW_NONE */
    uint32_t key;
    uint32_t mark; /* of the whole that was looked at last */
    val value;
    bool again;    /* several may have brought it in */
    bool initial;  /* it is there from the beginning */
    bool seen;     /* in some read */
};

/* What one or more reads of a key returned. */
struct grow_whole {
    uint32_t start, n; /* its elements, into items */
    uint32_t key;
    uint32_t by;       /* the first read of it */
};

struct grow_reads {
    const struct growing *g;
    bool lists;
    struct grow_element *elements;
    uint32_t nelements;
    struct grow_whole *wholes;
    uint32_t nwholes;
    uint32_t *items;
    uint32_t *of;      /* per operation: the element that it adds, or the whole that it read */
    uint32_t *longest; /* per key: the longest whole, or GROW_NONE */
    bool *no_order;    /* lists, per key: reads that are no beginnings of one list */
    uint32_t disorder; /* such a read (an operation), or GROW_NONE */
    uint32_t air;      /* a read of an element that nothing added, or GROW_NONE */
    val air_value;
    size_t elements_cap, wholes_cap, items_cap, nitems;
};

/* Linear in what was read. */
void grow_reads_make(struct grow_reads *r, const struct growing *g, bool lists, val initial);
void grow_reads_free(struct grow_reads *r);

/* Is every element of whole `a` in whole `b`? If not, *missing is one that is not. */
bool grow_within(struct grow_reads *r, uint32_t a, uint32_t b, uint32_t *missing);
/* Mark the elements of whole `w`: elements[e].mark == the mark that is returned. */
uint32_t grow_mark(struct grow_reads *r, uint32_t w);
/* Does list `b` begin with list `a`? */
bool grow_begins(const struct grow_reads *r, uint32_t a, uint32_t b);

#endif
