/* Small histories as one line of text, for vectors, oracle files and failing cases:
 *
 *   p0:w(5)[11,14]  p6:r()=5[12,13]  p2:cas(0>1)[8,-]  p1:append('x')@k[1,2]
 *   p3:txn(x:=1;y?0)[4,5]  p0:w(5)#7[1,2]  p0:w(5)[1,!2]  p0:w(5)[1,?2]
 *
 * process, operation, arguments, =result, @key, #version, [invocation,completion] as distinct
 * positions; - is no completion, ! fail, ? info. Values: integers, nil, 'text'. A txn lists writes
 * (k:=v) and reads (k?v). Results of operations that did not end ok are ignored. */
#ifndef BELIE_TESTS_NOTATION_H
#define BELIE_TESTS_NOTATION_H

#include "histories/history.h"

enum { SCRIPT_OPS = 64, SCRIPT_MICROS = 4, SCRIPT_TEXT = 40 };

enum script_kind { SCRIPT_READ, SCRIPT_WRITE, SCRIPT_CAS, SCRIPT_APPEND, SCRIPT_TXN };

struct script_value {
    enum { SCRIPT_NIL, SCRIPT_INT, SCRIPT_STRING } kind;
    int64_t i;
    char s[SCRIPT_TEXT];
};

struct script_micro {
    bool write;
    char key;
    struct script_value value;
};

struct script_op {
    uint32_t process;
    enum script_kind kind;
    bool kv_names; /* get and put instead of read and write */
    char key;      /* letter or digit, or 0 for none */
    struct script_value in, to; /* write, append: in; cas: in > to */
    struct script_value out;    /* read */
    struct script_micro micro[SCRIPT_MICROS];
    size_t nmicro;
    enum op_type type;    /* OP_OK, OP_FAIL, OP_INFO */
    uint32_t inv, res;    /* res = NO_EVENT: no completion at all (type OP_INFO) */
    int64_t version;      /* or -1 */
};

struct script {
    struct script_op ops[SCRIPT_OPS];
    size_t n;
};

static inline struct script_value script_int(int64_t i)
{
    return (struct script_value){.kind = SCRIPT_INT, .i = i};
}

bool script_parse(struct script *s, struct str line, struct err *e);
void script_print(const struct script *s, struct buf *out);
/* The history with events in the order of positions, paired and split by keys like one that was
 * read from a file. h is initialised here; on error it is freed. */
bool script_history(const struct script *s, struct history *h, struct err *e);
/* Remove operation i. */
void script_drop(struct script *s, size_t i);

#endif
