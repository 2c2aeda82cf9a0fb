/* Causal consistency, weak (CC) and convergent (CCv), after Bouajjani, Enea, Guerraoui and Hamza
 * (POPL 2017). The causal order co is program order and reads-from, closed. With one possible write
 * for each read a history is
 *   CC   iff co has no cycle (CyclicCO) and no read r of a key's write w has another write of the
 *        key before it that is itself after w (WriteCORead), or, where r observed the initial
 *        value, any write of the key (WriteCOInitRead);
 *   CCv  iff moreover co together with the conflicts has no cycle (CyclicCF): w1 -> w2 when some r
 *        observed w2 although w1, another write of the key, was causally before r.
 * With vector clocks "before" is one comparison, and of each session only the last write of the key
 * before r counts: O(operations * sessions). A recorded version order is part of CCv's arbitration:
 * its edges join the conflicts. */
#include "base/mem.h"
#include "checker/levels/patterns.h"
#include "checker/levels/saturate.h"
#include "checker/levels/tell.h"
#include "checker/levels/versions.h"

bool causal_base(const struct level_input *in, struct key_result *k, struct past *p)
{
    past_make(p, in->view, NULL, true);
    if (p->n == in->view->n)
        return true;
    struct teller t;
    tell_begin(&t, in, k, NULL, UINT32_MAX);
    tell_cycle(&t, p);
    tell_end(&t, "cyclic-co", "CyclicCO: by what processes did and saw, some operations come "
             "before themselves");
    return false;
}

void causal_say(const struct level_input *in, struct key_result *k, const struct found *f)
{
    struct teller t;
    tell_begin(&t, in, k, NULL, UINT32_MAX);
    tell_op(&t, f->read);
    if (f->kind == FOUND_INITIAL) {
        tell_way(&t, f->write, f->read, 0);
        tell_edge(&t, f->read, f->write, UINT32_MAX, EDGE_INITIAL);
        tell_end(&t, "write-co-init-read", "WriteCOInitRead: a read returned the initial value "
                 "although a write of the key was causally before it");
    } else {
        tell_way(&t, in->view->from[f->read], f->write, 0);
        tell_way(&t, f->write, f->read, 0);
        tell_edge(&t, in->view->from[f->read], f->read, UINT32_MAX, EDGE_READS);
        tell_edge(&t, f->read, f->write, in->view->from[f->read], EDGE_ANTI);
        tell_end(&t, "write-co-read", "WriteCORead: a read returned a value although a write that "
                 "had replaced it was causally before the read");
    }
}

bool causal_future(const struct level_input *in, struct key_result *k)
{
    const struct view *v = in->view;
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t w = v->from[i];
        if (!from_write(w) || v->session[w] != v->session[i] || w < i)
            continue;
        struct teller t;
        tell_begin(&t, in, k, NULL, UINT32_MAX);
        tell_edge(&t, i, w, UINT32_MAX, EDGE_PROGRAM);
        tell_edge(&t, w, i, UINT32_MAX, EDGE_READS);
        tell_end(&t, "cyclic-hb", "CyclicHB: a process observed what it wrote only later");
        return true;
    }
    return false;
}

static void say_conflict(const struct level_input *in, struct key_result *k,
                         const struct derived_list *conflicts, const struct past *p)
{
    struct teller t;
    tell_begin(&t, in, k, conflicts, UINT32_MAX);
    tell_cycle(&t, p);
    tell_end(&t, "cyclic-cf", "CyclicCF: no single order of the writes agrees with what the "
             "processes saw and with what was causally before it");
}

static void convergent(const struct level_input *in, struct key_result *k,
                       struct derived_list *conflicts)
{
    struct past all;
    versions_edges(in->view, conflicts);
    past_make(&all, in->view, conflicts, false);
    if (all.n < in->view->n)
        say_conflict(in, k, conflicts, &all);
    past_free(&all);
}

enum { BYTES = 300 }; /* of an operation: clocks, order, conflicts */

static void decide_causal(const struct level_input *in, struct key_result *k, bool converges)
{
    const struct view *v = in->view;
    size_t bytes = (size_t)v->n * BYTES;
    if (!pattern_begin(in, k, bytes))
        return;
    struct past p;
    struct writes w;
    struct derived_list conflicts = {0};
    struct found found;
    writes_make(&w, v);
    if (causal_base(in, k, &p)) {
        if (!saturate_once(&p, &w, converges ? &conflicts : NULL, &found))
            causal_say(in, k, &found);
        else if (converges)
            convergent(in, k, &conflicts);
    }
    derived_free(&conflicts);
    writes_free(&w);
    past_free(&p);
    pattern_end(in, k, bytes);
}

static bool decide_cc(const struct level_input *in, struct key_result *k, struct err *e)
{
    (void)e;
    decide_causal(in, k, false);
    return true;
}

static bool decide_ccv(const struct level_input *in, struct key_result *k, struct err *e)
{
    (void)e;
    decide_causal(in, k, true);
    return true;
}

static const char *const below_cc[] = {NULL};
static const char *const below_ccv[] = {"causal", "session", NULL};

const struct property level_causal = {
    .name = "causal",
    .summary = "weak causal consistency (CC): each read agrees with what was causally before it",
    .complexity = "operations * processes when written values are unique",
    .implies = below_cc,
    .judges = register_models,
    .decide = decide_cc,
    .cost = 3,
};

const struct property level_causal_convergence = {
    .name = "causal-convergence",
    .summary = "causal (CCv), and all processes agree on one order of the writes",
    .complexity = "operations * processes when written values are unique",
    .implies = below_ccv,
    .judges = register_models,
    .decide = decide_ccv,
    .heeds_versions = true,
    .cost = 4,
};
