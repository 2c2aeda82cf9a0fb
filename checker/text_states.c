/* Contents are found by a polynomial hash modulo 2^64 (Karp, Rabin 1987), which a parent and a
 * piece combine in O(1), and then compared byte by byte: the hash alone decides nothing. */
#include "checker/text_states.h"

#include "base/hash.h"
#include "base/mem.h"
#include "histories/value.h"

#define NO_PARENT UINT32_MAX
#define BASE UINT64_C(0x5851f42d4c957f2d)

struct text_node {
    uint32_t parent;
    struct str piece;
    uint64_t len, hash;
};

struct text_piece text_piece(struct str s)
{
    struct text_piece p = {.text = s, .hash = 0, .shift = 1};
    for (size_t i = 0; i < s.n; i++) {
        p.hash = p.hash * BASE + (unsigned char)s.p[i] + 1u;
        p.shift = p.shift * BASE;
    }
    return p;
}

/* A place in a text, moving from its end to its start: the first `left` bytes of node's piece. */
struct cursor {
    uint32_t node;
    size_t left;
};

static void settle(const struct texts *t, struct cursor *c)
{
    while (c->left == 0 && t->nodes[c->node].parent != NO_PARENT) {
        c->node = t->nodes[c->node].parent;
        c->left = t->nodes[c->node].piece.n;
    }
}

static bool same_text(const struct texts *t, uint32_t x, uint32_t y)
{
    if (t->nodes[x].len != t->nodes[y].len)
        return false;
    struct cursor a = {x, t->nodes[x].piece.n}, b = {y, t->nodes[y].piece.n};
    for (uint64_t rest = t->nodes[x].len; rest > 0;) {
        settle(t, &a);
        settle(t, &b);
        if (a.node == b.node && a.left == b.left)
            return true;
        size_t n = a.left < b.left ? a.left : b.left;
        a.left -= n;
        b.left -= n;
        rest -= n;
        if (memcmp(t->nodes[a.node].piece.p + a.left, t->nodes[b.node].piece.p + b.left, n) != 0)
            return false;
    }
    return true;
}

static void rehash(struct texts *t)
{
    t->nslots = t->nslots ? t->nslots * 4 : 64;
    mem_free(t->slots);
    t->slots = mem_zalloc(t->nslots, sizeof *t->slots);
    for (size_t i = 0; i < t->n; i++) {
        size_t s = (size_t)hash_u64(t->nodes[i].hash) & (t->nslots - 1);
        while (t->slots[s])
            s = (s + 1) & (t->nslots - 1);
        t->slots[s] = (uint32_t)i + 1;
    }
}

static uint32_t intern(struct texts *t, struct text_node node)
{
    if ((t->n + 1) * 2 > t->nslots)
        rehash(t);
    uint32_t id = (uint32_t)t->n;
    t->nodes = mem_grow(t->nodes, &t->cap, t->n + 1, sizeof *t->nodes);
    t->nodes[id] = node;
    size_t s = (size_t)hash_u64(node.hash) & (t->nslots - 1);
    for (; t->slots[s]; s = (s + 1) & (t->nslots - 1)) {
        uint32_t other = t->slots[s] - 1;
        if (t->nodes[other].hash == node.hash && same_text(t, other, id))
            return other;
    }
    t->slots[s] = id + 1;
    t->n++;
    return id;
}

uint32_t texts_intern(struct texts *t, const struct text_piece *whole)
{
    return intern(t, (struct text_node){NO_PARENT, whole->text, whole->text.n, whole->hash});
}

uint32_t texts_append(struct texts *t, uint32_t id, const struct text_piece *piece)
{
    const struct text_node *p = &t->nodes[id];
    uint64_t hash = p->hash * piece->shift + piece->hash;
    return intern(t, (struct text_node){id, piece->text, p->len + piece->text.n, hash});
}

void texts_print(const struct texts *t, uint32_t id, struct buf *out)
{
    char tail[80];
    size_t n = 0;
    uint64_t len = t->nodes[id].len;
    struct cursor c = {id, t->nodes[id].piece.n};
    while (n < sizeof tail && n < len) {
        settle(t, &c);
        tail[sizeof tail - ++n] = t->nodes[c.node].piece.p[--c.left];
    }
    if (n < len)
        buf_puts(out, "...");
    json_print_string((struct str){tail + sizeof tail - n, n}, out);
    if (n < len)
        buf_printf(out, " (%llu bytes)", (unsigned long long)len);
}

void texts_free(struct texts *t)
{
    mem_free(t->nodes);
    mem_free(t->slots);
    *t = (struct texts){0};
}
