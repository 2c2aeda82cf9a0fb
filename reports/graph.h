/* The edges of contradictions as graphs for other programs: DOT (graphviz) and Mermaid (Markdown).
 * One subgraph per contradiction that has edges; linearizability and accounting have none. */
#ifndef BELIE_REPORTS_GRAPH_H
#define BELIE_REPORTS_GRAPH_H

#include "reports/report.h"

enum graph_syntax { GRAPH_DOT, GRAPH_MERMAID };

struct graph {
    enum graph_syntax syntax;
    size_t n;        /* subgraphs so far */
    struct buf text; /* their text */
};

void graph_add(struct graph *g, const struct report *r);
/* Append the whole of it; frees what it holds. */
void graph_end(struct graph *g, struct buf *out);

#endif
