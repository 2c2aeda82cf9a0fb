#include "reports/account_json.h"

#include "reports/account_text.h"
#include "reports/report.h"

enum { ELEMENTS_MAX = 1 << 16, VALUE_SHOWN = 1000 };

/* EDN text of report_elements and report_value is well-formed UTF-8 in one line. */
static json_t *printed(struct buf *b)
{
    json_t *j = json_stringn(buf_str(b).p, b->n);
    buf_free(b);
    return j;
}

static json_t *element(const struct history *h, val v)
{
    int64_t i;
    struct buf b = {0};
    if (val_get_int(&h->values, v, &i))
        return json_integer((json_int_t)i);
    report_value(h, v, VALUE_SHOWN, &b);
    return printed(&b);
}

static json_t *outcome(const struct history *h, const struct outcome_list *l)
{
    json_t *o = json_object();
    struct buf b = {0};
    report_elements(h, l, ELEMENTS_MAX, &b);
    (void)json_object_set_new(o, "count", json_integer((json_int_t)l->n));
    (void)json_object_set_new(o, "copies", json_integer((json_int_t)l->copies));
    (void)json_object_set_new(o, "elements", printed(&b));
    return o;
}

static json_t *latencies(const struct latencies *l)
{
    json_t *o = json_object();
    for (size_t i = 0; i < QUANTILES; i++) {
        struct buf name = {0};
        buf_printf(&name, "%g%c", quantile_points[i], '\0');
        (void)json_object_set_new(o, name.p, json_integer((json_int_t)l->ns[i]));
        buf_free(&name);
    }
    return o;
}

static void add_latencies(json_t *o, const struct account *a)
{
    if (a->stable.n + a->lost.n == 0)
        return;
    json_t *l = json_object();
    (void)json_object_set_new(l, "unit", json_string("ns"));
    if (a->stable.n)
        (void)json_object_set_new(l, "stable", latencies(&a->stable));
    if (a->lost.n)
        (void)json_object_set_new(l, "lost", latencies(&a->lost));
    (void)json_object_set_new(o, "latencies", l);
}

static void add_worst(json_t *o, const struct history *h, const struct account *a)
{
    if (a->nworst == 0)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < a->nworst; i++) {
        json_t *one = json_object();
        (void)json_object_set_new(one, "element", element(h, a->worst[i].element));
        (void)json_object_set_new(one, "latency", json_integer((json_int_t)a->worst[i].ns));
        (void)json_array_append_new(list, one);
    }
    (void)json_object_set_new(o, "worst-stale", list);
}

json_t *account_json(const struct history *h, const struct account *a)
{
    json_t *o = json_object(), *numbers = json_object(), *outcomes = json_object();
    for (size_t i = 0; a->numbers[i].name; i++)
        (void)json_object_set_new(numbers, a->numbers[i].name,
                                  json_integer((json_int_t)a->numbers[i].n));
    for (size_t i = 0; i < OUTCOMES; i++)
        if (a->list[i].n)
            (void)json_object_set_new(outcomes, outcome_names[i], outcome(h, &a->list[i]));
    (void)json_object_set_new(o, "numbers", numbers);
    (void)json_object_set_new(o, "outcomes", outcomes);
    add_latencies(o, a);
    add_worst(o, h, a);
    if (a->least != VAL_ABSENT) {
        json_t *range = json_array();
        (void)json_array_append_new(range, element(h, a->least));
        (void)json_array_append_new(range, element(h, a->greatest));
        (void)json_object_set_new(o, "range", range);
    }
    return o;
}
