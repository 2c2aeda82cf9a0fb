#define ZLIB_CONST
#include "histories/inflate.h"

#include "base/mem.h"

#include <limits.h>
#include <zlib.h>
#include <zstd.h>

struct sink {
    char *p;
    size_t n, cap, pad;
};

enum { FIRST_ROOM = 1 << 16 };

/* At least one free byte behind p + n, and the pad after it. Returns the free bytes. */
static size_t sink_room(struct sink *s)
{
    if (s->n + s->pad >= s->cap)
        s->p = mem_grow(s->p, &s->cap, s->cap ? s->cap + s->cap / 2 : FIRST_ROOM, 1);
    return s->cap - s->pad - s->n;
}

enum packing inflate_kind(struct str head)
{
    if (head.n >= 3 && memcmp(head.p, "\x1f\x8b\x08", 3) == 0)
        return PACKED_GZIP;
    if (head.n >= 4 && memcmp(head.p, "\x28\xb5\x2f\xfd", 4) == 0)
        return PACKED_ZSTD;
    return PACKED_NOT;
}

static bool cut_short(const char *tool, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "the compressed data is cut short; to check what is left: %s FILE > part.edn",
                   tool);
}

static uInt clamp(size_t n)
{
    return n > UINT_MAX / 2 ? UINT_MAX / 2 : (uInt)n;
}

/* One member; moves *in behind it. */
static bool gzip_member(z_stream *z, struct str *in, struct sink *s, struct err *e)
{
    for (;;) {
        size_t room = sink_room(s);
        z->next_in = (const Bytef *)in->p;
        z->avail_in = clamp(in->n);
        z->next_out = (Bytef *)(s->p + s->n);
        z->avail_out = clamp(room);
        uInt had = z->avail_in, free_bytes = z->avail_out;
        int rc = inflate(z, Z_NO_FLUSH);
        in->p += had - z->avail_in;
        in->n -= had - z->avail_in;
        s->n += free_bytes - z->avail_out;
        if (rc == Z_STREAM_END)
            return true;
        if (rc == Z_MEM_ERROR)
            return err_set(e, ERR_IO, "no memory to decompress it");
        if (rc != Z_OK && rc != Z_BUF_ERROR)
            return err_set(e, ERR_INPUT, "the gzip data is damaged (%s)",
                           z->msg ? z->msg : "no detail");
        if (in->n == 0 && z->avail_out > 0)
            return cut_short("zcat", e);
    }
}

/* gzip pads tapes with zeros; anything else behind the last member is damage. */
static bool only_zeros(struct str in)
{
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i])
            return false;
    return true;
}

static bool inflate_gzip(struct str in, struct sink *s, struct err *e)
{
    z_stream z = {0};
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        return err_set(e, ERR_IO, "no memory to decompress it");
    bool ok = true;
    do {
        ok = gzip_member(&z, &in, s, e) && inflateReset(&z) == Z_OK;
    } while (ok && inflate_kind(in) == PACKED_GZIP);
    (void)inflateEnd(&z);
    if (ok && !only_zeros(in))
        ok = err_set(e, ERR_INPUT, "bytes that are not gzip data follow the compressed data");
    return ok;
}

static bool inflate_zstd(struct str in, struct sink *s, struct err *e)
{
    ZSTD_DStream *z = ZSTD_createDStream();
    if (!z)
        return err_set(e, ERR_IO, "no memory to decompress it");
    ZSTD_inBuffer src = {in.p, in.n, 0};
    size_t rc = 1; /* 0 at the end of each frame */
    bool stuck = false;
    while (!ZSTD_isError(rc) && !stuck && (src.pos < src.size || rc != 0)) {
        size_t room = sink_room(s);
        ZSTD_outBuffer dst = {s->p + s->n, room, 0};
        rc = ZSTD_decompressStream(z, &dst, &src);
        s->n += dst.pos;
        stuck = src.pos == src.size && dst.pos < room;
    }
    (void)ZSTD_freeDStream(z);
    if (ZSTD_isError(rc))
        return err_set(e, ERR_INPUT, "the zstd data is damaged (%s)", ZSTD_getErrorName(rc));
    return rc == 0 || cut_short("zstdcat", e);
}

bool inflate_all(enum packing kind, struct str in, size_t pad, char **out, size_t *n, struct err *e)
{
    struct sink s = {.pad = pad};
    bool ok = kind == PACKED_GZIP ? inflate_gzip(in, &s, e) : inflate_zstd(in, &s, e);
    if (!ok) {
        mem_free(s.p);
        return false;
    }
    (void)sink_room(&s);
    memset(s.p + s.n, 0, pad);
    *out = s.p;
    *n = s.n;
    return true;
}
