/* What every store does at its door: a client is connected to one node, which passes its requests
 * on to the node that may decide, and the answer back. */
#ifndef BELIE_RUNNERS_SIM_PROXY_H
#define BELIE_RUNNERS_SIM_PROXY_H

#include "runners/sim/machine.h"
#include "runners/sim/world.h"

/* First word of a message; a store's own messages start at MESSAGE_OWN. */
enum {
    MESSAGE_REQUEST, /* client to node: then a command, then the client's context */
    /* node to client, or to the client's node: client, request, status, words of the context;
     * then the result and the context */
    MESSAGE_REPLY,
    MESSAGE_OWN,
};

enum { REPLY_HEAD = 5 }; /* words before the result */

/* A client keeps a context for the store, words that came with the last answer, and sends it with
 * the next request: what its session has seen. Most stores have none. */

/* Send a request of a client, or pass it on. */
void proxy_request(struct world *w, uint32_t from, uint32_t to, const struct command *c);
/* Answer it from node `self`, through the node that the client is connected to. */
void proxy_answer(struct world *w, uint32_t self, const struct command *c, enum reply_status status,
                  const struct words *result);
void proxy_request_with(struct world *w, uint32_t from, uint32_t to, const struct command *c,
                        const struct words *context);
void proxy_answer_with(struct world *w, uint32_t self, const struct command *c,
                       enum reply_status status, const struct words *result,
                       const struct words *context);
/* A MESSAGE_REPLY came to the client's node: hand it on. */
void proxy_relay(struct world *w, uint32_t self, const int64_t *words, size_t n);
/* `c` came to a node that cannot serve it. When it came right from the client it certainly has no
 * effect; else the network may deliver it again, to somebody who can. */
void proxy_refuse(struct world *w, uint32_t self, uint32_t from, const struct command *c);

#endif
