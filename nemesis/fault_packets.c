/* delay, loss, duplicate, reorder, corrupt, rate: messages between nodes suffer. One fault for
 * each, so that they combine; what is troubled is all that goes to or comes from some nodes. */
#include "nemesis/fault.h"

enum { MILLISECOND = 1000000, THOUSANDTH = 1000, MEGABIT = 1000000 };

enum trouble {
    TROUBLE_DELAY,
    TROUBLE_LOSS,
    TROUBLE_DUPLICATE,
    TROUBLE_REORDER,
    TROUBLE_CORRUPT,
    TROUBLE_RATE
};

static struct packet_trouble make(enum trouble kind)
{
    switch (kind) {
    case TROUBLE_DELAY: /* Jepsen's defaults: 50 ms +- 10 ms, 20 %, 1 Mbit/s */
        return (struct packet_trouble){.delay = 50 * MILLISECOND, .jitter = 50 * MILLISECOND};
    case TROUBLE_LOSS:
        return (struct packet_trouble){.loss = 200 * THOUSANDTH};
    case TROUBLE_DUPLICATE:
        return (struct packet_trouble){.duplicates = 200 * THOUSANDTH};
    case TROUBLE_REORDER:
        return (struct packet_trouble){.reorder = 200 * THOUSANDTH};
    case TROUBLE_CORRUPT:
        return (struct packet_trouble){.corrupt = 200 * THOUSANDTH};
    case TROUBLE_RATE:
        break;
    }
    return (struct packet_trouble){.rate = MEGABIT};
}

/* The field of `kind` becomes that of `what`; true when it is the same afterwards. */
static bool apply(struct nemesis *m, uint32_t node, enum trouble kind,
                  const struct packet_trouble *what)
{
    const struct nemesis_target *t = m->target;
    struct packet_trouble now = t->troubled(t->ctx, node);
    now.delay = kind == TROUBLE_DELAY ? what->delay : now.delay;
    now.jitter = kind == TROUBLE_DELAY ? what->jitter : now.jitter;
    now.loss = kind == TROUBLE_LOSS ? what->loss : now.loss;
    now.duplicates = kind == TROUBLE_DUPLICATE ? what->duplicates : now.duplicates;
    now.reorder = kind == TROUBLE_REORDER ? what->reorder : now.reorder;
    now.corrupt = kind == TROUBLE_CORRUPT ? what->corrupt : now.corrupt;
    now.rate = kind == TROUBLE_RATE ? what->rate : now.rate;
    t->trouble(t->ctx, node, &now);
    struct packet_trouble then = t->troubled(t->ctx, node);
    return then.delay == now.delay && then.jitter == now.jitter && then.loss == now.loss &&
           then.duplicates == now.duplicates && then.reorder == now.reorder &&
           then.corrupt == now.corrupt && then.rate == now.rate;
}

static val begin(struct nemesis *m, val in, enum trouble kind, const char *name)
{
    uint64_t set = fault_nodes(m, in);
    const struct packet_trouble what = make(kind);
    uint32_t good = 0;
    for (uint32_t i = 0; i < m->n; i++)
        if (set >> i & 1)
            good += apply(m, i, kind, &what);
    fault_receipt(m, good, (uint32_t)__builtin_popcountll(set), "nodes troubled");
    return fault_map(m, set, fault_keyword(m, name));
}

static val end(struct nemesis *m, enum trouble kind)
{
    const struct packet_trouble nothing = {0};
    uint32_t good = 0;
    for (uint32_t i = 0; i < m->n; i++)
        good += apply(m, i, kind, &nothing);
    fault_receipt(m, good, m->n, "nodes without");
    return fault_keyword(m, "packets-flow");
}

static bool possible(const struct nemesis_target *t)
{
    return t->trouble && t->troubled;
}

static bool bytes_possible(const struct nemesis_target *t)
{
    return possible(t) && t->bytes;
}

static val delay_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_DELAY, "delayed");
}

static val delay_end(struct nemesis *m)
{
    return end(m, TROUBLE_DELAY);
}

static val loss_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_LOSS, "lossy");
}

static val loss_end(struct nemesis *m)
{
    return end(m, TROUBLE_LOSS);
}

static val duplicate_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_DUPLICATE, "duplicating");
}

static val duplicate_end(struct nemesis *m)
{
    return end(m, TROUBLE_DUPLICATE);
}

static val reorder_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_REORDER, "reordering");
}

static val reorder_end(struct nemesis *m)
{
    return end(m, TROUBLE_REORDER);
}

static val corrupt_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_CORRUPT, "corrupting");
}

static val corrupt_end(struct nemesis *m)
{
    return end(m, TROUBLE_CORRUPT);
}

static val rate_begin(struct nemesis *m, val in)
{
    return begin(m, in, TROUBLE_RATE, "slow");
}

static val rate_end(struct nemesis *m)
{
    return end(m, TROUBLE_RATE);
}

const struct fault fault_delay = {
    .name = "delay",
    .needs = "packets",
    .summary = "messages of some nodes take 50 to 100 ms longer",
    .start = "start-delay",
    .stop = "stop-delay",
    .choose = fault_choose_nodes,
    .begin = delay_begin,
    .end = delay_end,
    .possible = possible,
};

const struct fault fault_loss = {
    .name = "loss",
    .needs = "packets",
    .summary = "a fifth of the messages of some nodes are lost",
    .start = "start-loss",
    .stop = "stop-loss",
    .choose = fault_choose_nodes,
    .begin = loss_begin,
    .end = loss_end,
    .possible = possible,
};

const struct fault fault_duplicate = {
    .name = "duplicate",
    .needs = "packets",
    .summary = "a fifth of the messages of some nodes come twice",
    .start = "start-duplicate",
    .stop = "stop-duplicate",
    .choose = fault_choose_nodes,
    .begin = duplicate_begin,
    .end = duplicate_end,
    .possible = possible,
};

const struct fault fault_reorder = {
    .name = "reorder",
    .needs = "packets",
    .summary = "a fifth of the messages of some nodes are held back, so that others overtake them",
    .start = "start-reorder",
    .stop = "stop-reorder",
    .choose = fault_choose_nodes,
    .begin = reorder_begin,
    .end = reorder_end,
    .possible = possible,
};

const struct fault fault_corrupt = {
    .name = "corrupt",
    .needs = "packets",
    .summary = "a bit is wrong in a fifth of the packets of some nodes",
    .start = "start-corrupt",
    .stop = "stop-corrupt",
    .choose = fault_choose_nodes,
    .begin = corrupt_begin,
    .end = corrupt_end,
    .possible = bytes_possible,
};

const struct fault fault_rate = {
    .name = "rate",
    .needs = "packets",
    .summary = "some nodes send no more than 1 Mbit/s to the others",
    .start = "limit-rate",
    .stop = "unlimit-rate",
    .choose = fault_choose_nodes,
    .begin = rate_begin,
    .end = rate_end,
    .possible = bytes_possible,
};
