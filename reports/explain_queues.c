#include "reports/explanation.h"

/* Queues, and what can go wrong with any container. Example histories: "process type f value"
 * (Jepsen's history.txt). */
const struct explanation explain_queues[] = {
    {
        .name = "fifo-queue",
        .aliases = "queue fifo",
        .summary = "enqueue, dequeue and peek: what came in first goes out first",
        .text = "A dequeue or peek of nil found the queue empty; one that failed says nothing. "
                "Histories in which every element is enqueued once are decided by sorting, also "
                "with crashed enqueues; crashed dequeues as well, unless there are peeks or empty "
                "results and elements that they may have taken. All others are searched. A drain "
                "takes out many elements at times of their own: record one dequeue for each, or "
                "ask for total-queue.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "1\t:invoke\t:enqueue\t2\n"
                   "1\t:ok\t:enqueue\t2\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\t2\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "unordered-queue",
        .aliases = "bag multiset",
        .summary = "a queue without an order: a dequeue returns any element that is inside",
        .text = "Choose it with -m unordered-queue where a queue does not promise an order. "
                "Decided in linear time, also with crashed operations and repeated elements; with "
                "empty results when all elements are different and no crashed dequeue may have "
                "taken one. All others are searched.",
    },
    {
        .name = "deque",
        .summary = "a queue with two ends: push, pop and peek at the front and at the back",
        .text = "Decided by search, which is exponential in what overlaps. Where all elements "
                "come in at one end and leave at the other it is a fifo-queue and decided as one.",
        .example = "0\t:invoke\t:push-front\t1\n"
                   "0\t:ok\t:push-front\t1\n"
                   "0\t:invoke\t:push-back\t2\n"
                   "0\t:ok\t:push-back\t2\n"
                   "1\t:invoke\t:pop-back\tnil\n"
                   "1\t:ok\t:pop-back\t2\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "queue-order",
        .aliases = "fifo-violation overtaken",
        .summary = "an element left the queue before one that had come in before it",
        .text = "The first element had come in for certain before the second began to: its "
                "enqueue had completed, or it had been seen. Yet the second was at the front while "
                "the first was still inside, or the first never left and no crashed dequeue can "
                "have taken it. Typical causes: several queues or partitions behind one name, "
                "messages that are delivered again after a time-out, consumers that read ahead. "
                "A queue that promises no order is an unordered-queue.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "0\t:invoke\t:enqueue\t2\n"
                   "0\t:ok\t:enqueue\t2\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\t2\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "taken-twice",
        .aliases = "duplicate-dequeue duplicate-delivery",
        .summary = "an element came in once and was taken out twice",
        .text = "Two operations took out the same element, which had come in only once (or, where "
                "elements are repeated, more often than it had come in). Typical causes: delivery "
                "at least once, where the consumer's acknowledgement was lost; a failover that "
                "forgets what had been taken.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\t1\n"
                   "2\t:invoke\t:dequeue\tnil\n"
                   "2\t:ok\t:dequeue\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "seen-after-taken",
        .summary = "an element was seen inside after it had been taken out",
        .text = "A peek that began after the element had been taken out still returned it. "
                "Typical cause: peeks served by a copy that lags behind.",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\t1\n"
                   "2\t:invoke\t:peek\tnil\n"
                   "2\t:ok\t:peek\t1\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "false-empty",
        .aliases = "not-empty",
        .summary = "a container was found empty while something was certainly inside",
        .text = "At every moment of the operation some element was inside for certain: it had come "
                "in, and what took it out had yet to begin. It need not be the same element all "
                "the time. Typical causes: a server that does not know all elements yet answers, "
                "or a client turns an error or a time-out into \"empty\".",
        .example = "0\t:invoke\t:enqueue\t1\n"
                   "0\t:ok\t:enqueue\t1\n"
                   "1\t:invoke\t:dequeue\tnil\n"
                   "1\t:ok\t:dequeue\tnil\n",
        .verdict = VERDICT_INVALID,
    },
    {.name = NULL},
};
