#include "runners/sim/proxy.h"

void proxy_request_with(struct world *w, uint32_t from, uint32_t to, const struct command *c,
                        const struct words *context)
{
    struct words m = {0};
    words_put(&m, MESSAGE_REQUEST);
    command_put(c, &m);
    words_append(&m, context->v, context->n);
    world_send(w, from, to, m.v, m.n);
    words_free(&m);
}

void proxy_request(struct world *w, uint32_t from, uint32_t to, const struct command *c)
{
    proxy_request_with(w, from, to, c, &(const struct words){0});
}

void proxy_answer_with(struct world *w, uint32_t self, const struct command *c,
                       enum reply_status status, const struct words *result,
                       const struct words *context)
{
    struct words m = {0};
    const int64_t head[REPLY_HEAD] = {MESSAGE_REPLY, c->client, c->request, status,
                                      (int64_t)context->n};
    words_append(&m, head, REPLY_HEAD);
    words_append(&m, result->v, result->n);
    words_append(&m, context->v, context->n);
    uint32_t to =
        (uint32_t)c->node == self ? world_nodes(w) + (uint32_t)c->client : (uint32_t)c->node;
    world_send(w, self, to, m.v, m.n);
    words_free(&m);
}

void proxy_answer(struct world *w, uint32_t self, const struct command *c, enum reply_status status,
                  const struct words *result)
{
    proxy_answer_with(w, self, c, status, result, &(const struct words){0});
}

void proxy_relay(struct world *w, uint32_t self, const int64_t *words, size_t n)
{
    world_send(w, self, world_nodes(w) + (uint32_t)words[1], words, n);
}

void proxy_refuse(struct world *w, uint32_t self, uint32_t from, const struct command *c)
{
    bool direct = from >= world_nodes(w);
    proxy_answer(w, self, c, direct ? REPLY_REFUSED : REPLY_LOST, &(const struct words){0});
}
