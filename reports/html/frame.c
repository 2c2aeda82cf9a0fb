#include "reports/html/frame.h"

#include "base/base64.h"
#include "base/sha256.h"
#include "reports/html/assets.h"
#include "reports/html/markup.h"

static void put_hash(const char *directive, struct str text, struct buf *out)
{
    uint8_t sum[SHA256_BYTES];
    sha256(text, sum);
    buf_printf(out, " %s 'sha256-", directive);
    base64_put(sum, sizeof sum, out);
    buf_puts(out, "';");
}

static void icon(const char *verdict, struct buf *out)
{
    const char *color = strcmp(verdict, "invalid") == 0 ? "c0143c"
                        : strcmp(verdict, "valid") == 0 ? "1b7f3b"
                                                        : "9a6700";
    const char *mark = strcmp(verdict, "invalid") == 0 ? "M5 5l6 6M11 5l-6 6"
                       : strcmp(verdict, "valid") == 0 ? "M4 8l3 3 5-6"
                                                       : "M8 4v5M8 11v1";
    buf_printf(out,
               "<link rel=\"icon\" href=\"data:image/svg+xml,%%3Csvg "
               "xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%%3E%%3Ccircle cx='8' cy='8' "
               "r='8' fill='%%23%s'/%%3E%%3Cpath d='%s' stroke='white' stroke-width='2' "
               "fill='none'/%%3E%%3C/svg%%3E\">\n",
               color, mark);
}

void html_head(const char *verdict, struct str title, struct str script, struct buf *out)
{
    struct str style = asset_text(&asset_style);
    buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
    put_hash("style-src", style, out);
    put_hash("script-src", script, out);
    buf_puts(out, " img-src data:; base-uri 'none'; form-action 'none'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    for (const char *z = verdict; *z; z++)
        buf_putc(out, (char)(*z - 'a' + 'A'));
    buf_puts(out, ": ");
    html_text(title, out);
    buf_puts(out, " - belie</title>\n");
    icon(verdict, out);
    buf_puts(out, "<style>");
    buf_put(out, style);
    buf_puts(out, "</style>\n</head>\n");
}
