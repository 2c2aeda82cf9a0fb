/* The head of a page: what it may do, how it looks, what the tab says. */
#ifndef BELIE_REPORTS_HTML_FRAME_H
#define BELIE_REPORTS_HTML_FRAME_H

#include "base/buf.h"

/* Everything up to </head>. The page may use the style of reports and `script`, nothing else. */
void html_head(const char *verdict, struct str title, struct str script, struct buf *out);

#endif
