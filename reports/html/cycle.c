/* The edges of a contradiction as a picture: operations around a circle, an arrow for each edge. An
 * edge's kind is told by its colour (Elle's), its dashes and its label. */
#include "reports/html/page.h"

#include "base/utf8.h"

#include <math.h>

enum { NODES_MAX = 14, EDGES_MAX = 40, BOX = 200, HEIGHT = 44, WIDTH = 860 };

struct drawing {
    uint32_t op[NODES_MAX];
    size_t name[NODES_MAX]; /* the n of Tn */
    double x[NODES_MAX], y[NODES_MAX];
    size_t n, height;
};

static size_t node_of(const struct drawing *d, int64_t op)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->op[i] == op)
            return i;
    return d->n;
}

static bool add_node(struct drawing *d, const json_t *operations, int64_t op)
{
    if (node_of(d, op) < d->n)
        return true;
    for (size_t i = 0; i < json_array_size(operations); i++)
        if (page_op(json_array_get(operations, i)) == op && d->n < NODES_MAX) {
            d->name[d->n] = i + 1;
            d->op[d->n++] = (uint32_t)op;
            return true;
        }
    return false;
}

/* Nodes in the order in which edges lead to them, so that a cycle goes round. */
static bool find_nodes(struct drawing *d, const json_t *edges, const json_t *operations)
{
    size_t n = json_array_size(edges);
    int64_t at = n ? json_int(json_array_get(edges, 0), "from", -1) : -1;
    for (size_t round = 0; round < n; round++) {
        if (!add_node(d, operations, at))
            return false;
        for (size_t i = 0; i < n; i++) {
            const json_t *e = json_array_get(edges, i);
            int64_t to = json_int(e, "to", -1);
            if (json_int(e, "from", -1) == at && node_of(d, to) == d->n) {
                at = to;
                break;
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *e = json_array_get(edges, i);
        if (!add_node(d, operations, json_int(e, "from", -1)) ||
            !add_node(d, operations, json_int(e, "to", -1)))
            return false;
    }
    return d->n > 0;
}

static void place(struct drawing *d)
{
    double rx = (WIDTH - BOX) / 2.0 - 40, ry = d->n < 3 ? 60 : 50 + 26.0 * (double)d->n;
    d->height = (size_t)(2 * ry) + HEIGHT + 60;
    for (size_t i = 0; i < d->n; i++) {
        double turn = 6.283185307179586 * (double)i / (double)d->n - 1.5707963267948966;
        d->x[i] = WIDTH / 2.0 + rx * cos(turn);
        d->y[i] = 30 + HEIGHT / 2.0 + ry + ry * sin(turn);
    }
}

/* From the middle of a box towards (dx, dy) until its border. */
static double border(double dx, double dy)
{
    double kx = fabs(dx) > 1e-9 ? BOX / 2.0 / fabs(dx) : 1e9;
    double ky = fabs(dy) > 1e-9 ? HEIGHT / 2.0 / fabs(dy) : 1e9;
    return kx < ky ? kx : ky;
}

/* Of edges between the same two operations the k-th is bent aside more. */
static void edge(struct page *p, const struct drawing *d, const json_t *e, double bend)
{
    size_t a = node_of(d, json_int(e, "from", -1)), b = node_of(d, json_int(e, "to", -1));
    struct str kind = json_str(e, "kind");
    double dx = d->x[b] - d->x[a], dy = d->y[b] - d->y[a], length = sqrt(dx * dx + dy * dy);
    if (a == b || length < 1)
        return;
    double k = border(dx, dy), ox = -dy / length * bend, oy = dx / length * bend;
    double x0 = d->x[a] + dx * k + ox, y0 = d->y[a] + dy * k + oy;
    double x1 = d->x[b] - dx * k + ox, y1 = d->y[b] - dy * k + oy;
    double ux = dx / length, uy = dy / length;
    buf_puts(p->out, "<g class=\"edge ");
    html_text(kind, p->out);
    buf_printf(p->out, "\"><path d=\"M%.1f %.1fL%.1f %.1f\"/>", x0, y0, x1 - ux * 9, y1 - uy * 9);
    buf_printf(p->out, "<path class=\"head\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz\"/>", x1, y1,
               x1 - ux * 11 - uy * 5, y1 - uy * 11 + ux * 5, x1 - ux * 11 + uy * 5,
               y1 - uy * 11 - ux * 5);
    double mx = (x0 + x1) / 2, my = (y0 + y1) / 2, half = (double)kind.n * 3.7 + 5;
    buf_printf(p->out,
               "<rect class=\"back\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"18\" rx=\"3\"/>"
               "<text x=\"%.1f\" y=\"%.1f\">",
               mx - half, my - 9, 2 * half, mx, my + 4);
    html_text(kind, p->out);
    buf_puts(p->out, "</text></g>\n");
}

static void node(struct page *p, const struct drawing *d, bool keyed, size_t i)
{
    const struct op *op = &p->h->ops[d->op[i]];
    struct buf *out = p->out;
    double x = d->x[i] - BOX / 2.0, y = d->y[i] - HEIGHT / 2.0;
    buf_printf(out,
               "<g class=\"node\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"5\"/>"
               "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">T%zu: ",
               x, y, BOX, HEIGHT, x + 8, y + 18, d->name[i]);
    struct buf text = {0}, cut = {0};
    report_plain(val_get_text(&p->h->values, op->f), 12, &text);
    buf_putc(&text, ' ');
    report_op_value(p->h, op, keyed ? 8 : 24, &text);
    if (keyed) {
        buf_puts(&text, ", key ");
        report_value(p->h, op->key, 6, &text);
    }
    report_plain(buf_str(&text), 19, &cut);
    html_text(buf_str(&cut), out);
    buf_free(&text);
    buf_free(&cut);
    buf_printf(out, "</text><text class=\"label\" x=\"%.1f\" y=\"%.1f\">process ", x + 8, y + 35);
    html_value(p->h, op->process, 8, out);
    buf_printf(out, ", op %lld</text></g>\n", (long long)report_event_index(p->h, op->inv));
}

void html_cycle(struct page *p, const json_t *counterexample, size_t number)
{
    const json_t *edges = json_object_get(counterexample, "edges");
    const json_t *operations = json_object_get(counterexample, "operations");
    struct drawing d = {.n = 0};
    size_t n = json_array_size(edges);
    if (n < 2 || n > EDGES_MAX || !find_nodes(&d, edges, operations)) /* one contradicts nothing */
        return;
    place(&d);
    buf_printf(p->out,
               "<h4>The contradiction as a picture</h4>\n<div class=\"scroll picture\" "
               "role=\"group\" aria-label=\"Picture of the edges\" tabindex=\"0\"><svg "
               "class=\"cycle\" role=\"img\" aria-labelledby=\"ct%zu cd%zu\" width=\"%d\" "
               "height=\"%zu\" viewBox=\"0 0 %d %zu\"><title id=\"ct%zu\">What must come before "
               "what</title><desc id=\"cd%zu\">%zu operations and %zu edges; the argument above "
               "names each of them.</desc>\n",
               number, number, WIDTH, d.height, WIDTH, d.height, number, number, d.n, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *e = json_array_get(edges, i);
        double bend = 0;
        for (size_t j = 0; j < i; j++) {
            const json_t *o = json_array_get(edges, j);
            bool same = json_int(o, "from", -1) == json_int(e, "from", -2) &&
                        json_int(o, "to", -1) == json_int(e, "to", -2);
            bool back = json_int(o, "from", -1) == json_int(e, "to", -2) &&
                        json_int(o, "to", -1) == json_int(e, "from", -2);
            bend += same ? 20 : back ? -20 : 0;
        }
        edge(p, &d, e, d.n == 2 ? bend + 14 : bend);
    }
    bool keyed = page_keyed(p, operations);
    for (size_t i = 0; i < d.n; i++)
        node(p, &d, keyed, i);
    buf_puts(p->out, "</svg></div>\n");
}
