#include "reports/explanation.h"

/* Stacks and priority queues. Example histories: "process type f value" (Jepsen's history.txt). */
const struct explanation explain_piles[] = {
    {
        .name = "stack",
        .aliases = "lifo",
        .summary = "push, pop and peek at the top: last in, first out",
        .text = "A pop or peek of nil found the stack empty. Histories in which every element is "
                "pushed once and no pop crashed are decided in n log n steps by peeling: some "
                "element has to lie lowest, and its operations need moments at which no other "
                "element is certainly inside. All others are searched.",
        .example = "0\t:invoke\t:push\t1\n"
                   "0\t:ok\t:push\t1\n"
                   "1\t:invoke\t:pop\tnil\n"
                   "0\t:invoke\t:push\t2\n"
                   "0\t:ok\t:push\t2\n"
                   "1\t:ok\t:pop\t1\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "priority-queue",
        .aliases = "max-priority-queue heap",
        .summary = "the most urgent element that is inside comes out first",
        .text = "priority-queue gives the smallest element first, as Java's PriorityQueue and "
                "Python's heapq do; max-priority-queue gives the largest first, as C++ and Rust "
                "do. Elements are their own priorities: integers by size, strings by bytes. "
                "Histories in which every element comes in once and no poll crashed are decided "
                "in near-linear time, all others are searched.",
        .example = "0\t:invoke\t:insert\t2\n"
                   "0\t:ok\t:insert\t2\n"
                   "0\t:invoke\t:insert\t1\n"
                   "0\t:ok\t:insert\t1\n"
                   "1\t:invoke\t:poll\tnil\n"
                   "1\t:ok\t:poll\t1\n",
        .verdict = VERDICT_VALID,
    },
    {
        .name = "stack-order",
        .aliases = "lifo-violation",
        .summary = "an element of a stack was on top while another one lay on it",
        .text = "An element is certainly inside from the first end of its push, peeks and pop to "
                "the last begin before it was popped. The rule names a few elements each of which "
                "was pushed, seen or popped only while others of them were certainly inside, so "
                "that none of them can lie lowest. Typical causes: a push or pop that is not "
                "atomic, a lost update of the top, requests that were reordered.",
        .example = "0\t:invoke\t:push\t1\n"
                   "0\t:ok\t:push\t1\n"
                   "0\t:invoke\t:push\t2\n"
                   "0\t:ok\t:push\t2\n"
                   "1\t:invoke\t:pop\tnil\n"
                   "1\t:ok\t:pop\t1\n"
                   "1\t:invoke\t:pop\tnil\n"
                   "1\t:ok\t:pop\t2\n",
        .verdict = VERDICT_INVALID,
    },
    {
        .name = "priority-order",
        .aliases = "priority-inversion",
        .summary = "an element of a priority queue came first while a more urgent one was inside",
        .text = "At every moment of the operation some more urgent element was certainly inside: "
                "its insert had ended, and what took it out had yet to begin. Typical causes: "
                "several local queues behind one name, or an insert that is acknowledged before "
                "all servers know the element. Some systems promise no more than an almost "
                "sorted order; they are not linearizable priority queues.",
        .example = "0\t:invoke\t:insert\t1\n"
                   "0\t:ok\t:insert\t1\n"
                   "0\t:invoke\t:insert\t2\n"
                   "0\t:ok\t:insert\t2\n"
                   "1\t:invoke\t:poll\tnil\n"
                   "1\t:ok\t:poll\t2\n",
        .verdict = VERDICT_INVALID,
    },
    {.name = NULL},
};
