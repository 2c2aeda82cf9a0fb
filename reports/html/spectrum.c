/* The spectrum of levels: the lattice as a picture, strongest on top, and as a table. A level
 * stands one row below the lowest of those that imply it; a line is drawn where no other level lies
 * between. */
#include "reports/html/page.h"

enum { LEVELS_MAX = 64, BOX = 200, HEIGHT = 42, GAP_X = 22, GAP_Y = 34, SIDE = 8 };

struct lattice {
    const json_t *level[LEVELS_MAX];
    bool implies[LEVELS_MAX][LEVELS_MAX];
    size_t depth[LEVELS_MAX], x[LEVELS_MAX], width[LEVELS_MAX]; /* width: of a row */
    size_t n, rows, widest;
};

static size_t find(const struct lattice *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (name && str_is(json_str(l->level[i], "level"), name))
            return i;
    return l->n;
}

static void read_levels(struct lattice *l, const json_t *levels)
{
    size_t i, j;
    const json_t *one, *name;
    json_array_foreach(levels, i, one) if (l->n < LEVELS_MAX) l->level[l->n++] = one;
    for (size_t k = 0; k < l->n; k++)
        json_array_foreach(json_object_get(l->level[k], "implies"), j, name)
        {
            size_t to = find(l, json_string_value(name));
            if (to < l->n && to != k)
                l->implies[k][to] = true;
        }
}

/* Implication is transitive: from what is said to all that follows. */
static void close_over(struct lattice *l)
{
    for (size_t k = 0; k < l->n; k++)
        for (size_t i = 0; i < l->n; i++)
            for (size_t j = 0; l->implies[i][k] && j < l->n; j++)
                l->implies[i][j] = l->implies[i][j] || (l->implies[k][j] && i != j);
}

static bool next_below(const struct lattice *l, size_t i, size_t j)
{
    bool direct = l->implies[i][j];
    for (size_t k = 0; k < l->n && direct; k++)
        direct = !(l->implies[i][k] && l->implies[k][j]);
    return direct;
}

static void lay_out(struct lattice *l)
{
    for (size_t pass = 0; pass < l->n; pass++)
        for (size_t i = 0; i < l->n; i++)
            for (size_t j = 0; j < l->n; j++)
                if (l->implies[i][j] && !l->implies[j][i] && l->depth[j] <= l->depth[i])
                    l->depth[j] = l->depth[i] + 1;
    for (size_t i = 0; i < l->n; i++) {
        size_t row = l->depth[i] < LEVELS_MAX ? l->depth[i] : LEVELS_MAX - 1;
        l->x[i] = l->width[row]++;
        l->rows = row + 1 > l->rows ? row + 1 : l->rows;
        l->widest = l->width[row] > l->widest ? l->width[row] : l->widest;
    }
}

static size_t left(const struct lattice *l, size_t i)
{
    size_t row = l->width[l->depth[i]], step = BOX + GAP_X;
    return SIDE + (l->widest - row) * step / 2 + l->x[i] * step;
}

static size_t top(const struct lattice *l, size_t i)
{
    return SIDE + l->depth[i] * (HEIGHT + GAP_Y);
}

static const char *mark(struct str verdict)
{
    return str_is(verdict, "holds")    ? "\xe2\x9c\x93"
           : str_is(verdict, "broken") ? "\xe2\x9c\x97"
                                       : "?";
}

static void box(const struct page *p, const struct lattice *l, size_t i)
{
    struct buf *out = p->out;
    struct str name = json_str(l->level[i], "level"), verdict = json_str(l->level[i], "verdict");
    size_t x = left(l, i), y = top(l, i);
    buf_puts(out, "<a href=\"#level-");
    html_text(name, out);
    buf_puts(out, "\"><g class=\"level ");
    html_text(verdict, out);
    buf_printf(out, "\"><rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" rx=\"6\"/>", x, y, BOX,
               HEIGHT);
    buf_printf(out, "<text x=\"%zu\" y=\"%zu\">%s ", x + 10, y + 18, mark(verdict));
    html_text(name, out);
    buf_printf(out, "</text><text class=\"note\" x=\"%zu\" y=\"%zu\">", x + 26, y + 34);
    html_text(verdict, out);
    buf_puts(out, "</text></g></a>\n");
}

static void picture(const struct page *p, const struct lattice *l)
{
    struct buf *out = p->out;
    size_t width = 2 * SIDE + l->widest * (BOX + GAP_X) - GAP_X;
    size_t height = 2 * SIDE + l->rows * (HEIGHT + GAP_Y) - GAP_Y;
    buf_printf(
        out,
        "<div class=\"scroll picture\" role=\"group\" aria-label=\"Picture of the levels\" "
        "tabindex=\"0\"><svg class=\"lattice\" role=\"group\" aria-labelledby=\"t-lattice "
        "d-lattice\" width=\"%zu\" height=\"%zu\" viewBox=\"0 0 %zu %zu\">"
        "<title id=\"t-lattice\">Levels of consistency</title><desc id=\"d-lattice\">Stronger "
        "levels are above those that they imply. The table below says the same.</desc>\n",
        width, height, width, height);
    for (size_t i = 0; i < l->n; i++)
        for (size_t j = 0; j < l->n; j++)
            if (next_below(l, i, j))
                buf_printf(out, "<path class=\"implies\" d=\"M%zu %zuL%zu %zu\"/>\n",
                           left(l, i) + BOX / 2, top(l, i) + HEIGHT, left(l, j) + BOX / 2,
                           top(l, j));
    for (size_t i = 0; i < l->n; i++)
        box(p, l, i);
    buf_puts(out, "</svg></div>\n");
}

static void row(const struct page *p, const json_t *level)
{
    struct buf *out = p->out;
    struct str name = json_str(level, "level"), how = json_str(level, "how");
    struct str verdict = json_str(level, "verdict"), by = json_str(level, "by");
    buf_puts(out, "<tr id=\"level-");
    html_text(name, out);
    buf_printf(out, "\"%s><th scope=\"row\">", str_is(verdict, "broken") ? " class=\"bad\"" : "");
    html_text(name, out);
    buf_printf(out, "</th><td><span class=\"badge %s\">%s ",
               str_is(verdict, "holds")    ? "valid"
               : str_is(verdict, "broken") ? "invalid"
                                           : "unknown",
               mark(verdict));
    html_text(verdict, out);
    buf_puts(out, "</span></td><td>");
    html_text(how, out);
    if (by.n) {
        buf_puts(out, str_is(how, "implied") ? " by " : " because of ");
        html_text(by, out);
    }
    buf_puts(out, "</td><td>");
    html_text(json_str(level, "reason"), out);
    buf_puts(out, "</td></tr>\n");
}

static void border(const struct page *p, const json_t *spectrum, const char *name,
                   const char *before, const char *none)
{
    const json_t *list = json_object_get(spectrum, name), *one;
    size_t i;
    buf_printf(p->out, "<p>%s", json_array_size(list) ? before : none);
    json_array_foreach(list, i, one)
    {
        buf_puts(p->out, i ? ", <b>" : " <b>");
        html_puts(json_string_value(one), p->out);
        buf_puts(p->out, "</b>");
    }
    buf_puts(p->out, ".</p>\n");
}

void html_spectrum_border(const struct page *p, const json_t *property)
{
    const json_t *spectrum = json_object_get(property, "spectrum");
    if (!spectrum)
        return;
    border(p, spectrum, "strongest",
           "The strongest that is not refuted:", "No level that was asked survives");
    border(p, spectrum, "weakest", "The weakest that is broken:", "No level is broken");
}

void html_spectrum(struct page *p)
{
    for (size_t i = 0; i < page_properties(p); i++) {
        const json_t *spectrum = json_object_get(page_property(p, i), "spectrum");
        struct lattice l = {.n = 0};
        read_levels(&l, json_object_get(spectrum, "levels"));
        if (l.n == 0)
            continue;
        close_over(&l);
        lay_out(&l);
        buf_puts(p->out, "<section id=\"spectrum\" aria-labelledby=\"h-spectrum\">\n"
                         "<h2 id=\"h-spectrum\">Which levels hold</h2>\n");
        html_spectrum_border(p, page_property(p, i));
        buf_puts(p->out,
                 "<p class=\"legend\">Each box is a promise that a store can keep. A line "
                 "leads from a promise down to the weaker ones that it includes: where a "
                 "lower one is broken, those above it are broken, too. Choose a box for the "
                 "reason.</p>\n");
        picture(p, &l);
        buf_puts(p->out,
                 "<div class=\"scroll\" role=\"group\" aria-label=\"Levels\" tabindex=\"0\">"
                 "<table>\n<thead><tr><th scope=\"col\">level</th><th scope=\"col\">verdict"
                 "</th><th scope=\"col\">how</th><th scope=\"col\">reason</th></tr></thead>\n"
                 "<tbody>\n");
        for (size_t k = 0; k < l.n; k++)
            row(p, l.level[k]);
        buf_puts(p->out, "</tbody></table></div>\n</section>\n");
        return; /* one spectrum: there is one */
    }
}
