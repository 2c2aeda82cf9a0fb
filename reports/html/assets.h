/* The style and scripts of HTML reports: the .css and .js files of this folder, made into C by
 * tools/embed.sh when belie is built. */
#ifndef BELIE_REPORTS_HTML_ASSETS_H
#define BELIE_REPORTS_HTML_ASSETS_H

#include "base/str.h"

struct asset {
    const unsigned char *p;
    size_t n;
};

extern const struct asset asset_style, asset_script, asset_index;

static inline struct str asset_text(const struct asset *a)
{
    return (struct str){(const char *)a->p, a->n};
}

#endif
