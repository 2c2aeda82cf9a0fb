#include "cli/command_line.h"

#include "control/quote.h"

static const char *const secrets[] = {"pass",       "pwd",  "secret", "token",
                                      "credential", "auth", "key"};
static const char stars[] = "***";

bool command_line_secret(struct str name)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (str_contains_nocase(name, secrets[i]))
            return true;
    return false;
}

/* "Authorization: x", "token":"x": the name before the colon at i. */
static bool secret_field(struct str s, size_t from, size_t i)
{
    struct str name = {s.p + from, i - from};
    return i + 1 < s.n && strchr(" \"'", s.p[i + 1]) && command_line_secret(name);
}

/* Where the value begins of the first NAME= or NAME: that is secret; s.n when there is none. */
static size_t secret_value(struct str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        struct str name = {s.p + from, i - from};
        if (s.p[i] == '=' && !str_starts(name, "--") && command_line_secret(name))
            return i + 1;
        if (s.p[i] == ':' && secret_field(s, from, i))
            return i + 1;
        if (strchr("=,; &?{", s.p[i]))
            from = i + 1;
    }
    return s.n;
}

/* "root", "ubuntu": the user of an SSH address, which whoever repeats the command needs. A token
 * has digits or capitals, or is longer. */
static bool is_login(struct str name)
{
    enum { LONGEST = 16 };
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] != '_' && name.p[i] != '-' && (name.p[i] < 'a' || name.p[i] > 'z'))
            return false;
    return name.n <= LONGEST;
}

/* The first secret of "scheme://user:password@", or of one without a scheme: from *a to *b. Who
 * gives a name alone, or with an empty password, may log in by that (a token). */
static bool secret_of_url(struct str s, size_t *a, size_t *b)
{
    size_t user = 0;
    *a = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (i + 3 <= s.n && memcmp(s.p + i, "://", 3) == 0) {
            *a = 0;
            i += 2;
            user = i + 1;
        } else if (s.p[i] == ':' && *a == 0) {
            *a = i + 1;
        } else if (s.p[i] == '@' && (*a || !is_login((struct str){s.p + user, i - user}))) {
            *a = *a && *a < i ? *a : user;
            *b = i;
            return true;
        } else if (strchr("/,=@", s.p[i])) {
            *a = s.p[i] == '=' ? *a : 0;
            user = i + 1;
        }
    }
    return false;
}

void command_line_mask(struct str s, struct buf *out)
{
    struct str rest = {s.p, secret_value(s)};
    bool more = rest.n < s.n;
    size_t a = 0, b = 0;
    while (secret_of_url(rest, &a, &b)) {
        buf_put(out, (struct str){rest.p, a});
        buf_puts(out, stars);
        rest = (struct str){rest.p + b, rest.n - b};
    }
    buf_put(out, rest);
    buf_puts(out, more ? stars : "");
}

static void word(struct str s, struct buf *out)
{
    struct buf shown = {0};
    command_line_mask(s, &shown);
    buf_putc(out, ' ');
    (void)quote_word(out, buf_str(&shown)); /* no argument has a NUL */
    buf_free(&shown);
}

void command_line(int argc, char **argv, const char *more, struct buf *out)
{
    bool rest = false;
    buf_puts(out, "belie");
    for (int i = 0; i < argc; i++) {
        if (!rest && strcmp(argv[i], "--") == 0) {
            buf_puts(out, more);
            rest = true;
        }
        word(str_of(argv[i]), out);
    }
    if (!rest)
        buf_puts(out, more);
}
