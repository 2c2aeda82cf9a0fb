/* Stepping over EDN that nobody needs: brackets, strings and characters are told apart, tokens are
 * not examined. Nested collections cost a byte each and no recursion; nested discards and metadata
 * recurse, up to LEXER_MAX_DEPTH. */
#include "histories/edn_lexer.h"

enum { S = EDN_SPACE | EDN_END, E = EDN_END, D = EDN_DIGIT };

/* Control bytes end a token; they are no whitespace and so become an error where they stand. */
const uint8_t edn_class[256] = {
    [0] = E,   [1] = E,    [2] = E,    [3] = E,    [4] = E,    [5] = E,    [6] = E,   [7] = E,
    [8] = E,   ['\t'] = S, ['\n'] = S, ['\v'] = S, ['\f'] = S, ['\r'] = S, [14] = E,  [15] = E,
    [16] = E,  [17] = E,   [18] = E,   [19] = E,   [20] = E,   [21] = E,   [22] = E,  [23] = E,
    [24] = E,  [25] = E,   [26] = E,   [27] = E,   [28] = E,   [29] = E,   [30] = E,  [31] = E,
    [' '] = S, [','] = S,  ['"'] = E,  [';'] = E,  ['^'] = E,  ['('] = E,  [')'] = E, ['['] = E,
    [']'] = E, ['{'] = E,  ['}'] = E,  ['\\'] = E, [127] = E,  ['0'] = D,  ['1'] = D, ['2'] = D,
    ['3'] = D, ['4'] = D,  ['5'] = D,  ['6'] = D,  ['7'] = D,  ['8'] = D,  ['9'] = D,
};

static void skip_line(struct lexer *l)
{
    const char *nl = memchr(l->p, '\n', (size_t)(l->end - l->p));
    l->p = nl ? nl + 1 : l->end;
}

bool edn_bad_start(struct lexer *l)
{
    switch (*l->p) {
    case '\0':
        return l->p >= l->end ? lexer_torn(l)
                              : lexer_fail(l, l->p, "a zero byte: this is not text");
    case ')':
    case ']':
    case '}':
        return lexer_fail(l, l->p, "a closing bracket that nothing opened");
    case '@':
    case '`':
    case '~':
        return lexer_fail(l, l->p, "Clojure code (@ ` ~) is not EDN");
    default:
        return lexer_fail(l, l->p, "a byte that no EDN form can start with");
    }
}

/* Behind the closing quote of the string whose opening quote is at l->p. */
static bool skip_string(struct lexer *l)
{
    const char *p = l->p + 1;
    for (;;) {
        while (p < l->end && *p != '"' && *p != '\\')
            p++;
        if (p >= l->end)
            return lexer_torn(l);
        if (*p == '"')
            break;
        p += 2;
    }
    l->p = p + 1;
    return true;
}

bool edn_skip_char(struct lexer *l)
{
    if (++l->p >= l->end)
        return lexer_torn(l);
    l->p++;
    (void)edn_token(l);
    return true;
}

/* #<Object of Clojure 1.6>: anything up to the matching >. */
static bool skip_unreadable(struct lexer *l)
{
    size_t open = 0;
    do {
        if (l->p >= l->end)
            return lexer_torn(l);
        open += *l->p == '<';
        open -= *l->p == '>';
        l->p++;
    } while (open || l->p[-1] != '>');
    return true;
}

/* One token or bracket inside a collection; open brackets are kept on `closers`. */
static bool skip_piece(struct lexer *l, char *closers, unsigned *open)
{
    switch (*l->p) {
    case '"':
        return skip_string(l);
    case '\\':
        return edn_skip_char(l);
    case ';':
        skip_line(l);
        return true;
    case '(':
    case '[':
    case '{':
        if (*open == LEXER_MAX_DEPTH)
            return lexer_fail(l, l->p, "nested deeper than 512 levels");
        closers[(*open)++] = *l->p == '(' ? ')' : *l->p == '[' ? ']' : '}';
        l->p++;
        return true;
    case ')':
    case ']':
    case '}':
        if (closers[*open - 1] != *l->p)
            return lexer_fail(l, l->p, "this closing bracket does not match the opening one");
        --*open;
        l->p++;
        return true;
    case '#':
        if (l->p[1] == '<') {
            l->p++;
            return skip_unreadable(l);
        }
        l->p++;
        return true;
    case '\0':
        if (l->p >= l->end)
            return lexer_torn(l);
        l->p++;
        return true;
    default:
        if (edn_is_end(*l->p))
            l->p++;
        else
            (void)edn_token(l);
        return true;
    }
}

static bool skip_collection(struct lexer *l)
{
    char closers[LEXER_MAX_DEPTH];
    unsigned open = 0;
    do {
        if (!skip_piece(l, closers, &open))
            return false;
    } while (open);
    return true;
}

bool edn_skip_tag(struct lexer *l)
{
    unsigned char c = (unsigned char)l->p[1];
    if (!((c | 32) >= 'a' && (c | 32) <= 'z') && c < 0x80)
        return false;
    l->p++;
    (void)edn_token(l);
    return true;
}

bool edn_skip_prefix(struct lexer *l, bool *again)
{
    *again = true;
    if (*l->p == '\'') {
        l->p++;
    } else if (*l->p == '^' || (*l->p == '#' && l->p[1] == '^')) {
        l->p += *l->p == '#' ? 2 : 1;
        if (!lexer_enter(l) || !edn_space(l) || !edn_skip(l))
            return false;
        l->depth--;
    } else if (*l->p == '#' && l->p[1] == ':') {
        l->p++;
        (void)edn_token(l);
    } else if (*l->p != '#' || !edn_skip_tag(l)) {
        *again = false;
        return true;
    }
    return edn_space(l);
}

bool edn_skip(struct lexer *l)
{
    bool again = true;
    while (again)
        if (!edn_skip_prefix(l, &again))
            return false;
    switch (*l->p) {
    case '"':
        return skip_string(l);
    case '\\':
        return edn_skip_char(l);
    case '(':
    case '[':
    case '{':
        return skip_collection(l);
    case '#':
        l->p++;
        if (*l->p == '{')
            return skip_collection(l);
        if (*l->p == '"')
            return skip_string(l);
        if (*l->p == '<')
            return skip_unreadable(l);
        (void)edn_token(l);
        return true;
    default:
        return edn_token(l).n > 0 || edn_bad_start(l);
    }
}

bool edn_space_slow(struct lexer *l)
{
    for (;;) {
        while (edn_class[(unsigned char)*l->p] & EDN_SPACE)
            l->p++;
        if (*l->p == ';' || (*l->p == '#' && l->p[1] == '!')) {
            skip_line(l);
        } else if (*l->p == '#' && l->p[1] == '_') {
            l->p += 2;
            /* Nested discards (#_ #_ a b) come back here through edn_space. */
            if (!lexer_enter(l) || !edn_space(l) || !edn_skip(l))
                return false;
            l->depth--;
        } else {
            return true;
        }
    }
}
