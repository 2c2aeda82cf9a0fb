#include "cli/live/secrets.h"

#include "cli/command_line.h"

#include <string.h>

/* Replace `secret` in `text`, which has no NUL. */
static void replace(struct buf *text, struct str secret, struct str shown)
{
    struct buf b = {0};
    size_t from = 0;
    for (size_t i = 0; secret.n > 0 && i + secret.n <= text->n; i++) {
        if (memcmp(text->p + i, secret.p, secret.n) != 0)
            continue;
        buf_put(&b, (struct str){text->p + from, i - from});
        buf_put(&b, shown);
        from = i + secret.n;
        i = from - 1;
    }
    buf_put(&b, (struct str){buf_str(text).p + from, text->n - from});
    buf_free(text);
    *text = b;
}

/* With and without its port: the machine is spoken to, too. */
static void replace_address(struct buf *text, const char *node)
{
    const char *at = strrchr(node, '@'), *colon = at ? strrchr(at, ':') : NULL;
    const size_t lengths[] = {at ? strlen(node) : 0, colon ? (size_t)(colon - node) : 0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct str address = {node, lengths[i]};
        struct buf shown = {0};
        command_line_mask(address, &shown);
        if (!str_eq(address, buf_str(&shown)))
            replace(text, address, buf_str(&shown));
        buf_free(&shown);
    }
}

void secrets_hide(const struct live_plan *p, struct str text, struct buf *out)
{
    struct buf b = {0};
    buf_put(&b, text);
    for (size_t i = 0; i < p->target.nvariables; i++)
        if (command_line_secret(str_of(p->target.variables[i].name)))
            replace(&b, str_of(p->target.variables[i].text), STR("***"));
    for (uint32_t i = 0; i < p->test.nnodes; i++)
        replace_address(&b, p->nodes[i]);
    buf_put(out, buf_str(&b));
    buf_free(&b);
}

void secrets_hide_error(const struct live_plan *p, struct err *e)
{
    struct buf b = {.max = sizeof e->text - 1};
    secrets_hide(p, str_of(e->text), &b);
    memcpy(e->text, buf_str(&b).p, b.n);
    e->text[b.n] = '\0';
    buf_free(&b);
}
