#include "reports/graph.h"

#include "checker/levels/level.h"

enum { VALUE_WIDTH = 40, TITLE_WIDTH = 200 };

/* Inside of double quotes. */
static void quoted(enum graph_syntax syntax, struct str s, struct buf *out)
{
    static const char special[] = "\"#&<>"; /* of Mermaid, which writes them as entities */
    for (size_t i = 0; i < s.n; i++)
        if (syntax == GRAPH_MERMAID && memchr(special, s.p[i], sizeof special - 1))
            buf_printf(out, "#%d;", s.p[i]);
        else if (syntax == GRAPH_DOT && (s.p[i] == '"' || s.p[i] == '\\'))
            buf_printf(out, "\\%c", s.p[i]);
        else
            buf_putc(out, s.p[i]);
}

static void plain(enum graph_syntax syntax, struct str s, size_t width, struct buf *out)
{
    struct buf text = {0};
    report_plain(s, width, &text);
    quoted(syntax, buf_str(&text), out);
    buf_free(&text);
}

static void title(struct graph *g, const struct report *r, const struct check_result *c,
                  const struct key_result *k)
{
    struct buf text = {0};
    buf_printf(&text, "%s: not %s", r->path, c->property);
    if (k->reason)
        buf_printf(&text, ": %s", k->reason);
    plain(g->syntax, buf_str(&text), TITLE_WIDTH, &g->text);
    buf_free(&text);
}

static void node(struct graph *g, const struct history *h, uint32_t id)
{
    const struct op *op = &h->ops[id];
    const bool dot = g->syntax == GRAPH_DOT;
    struct buf value = {0};
    report_op_value(h, op, VALUE_WIDTH, &value);
    buf_printf(&g->text, dot ? "    g%zu_%u [label=\"" : "    g%zu_%u[\"", g->n, id);
    plain(g->syntax, val_get_text(&h->values, op->f), VALUE_WIDTH, &g->text);
    buf_putc(&g->text, ' ');
    quoted(g->syntax, buf_str(&value), &g->text);
    value.n = 0;
    report_value(h, op->process, VALUE_WIDTH, &value);
    buf_puts(&g->text, dot ? "\\nprocess " : "<br/>process ");
    quoted(g->syntax, buf_str(&value), &g->text);
    buf_printf(&g->text, ", op %lld\"]%s\n", (long long)report_event_index(h, op->inv),
               dot ? ";" : "");
    buf_free(&value);
}

static bool names(const struct edge *e, uint32_t op)
{
    return e->from == op || e->to == op;
}

/* Each operation once, where an edge first names it. */
static void nodes(struct graph *g, const struct history *h, const struct key_result *k)
{
    for (size_t i = 0; i < k->nedges; i++) {
        const uint32_t ends[] = {k->edges[i].from, k->edges[i].to};
        for (size_t end = 0; end < 2; end++) {
            bool known = end && ends[0] == ends[1];
            for (size_t j = 0; j < i && !known; j++)
                known = names(&k->edges[j], ends[end]);
            if (!known)
                node(g, h, ends[end]);
        }
    }
}

static void edge(struct graph *g, const struct edge *e)
{
    if (g->syntax == GRAPH_DOT)
        buf_printf(&g->text, "    g%zu_%u -> g%zu_%u [label=\"%s\"];\n", g->n, e->from, g->n, e->to,
                   edge_names[e->kind]);
    else
        buf_printf(&g->text, "    g%zu_%u -->|%s| g%zu_%u\n", g->n, e->from, edge_names[e->kind],
                   g->n, e->to);
}

static void contradiction(struct graph *g, const struct report *r, const struct check_result *c,
                          const struct key_result *k)
{
    const bool dot = g->syntax == GRAPH_DOT;
    buf_printf(&g->text, dot ? "  subgraph cluster_%zu {\n    label=\"" : "  subgraph s%zu[\"",
               g->n);
    title(g, r, c, k);
    buf_puts(&g->text, dot ? "\";\n" : "\"]\n");
    nodes(g, r->history, k);
    for (size_t i = 0; i < k->nedges; i++)
        edge(g, &k->edges[i]);
    buf_puts(&g->text, dot ? "  }\n" : "  end\n");
    g->n++;
}

void graph_add(struct graph *g, const struct report *r)
{
    for (const struct check_result *c = r->result; c; c = c->next)
        for (size_t i = 0; i < c->nkeys; i++)
            if (c->keys[i].verdict == VERDICT_INVALID && c->keys[i].nedges)
                contradiction(g, r, c, &c->keys[i]);
}

void graph_end(struct graph *g, struct buf *out)
{
    buf_puts(out,
             g->syntax == GRAPH_DOT ? "digraph belie {\n  node [shape=box];\n" : "flowchart TD\n");
    buf_put(out, buf_str(&g->text));
    buf_puts(out, g->syntax == GRAPH_DOT ? "}\n" : "");
    buf_free(&g->text);
}
