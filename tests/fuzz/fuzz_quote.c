/* Quoted words go through a reader of shell words written here: what comes out is what went in, and
 * it is one word. A key file is any bytes, too. */
#include "control/key_file.h"
#include "control/quote.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One word by the rules of POSIX: apostrophes, backslashes outside of them, plain characters. */
static void unquote(struct str s, struct buf *out)
{
    bool inside = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            inside = !inside;
        else if (inside)
            buf_putc(out, s.p[i]);
        else if (s.p[i] == '\\' && i + 1 < s.n)
            buf_putc(out, s.p[++i]);
        else if (strchr(" \t\n|&;<>()$`\"*?[#~!{}", s.p[i]))
            abort(); /* would mean something to a shell */
        else
            buf_putc(out, s.p[i]);
    }
    if (inside)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = {(const char *)data, size};
    struct buf word = {0}, back = {0};
    struct key_info k;
    bool nul = size > 0 && memchr(data, 0, size) != NULL;
    if (quote_word(&word, in) == nul)
        abort();
    if (!nul) {
        unquote(buf_str(&word), &back);
        if (!str_eq(buf_str(&back), in) || word.n == 0)
            abort();
    }
    buf_free(&word);
    buf_free(&back);
    (void)key_info_of(in, &k);
    return 0;
}
