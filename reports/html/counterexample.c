/* The counterexample of each invalid key: what was recorded, as a picture, as an argument, as a
 * table, as lines of the file and as a history of its own. */
#include "reports/html/page.h"

#include "reports/html/order.h"

enum { ROWS_MAX = 300, STEPS_MAX = 200, PICTURE_MAX = 16, FOLD_MIN = 12 };

/* ---- the argument ---- */

/* Of very many the first. */
static void strings(const json_t *list, const char *tag, size_t most, struct buf *out)
{
    size_t i;
    const json_t *s;
    buf_printf(out, "<%s>\n", tag);
    json_array_foreach(list, i, s)
    {
        if (i == most) {
            buf_printf(out, "<li>... %zu more</li>\n", json_array_size(list) - most);
            break;
        }
        buf_puts(out, "<li>");
        html_text((struct str){json_string_value(s), json_string_length(s)}, out);
        buf_puts(out, "</li>\n");
    }
    buf_printf(out, "</%s>\n", tag);
}

static void argument(const struct page *p, const json_t *c)
{
    const json_t *steps = json_object_get(c, "steps"), *states = json_object_get(c, "states");
    if (json_array_size(steps)) {
        buf_puts(p->out, "<h4>Why</h4>\n");
        strings(steps, "ol", page_most(p, STEPS_MAX), p->out);
    }
    if (!json_array_size(states))
        return;
    buf_puts(p->out, "<p>States that were possible just before: ");
    for (size_t i = 0; i < json_array_size(states); i++) {
        buf_puts(p->out, i ? ", <code>" : "<code>");
        html_puts(json_string_value(json_array_get(states, i)), p->out);
        buf_puts(p->out, "</code>");
    }
    buf_puts(p->out, ".</p>\n");
}

static void order_row(const struct page *p, uint32_t id, const char *step, const char *state)
{
    const struct op *op = &p->h->ops[id];
    buf_printf(p->out, "<tr%s><td class=\"n\">%s</td><td>", *state ? "" : " class=\"bad\"", step);
    html_short(val_get_text(&p->h->values, op->f), 60, p->out);
    buf_puts(p->out, " <code>");
    html_op_value(p->h, op, 80, p->out);
    buf_puts(p->out, "</code> by process ");
    html_value(p->h, op->process, 40, p->out);
    buf_puts(p->out, "</td><td>");
    if (*state) {
        buf_puts(p->out, "<code>");
        html_puts(state, p->out);
        buf_puts(p->out, "</code>");
    } else {
        buf_puts(p->out, "impossible in this state");
    }
    buf_puts(p->out, "</td></tr>\n");
}

/* The state after each step of an order that works as far as it goes. */
static void order_steps(const struct page *p, const struct order *o)
{
    if (o->stuck == NO_EVENT || o->n == 0)
        return;
    buf_puts(p->out, "<h4>State by state</h4>\n<p>No order of these operations works to the end. "
                     "The best one gets so far:</p>\n<table class=\"order\">\n<thead><tr>"
                     "<th scope=\"col\" class=\"n\">step</th><th scope=\"col\">operation</th>"
                     "<th scope=\"col\">state after it</th></tr></thead>\n<tbody>\n"
                     "<tr><td class=\"n\">0</td><td>in the beginning</td><td><code>");
    html_puts(o->initial, p->out);
    buf_puts(p->out, "</code></td></tr>\n");
    for (size_t i = 0; i < o->n; i++) {
        struct buf number = {0};
        buf_printf(&number, "%zu%c", i + 1, '\0');
        order_row(p, o->steps[i].op, number.p, o->steps[i].state);
        buf_free(&number);
    }
    order_row(p, o->stuck, "\xe2\x9c\x97", "");
    buf_puts(p->out, "</tbody></table>\n");
}

/* ---- the table of operations ---- */

static const char *role_text(const json_t *o, bool bad)
{
    if (bad)
        return "impossible";
    struct str role = json_str(o, "role");
    return str_is(role, "failed")       ? "failed: must not have taken effect"
           : str_is(role, "background") ? "background: may take effect at any time after its start"
                                        : "";
}

static bool is_background(const json_t *o)
{
    return str_is(json_str(o, "role"), "background");
}

static void time_cell(const struct page *p, uint32_t event, struct buf *out)
{
    int64_t t = event == NO_EVENT ? NO_TIME : page_time(p, event);
    buf_puts(out, "<td class=\"n\">");
    if (t == NO_TIME)
        buf_puts(out, "-");
    else
        html_seconds(t, out);
    buf_puts(out, "</td>");
}

static size_t backgrounds(const json_t *ops)
{
    size_t i, n = 0;
    const json_t *o;
    json_array_foreach(ops, i, o) n += is_background(o);
    return n;
}

/* What the columns of a table of operations are. */
struct columns {
    const json_t *ops;
    int64_t bad;
    bool keys, roles;
};

static void operation_row(const struct page *p, const struct columns *c, const json_t *o)
{
    bool bad = json_int(o, "operation", -1) == c->bad;
    static const char *const ends[] = {[OP_OK] = "ok", [OP_FAIL] = "failed", [OP_INFO] = "unknown"};
    const struct history *h = p->h;
    const struct op *op = &h->ops[page_op(o)];
    struct buf *out = p->out;
    int64_t index = json_int(o, "index", 0);
    buf_printf(out,
               "<tr%s><td class=\"n\"><a href=\"#op=%lld\">%lld</a></td><td class=\"n\">%lld</td>",
               bad ? " class=\"bad\"" : "", (long long)index, (long long)index,
               (long long)json_int(o, "line", 0));
    buf_puts(out, "<td>");
    html_value(h, op->process, 40, out);
    buf_puts(out, "</td><td>");
    html_short(val_get_text(&h->values, op->f), 60, out);
    buf_puts(out, "</td><td><code>");
    html_op_value(h, op, 160, out);
    buf_puts(out, "</code></td>");
    if (c->keys) {
        buf_puts(out, "<td><code>");
        html_value(h, op->key, 40, out);
        buf_puts(out, "</code></td>");
    }
    time_cell(p, op->inv, out);
    time_cell(p, op->ret, out);
    buf_printf(out, "<td>%s</td>", op->ret == NO_EVENT ? "never completed" : ends[op->type]);
    if (c->roles)
        buf_printf(out, "<td>%s</td>", role_text(o, bad));
    buf_puts(out, "</tr>\n");
}

static struct columns find_columns(const struct page *p, const json_t *ops, int64_t bad)
{
    struct columns c = {.ops = ops, .bad = bad, .keys = page_keyed(p, ops)};
    size_t i;
    const json_t *o;
    json_array_foreach(ops, i, o)
    {
        c.roles = c.roles || *role_text(o, json_int(o, "operation", -1) == bad);
    }
    return c;
}

static void table_head(const struct page *p, const struct columns *c)
{
    const char *heads[10] = {"#op", "#line", "process", "f", "value"};
    size_t n = 5;
    if (c->keys)
        heads[n++] = "key";
    heads[n++] = "#began";
    heads[n++] = "#ended";
    heads[n++] = "outcome";
    if (c->roles)
        heads[n++] = "role";
    html_table(p->out, "Operations", heads, n);
}

enum which { FOREGROUND, BACKGROUND, ALL };

/* `n` operations, of many the last ones. */
static void operation_rows(const struct page *p, const struct columns *c, enum which which,
                           size_t n)
{
    size_t i, most = page_most(p, ROWS_MAX), skip = n > most ? n - most : 0;
    const json_t *o;
    table_head(p, c);
    json_array_foreach(c->ops, i, o)
    {
        if (which != ALL && is_background(o) != (which == BACKGROUND))
            continue;
        if (skip > 0)
            skip--;
        else
            operation_row(p, c, o);
    }
    buf_puts(p->out, "</tbody></table></div>\n");
    if (n > most)
        buf_printf(p->out,
                   "<p>These are the last %zu of %zu operations; the results "
                   "(<code>belie check --json</code>) list all.</p>\n",
                   most, n);
}

/* Many operations of which only the beginning matters would hide the few that tell the story. */
static void operation_table(const struct page *p, const json_t *ops, int64_t bad)
{
    struct columns c = find_columns(p, ops, bad);
    size_t n = json_array_size(ops), background = backgrounds(ops);
    if (background <= FOLD_MIN || background == n) {
        operation_rows(p, &c, ALL, n);
        return;
    }
    operation_rows(p, &c, FOREGROUND, n - background);
    buf_printf(
        p->out,
        "<details><summary>And %zu operations in the background, that may take effect at any "
        "time after their start</summary>\n",
        background);
    operation_rows(p, &c, BACKGROUND, background);
    buf_puts(p->out, "</details>\n");
}

/* ---- the cards ---- */

static void title(const struct page *p, const json_t *property, const json_t *key)
{
    buf_puts(p->out, "<h3>");
    const json_t *name = json_object_get(key, "key");
    if (name && !json_is_null(name)) {
        buf_puts(p->out, "Key <code>");
        html_key(key, p->out);
        buf_puts(p->out, "</code>: ");
    }
    if (page_properties(p) > 1) {
        html_text(json_str(property, "property"), p->out);
        buf_puts(p->out, ": ");
    }
    html_text(page_reason(key), p->out);
    buf_puts(p->out, "</h3>\n");
}

/* Where the whole of it is long: its end, and the states in which that begins. */
static void end_note(const struct page *p, const json_t *end)
{
    const json_t *states = json_object_get(end, "states");
    buf_printf(p->out,
               "<p>The whole of it is long. From op %lld on, where the state could only be ",
               (long long)json_int(end, "since", 0));
    for (size_t i = 0; i < json_array_size(states); i++) {
        buf_puts(p->out, i ? " or <code>" : "<code>");
        html_puts(json_string_value(json_array_get(states, i)), p->out);
        buf_puts(p->out, "</code>");
    }
    buf_puts(p->out, ", what follows has no order:</p>\n");
}

static void card(struct page *p, const json_t *property, const json_t *key, size_t number)
{
    const json_t *c = json_object_get(key, "counterexample"), *end = json_object_get(c, "end");
    const json_t *all = json_object_get(c, "operations");
    const json_t *ops = end ? json_object_get(end, "operations") : all;
    int64_t bad = json_int(c, "not-placed", -1);
    struct order order;
    order_find(&order, p, property, key);
    buf_puts(p->out, "<article class=\"card\">\n");
    title(p, property, key);
    if (end)
        end_note(p, end);
    if (json_array_size(ops)) {
        bool minimal = json_is_true(json_object_get(c, "minimal"));
        buf_printf(p->out, "<p>%zu of %lld operations show it%s.</p>\n", json_array_size(all),
                   (long long)json_int(key, "operations", 0),
                   !minimal               ? ""
                   : backgrounds(all) > 0 ? "; each but those in the background is needed for that"
                                          : "; each of them is needed for that");
    }
    /* A picture says it first, unless it is so long that nobody would get past it. */
    bool named = !end && json_array_size(json_object_get(c, "edges"));
    bool long_picture = json_array_size(ops) > PICTURE_MAX;
    if (json_array_size(ops) && !long_picture)
        html_bars(p, ops, bad, &order, number, named);
    argument(p, c);
    if (long_picture)
        html_bars(p, ops, bad, &order, number, named);
    html_cycle(p, c, number);
    if (json_array_size(ops)) {
        order_steps(p, &order);
        html_account(p, key);
        buf_puts(p->out, "<h4>The operations</h4>\n");
        operation_table(p, ops, bad);
        html_lines(p, ops);
        html_minimal(p, key);
    }
    buf_puts(p->out, "</article>\n");
    order_free(&order);
}

void html_counterexamples(struct page *p)
{
    size_t shown = 0, all = 0;
    if (!json_invalid(p->input))
        return;
    buf_puts(p->out, "<section id=\"counterexample\" aria-labelledby=\"h-counterexample\" "
                     "tabindex=\"-1\">\n<h2 id=\"h-counterexample\">What is impossible</h2>\n");
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *property = page_property(p, i), *key;
        size_t j;
        json_array_foreach(json_object_get(property, "results"), j, key)
        {
            if (!json_invalid(key))
                continue;
            if (all++ < page_most(p, CARDS_MAX))
                card(p, property, key, ++shown);
        }
    }
    if (shown < all)
        buf_printf(p->out,
                   "<p>%zu more violations are listed under <a href=\"#checks\">Checks"
                   "</a>.</p>\n",
                   all - shown);
    buf_puts(p->out, "</section>\n");
}
