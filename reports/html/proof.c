/* Why a valid history is valid: an order of its operations, with the state after each step. The
 * first and the last steps are shown, the whole is to be downloaded as far as there is room. */
#include "reports/html/again.h"

#include "base/base64.h"
#include "base/mem.h"
#include "reports/witness.h"

enum {
    KEYS_SHOWN = 3,
    FIRST = 12,
    LAST = 6,
    FOLLOW_BYTES = 1 << 26, /* of states, before the last ones are given up */
    STATE_TEXT = 200,
    FILE_MAX = 700000 /* bytes of the download */
};

/* An object that is led through its order. */
struct walk {
    struct object o;
    uint32_t *class_of; /* by operation of the history */
    uint32_t state;
    bool lost; /* which state it is in is not known any more */
};

static bool walk_open(struct walk *w, const struct page *p, const struct key_result *k)
{
    const struct check_result *r = &p->again->proof;
    uint32_t *ids = mem_alloc((p->h->nops + 1) * sizeof *ids);
    size_t n = 0;
    for (uint32_t i = 0; i < p->h->nops; i++)
        if (!r->model->per_key || p->h->ops[i].key == k->key)
            ids[n++] = i;
    bool ok = object_build(&w->o, p->h, r->model, ids, n, k->key, p->again->initial,
                           page_nil_unknown(p), NULL);
    mem_free(ids);
    if (!ok)
        return false;
    w->class_of = mem_alloc((p->h->nops + 1) * sizeof *w->class_of);
    for (size_t i = 0; i < w->o.n; i++)
        w->class_of[w->o.ops[i].op] = w->o.ops[i].cls;
    w->state = w->o.init_state;
    w->lost = false;
    return true;
}

static void walk_close(struct walk *w)
{
    mem_free(w->class_of);
    object_free(&w->o);
}

static void step(struct walk *w, uint32_t op)
{
    if (w->lost)
        return;
    const struct model *m = w->o.model;
    uint32_t next = m->step(&w->o, w->state, w->class_of[op], 0);
    w->lost = next == NO_STATE || m->step(&w->o, w->state, w->class_of[op], 1) != NO_STATE ||
              object_bytes(&w->o) > FOLLOW_BYTES;
    w->state = next;
}

static void state_cell(struct walk *w, struct buf *out)
{
    struct buf text = {.max = STATE_TEXT};
    if (w->lost) {
        buf_puts(out, "<td>-</td></tr>\n");
        return;
    }
    w->o.model->describe(&w->o, w->state, &text);
    buf_puts(out, "<td><code>");
    html_text(buf_str(&text), out);
    buf_puts(out, text.cut ? "...</code></td></tr>\n" : "</code></td></tr>\n");
    buf_free(&text);
}

static void row(struct page *p, struct walk *w, size_t number, uint32_t id)
{
    const struct op *op = &p->h->ops[id];
    long long index = (long long)report_event_index(p->h, op->inv);
    buf_printf(p->out,
               "<tr><td class=\"n\">%zu</td><td class=\"n\"><a href=\"#op=%lld\">%lld</a>"
               "</td><td>",
               number, index, index);
    html_short(val_get_text(&p->h->values, op->f), 60, p->out);
    buf_puts(p->out, " <code>");
    html_op_value(p->h, op, 80, p->out);
    buf_puts(p->out, op->type == OP_INFO ? "</code>, outcome unknown: taken as done</td><td>"
                                         : "</code></td><td>");
    html_value(p->h, op->process, 40, p->out);
    buf_puts(p->out, "</td>");
    state_cell(w, p->out);
}

static void steps(struct page *p, const struct key_result *k, struct walk *w)
{
    size_t n = k->nwitness, hidden = n > FIRST + LAST ? n - FIRST - LAST : 0;
    buf_puts(p->out, "<div class=\"scroll\" role=\"group\" aria-label=\"The order\" tabindex=\"0\">"
                     "<table class=\"order\">\n<thead><tr><th scope=\"col\" class=\"n\">step</th>"
                     "<th scope=\"col\" class=\"n\">op</th><th scope=\"col\">operation</th>"
                     "<th scope=\"col\">process</th><th scope=\"col\">state after it</th></tr>"
                     "</thead>\n<tbody>\n<tr><td class=\"n\">0</td><td></td>"
                     "<td>in the beginning</td><td></td>");
    state_cell(w, p->out);
    for (size_t i = 0; i < n; i++) {
        step(w, k->witness[i]);
        if (i < FIRST || i >= FIRST + hidden)
            row(p, w, i + 1, k->witness[i]);
        else if (i == FIRST)
            buf_printf(p->out,
                       "<tr class=\"gap\"><td></td><td></td><td>%zu more steps</td><td>"
                       "</td><td></td></tr>\n",
                       hidden);
    }
    buf_puts(p->out, "</tbody></table></div>\n");
}

/* The name of a key, where there are several, and how much of it is in the order. */
static void heading(struct page *p, const struct key_result *k)
{
    size_t open = 0;
    for (size_t i = 0; i < k->nwitness; i++)
        open += p->h->ops[k->witness[i]].type == OP_INFO;
    if (p->again->proof.nkeys > 1) {
        buf_puts(p->out, "<h3>Key <code>");
        html_value(p->h, k->key, 80, p->out);
        buf_puts(p->out, "</code></h3>\n");
    }
    buf_printf(p->out, "<p>%zu of %zu operations are in the order", k->nwitness, k->ops);
    if (open)
        buf_printf(p->out,
                   ", %zu of them with an outcome that nobody knew: they must have taken "
                   "effect",
                   open);
    buf_puts(p->out, k->nwitness < k->ops ? "; the others did nothing that anyone could see.</p>\n"
                                          : ".</p>\n");
}

static size_t with_order(const struct check_result *r, size_t *ops)
{
    size_t n = 0;
    *ops = 0;
    for (size_t i = 0; i < r->nkeys; i++) {
        n += r->keys[i].nwitness > 0;
        *ops += r->keys[i].nwitness;
    }
    return n;
}

/* ---- the download ---- */

static bool append(void *ctx, struct str piece)
{
    struct buf *out = ctx;
    buf_put(out, piece);
    return !out->cut;
}

/* The orders as far as their first `room` steps. False when that is too long. */
static bool write_orders(const struct page *p, size_t room, struct buf *out)
{
    struct check_result r = p->again->proof;
    struct report about = {.path = json_string_value(json_object_get(p->input, "path")),
                           .history = p->h,
                           .result = &r,
                           .has_initial = true,
                           .initial = p->again->initial};
    struct witness_writer w = {.put = append, .ctx = out};
    r.keys = mem_alloc((r.nkeys + 1) * sizeof *r.keys);
    size_t nkeys = 0;
    for (size_t i = 0; i < r.nkeys && room; i++) {
        struct key_result k = p->again->proof.keys[i];
        k.nwitness = k.nwitness < room ? k.nwitness : room;
        room -= k.nwitness;
        r.keys[nkeys++] = k;
    }
    r.nkeys = nkeys;
    (void)witness_add(&w, &about);
    bool ok = witness_end(&w);
    mem_free(r.keys);
    return ok;
}

static void download(struct page *p, size_t all)
{
    struct buf text = {.max = page_most(p, FILE_MAX)};
    size_t n = all;
    while (n && !write_orders(p, n, &text)) {
        buf_free(&text);
        text = (struct buf){.max = page_most(p, FILE_MAX)};
        n /= 2;
    }
    if (n) {
        buf_puts(p->out, "<p><a class=\"button\" download=\"order.json\" "
                         "href=\"data:application/json;base64,");
        base64_put(text.p, text.n, p->out);
        buf_printf(p->out, "\">Download %s</a></p>\n",
                   n < all ? "its beginning" : "the whole order");
    }
    buf_free(&text);
    if (n == 0)
        buf_puts(p->out, "<p>Its first step is too long for this page; ");
    else if (n < all)
        buf_printf(p->out, "<p>The file has the first %zu of %zu steps; ", n, all);
    if (n < all)
        buf_puts(p->out, "<code>belie check --witness order.json</code> writes all of them.</p>\n");
}

/* ---- the part ---- */

static void no_order(struct page *p)
{
    buf_puts(p->out, "<p>The order that proves it was found by a search too long to be done "
                     "again for this page; <code>belie check --witness order.json</code> writes "
                     "it.</p>\n");
}

static void orders(struct page *p, size_t keys, size_t all)
{
    const struct check_result *r = &p->again->proof;
    size_t shown = 0;
    buf_puts(p->out, "<p>Taken one after the other in this order, every operation returns what it "
                     "did return, and none comes before one that had ended when it began.</p>\n");
    for (size_t i = 0; i < r->nkeys && shown < page_most(p, KEYS_SHOWN); i++) {
        struct walk w;
        if (r->keys[i].nwitness == 0 || !walk_open(&w, p, &r->keys[i]))
            continue;
        shown++;
        heading(p, &r->keys[i]);
        steps(p, &r->keys[i], &w);
        walk_close(&w);
    }
    if (keys > shown)
        buf_printf(p->out, "<p>The first %zu of %zu keys.</p>\n", shown, keys);
    download(p, all);
}

void html_proof(struct page *p)
{
    const struct again *g = p->again;
    size_t all, keys = with_order(&g->proof, &all);
    if (!g->property)
        return;
    buf_puts(p->out, "<section id=\"proof\" aria-labelledby=\"h-proof\">\n"
                     "<h2 id=\"h-proof\">An order that explains it</h2>\n");
    if (keys)
        orders(p, keys, all);
    else
        no_order(p);
    buf_puts(p->out, "</section>\n");
}
