#define _POSIX_C_SOURCE 200809L
#include "cli/baseline.h"

#include "base/mem.h"
#include "checker/account.h"
#include "checker/rules.h"
#include "cli/terminal.h"

#include <fnmatch.h>
#include <stdio.h>
#include <time.h>

static const char *text(const json_t *entry, const char *name)
{
    return json_string_value(json_object_get(entry, name));
}

static bool is_day(const char *s)
{
    for (size_t i = 0; i < 10; i++) {
        bool dash = i == 4 || i == 7;
        if (dash ? s[i] != '-' : s[i] < '0' || s[i] > '9')
            return false;
    }
    return s[10] == '\0';
}

static bool entry_good(const char *path, size_t i, const json_t *entry, struct err *e)
{
    static const char *const names[] = {"path", "until", "reason"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!text(entry, names[k]))
            return err_set(e, ERR_INPUT, "%s: entry %zu has no text \"%s\"", path, i + 1, names[k]);
    if (!is_day(text(entry, "until")))
        return err_set(e, ERR_INPUT, "%s: entry %zu: \"until\" is a day such as 2027-01-31", path,
                       i + 1);
    return true;
}

bool baseline_load(struct baseline *b, const char *path, struct err *e)
{
    json_error_t where;
    struct tm tm;
    time_t now = time(NULL);
    json_t *all = json_load_file(path, 0, &where);
    *b = (struct baseline){.known = json_incref(json_object_get(all, "known"))};
    json_decref(all);
    if (!all)
        return err_set(e, ERR_INPUT, "%s:%d:%d: %s", path, where.line, where.column, where.text);
    bool ok = json_is_array(b->known) ||
              err_set(e, ERR_INPUT, "%s: a baseline is {\"known\": [...]}", path);
    for (size_t i = 0; ok && i < json_array_size(b->known); i++)
        ok = entry_good(path, i, json_array_get(b->known, i), e);
    if (!ok) {
        json_decref(b->known);
        return false;
    }
    b->used = mem_zalloc(json_array_size(b->known) + 1, sizeof *b->used);
    if (gmtime_r(&now, &tm))
        (void)strftime(b->today, sizeof b->today, "%Y-%m-%d", &tm);
    return true;
}

static bool covers(const json_t *entry, const char *path, const struct check_result *c,
                   const struct key_result *k)
{
    const char *property = text(entry, "property"), *rule = text(entry, "rule");
    const char *broken = k->account ? k->account->rule : rule_name(k->rule);
    return fnmatch(text(entry, "path"), path, 0) == 0 &&
           (!property || strcmp(property, c->property) == 0) &&
           (!rule || (broken && strcmp(rule, broken) == 0));
}

/* The first entry that covers it and has not expired. */
static const json_t *find(struct baseline *b, const char *path, const struct check_result *c,
                          const struct key_result *k)
{
    for (size_t i = 0; i < json_array_size(b->known); i++) {
        const json_t *entry = json_array_get(b->known, i);
        if (!covers(entry, path, c, k))
            continue;
        bool expired = strcmp(b->today, text(entry, "until")) > 0;
        if (expired && !b->used[i])
            say("%s: the known issue '%s' expired on %s", path, text(entry, "reason"),
                text(entry, "until"));
        b->used[i] = true;
        if (!expired)
            return entry;
    }
    return NULL;
}

const char *baseline_match(struct baseline *b, const struct report *r)
{
    const json_t *last = NULL;
    for (const struct check_result *c = r->result; c; c = c->next) {
        size_t before = 0;
        for (size_t i = 0; i < c->nkeys; i++) {
            if (c->keys[i].verdict != VERDICT_INVALID)
                continue;
            before++;
            if (!(last = find(b, r->path, c, &c->keys[i])))
                return NULL;
        }
        if (c->verdict == VERDICT_INVALID && before == 0)
            return NULL; /* invalid for another reason than a key */
    }
    return last ? text(last, "reason") : NULL;
}

void baseline_end(struct baseline *b)
{
    for (size_t i = 0; i < json_array_size(b->known); i++) {
        const json_t *entry = json_array_get(b->known, i);
        if (!b->used[i])
            say("the known issue '%s' (%s) was not seen", text(entry, "reason"),
                text(entry, "path"));
    }
    json_decref(b->known);
    mem_free(b->used);
}
