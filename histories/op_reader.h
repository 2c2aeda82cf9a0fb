/* What every reader does with an operation, whatever its syntax: know the field names, normalise
 * types and names, look at errors of failed operations, append the event, and say where the text
 * went wrong or was torn. */
#ifndef BELIE_HISTORIES_OP_READER_H
#define BELIE_HISTORIES_OP_READER_H

#include "histories/history.h"
#include "histories/lexer.h"

enum field {
    FIELD_TYPE,
    FIELD_F,
    FIELD_PROCESS,
    FIELD_VALUE,
    FIELD_KEY,
    FIELD_TIME,
    FIELD_INDEX,
    FIELD_VERSION,
    FIELD_REVISION, /* :mod-revision, the version when there is no :version */
    FIELD_ERROR,
    FIELD_NODE,
    FIELD_EXTRA,
};

enum { NAME_CACHE = 64, ERROR_CACHE = 32, SHAPE_MAX = 16 };

/* Most histories write every operation alike. For each position in an operation we remember the
 * bytes between two values (such as `, :time `) and the field that they announced; when they come
 * again, two word compares replace the lexing of the key. */
struct shape {
    uint64_t word[2], mask[2];
    uint8_t n;
    enum field field;
};

struct op_reader {
    struct lexer l;
    struct history *h;
    struct event ev;
    unsigned seen;    /* bit per enum field */
    struct str error; /* text of the :error form, or empty */
    struct shape shape[SHAPE_MAX];
    struct { /* short names, by their bytes */
        uint64_t word;
        val v;
    } names[NAME_CACHE];
    struct { /* judgements of error texts */
        uint64_t hash;
        struct str text;
        bool indefinite;
    } errors[ERROR_CACHE];
};

/* Ready to read h->source.text. */
void op_reader_init(struct op_reader *r, struct history *h);
void op_reader_free(struct op_reader *r);

/* True when the bytes at the cursor announce the same field as last time at position `i`; moves
 * behind them. */
static inline bool op_same_shape(struct op_reader *r, unsigned i, enum field *f)
{
    uint64_t w[2];
    _Static_assert(sizeof w <= SOURCE_PAD, "looking ahead stays inside the padding");
    const struct shape *s = &r->shape[i & (SHAPE_MAX - 1)];
    memcpy(w, r->l.p, sizeof w);
    if (s->n == 0 || (w[0] & s->mask[0]) != s->word[0] || (w[1] & s->mask[1]) != s->word[1])
        return false;
    r->l.p += s->n;
    *f = s->field;
    return true;
}

/* Remember that the bytes from `from` to the cursor announced `f`. The last of them must be one
 * that ends the key. */
void op_learn_shape(struct op_reader *r, unsigned i, const char *from, enum field f);

/* Start an event whose form begins at `at`. */
void op_begin(struct op_reader *r, const char *at);
/* The field called `name` (without colon or quotes). */
enum field op_field(struct str name);
/* False, with the lexer's error set, when the field was seen before in this event. */
static inline bool op_once(struct op_reader *r, enum field f, const char *at)
{
    unsigned bit = 1u << f, before = r->seen;
    r->seen = before | bit;
    return !(before & bit & ~(1u << FIELD_EXTRA)) ||
           lexer_fail(&r->l, at, "this operation has the same key twice");
}
/* Set fields; false with the lexer's error set when the value cannot be one. */
bool op_set_type(struct op_reader *r, struct str name, const char *at);
/* Jepsen's four types at `p`, when a byte of class `mask` follows; moves behind them. Four compares
 * and one branch: which type comes next is what a branch predictor cannot know. */
static inline bool op_usual_type(struct op_reader *r, const char *p, const uint8_t *class,
                                 uint8_t mask)
{
    static const uint8_t length[5] = {6, 2, 4, 4, 0};
    uint64_t w = lexer_load8(p);
    unsigned type = 4;
    type = (w & 0xffffffffffffu) == 0x656b6f766e69u ? OP_INVOKE : type;
    type = (w & 0xffffu) == 0x6b6fu ? OP_OK : type;
    type = (w & 0xffffffffu) == 0x6c696166u ? OP_FAIL : type;
    type = (w & 0xffffffffu) == 0x6f666e69u ? OP_INFO : type;
    if (type == 4 || !(class[(unsigned char)p[length[type]]] & mask))
        return false;
    r->ev.type = (enum op_type)type;
    r->l.p = p + length[type];
    return true;
}
bool op_set_f(struct op_reader *r, val v, const char *at);
bool op_set_process(struct op_reader *r, val v, const char *at);
/* FIELD_TIME, FIELD_INDEX, FIELD_VERSION, FIELD_REVISION; negative ones count as not given. */
void op_set_number(struct op_reader *r, enum field f, int64_t i);
/* Append the event. */
bool op_end(struct op_reader *r);

/* The keyword called `name`, a token of the text as it stands there; names of up to eight bytes
 * are remembered. */
val op_keyword(struct op_reader *r, struct str name);

static inline size_t op_name_slot(uint64_t word)
{
    _Static_assert(NAME_CACHE == 1 << 6, "the index has six bits");
    return (size_t)((word * 0x9e3779b97f4a7c15u) >> 58);
}

/* High bits of the bytes of w that equal c; exact up to the first of them. */
static inline uint64_t op_bytes_equal(uint64_t w, char c)
{
    uint64_t x = w ^ (0x0101010101010101u * (unsigned char)c);
    return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

/* A remembered name at `p` that ends before one of three bytes; moves behind it. Only names that
 * were lexed byte by byte are in the cache, so a name that ends otherwise is simply not found. */
static inline bool op_usual_name(struct op_reader *r, const char *p, const char ends[3], val *out)
{
    uint64_t w = lexer_load8(p);
    uint64_t stop =
        op_bytes_equal(w, ends[0]) | op_bytes_equal(w, ends[1]) | op_bytes_equal(w, ends[2]);
    unsigned bits = stop ? (unsigned)__builtin_ctzll(stop) & ~7u : 0;
    uint64_t word = w & ((1ull << bits) - 1);
    size_t i = op_name_slot(word);
    if (word == 0 || r->names[i].word != word)
        return false;
    *out = r->names[i].v;
    r->l.p = p + bits / 8;
    return true;
}

/* The lexer failed in the form that begins at `form`. A form torn by the end of the text, or by
 * zero bytes up to there, is dropped with a warning: true. Everything else is an error: false. */
bool op_failed(struct op_reader *r, const char *form, struct err *e);
/* Error at `at`. Returns false. */
bool op_error(struct op_reader *r, const char *at, struct err *e, const char *what);

/* For line-based formats: the next line of [*p, end) without its line end. *ended: it had one. */
bool op_next_line(const char **p, const char *end, struct str *line, bool *ended);
/* The last line has no line end: it is kept, but a number there may have lost digits. */
void op_warn_unended(struct history *h);
/* The form at `form` is torn: it is left out, with a warning. There are events before it. */
void op_warn_torn(struct history *h, const char *form);

/* The error of a failed operation reads as if the operation may have taken effect after all. */
bool error_is_indefinite(struct str text);

#endif
