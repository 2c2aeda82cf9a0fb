#include "checker/levels/separations.h"
#include "reports/explanation.h"

const struct explanation explain_levels[] = {
    {
        .name = "sequential",
        .aliases = "sequential-consistency sc",
        .summary = "one order of all operations explains every result and keeps each process's own "
                "order",
        .text = "Lamport (1979): the results are those of some single order of all operations in "
                "which the operations of each process come in its own order. Unlike "
                "linearizability it does not care about real time, so that a process may see an "
                "old state for as long as it likes, but never a state that no order explains. It "
                "is not local: each key can be sequentially consistent while the history is not. "
                "The example, two processes that each miss the other's write, is causal and "
                "coherent but not sequential. Promised by: ZooKeeper for each client's view of "
                "its updates and reads; many programming languages for programs without data "
                "races.",
        .example = STORE_BUFFERING,
        .verdict = VERDICT_INVALID,
        .property = "sequential",
    },
    {
        .name = "causal-memory",
        .aliases = "cm causal-consistency-cm",
        .summary = "causal (CM), and one order explains all reads of a process",
        .text = "Ahamad et al. (1995), in the form of Bouajjani et al. (2017): for each process, "
                "what is causally before one of its operations can be put into one order, "
                "containing the causal order, that explains all its reads so far. Different "
                "processes may order concurrent writes differently, for good: in the example two "
                "readers do, so the history is not causally convergent. A history can converge "
                "without being causal memory, too. Promised by: the causal memory of the "
                "literature; replicated stores that apply updates in causal order and keep no "
                "common order of concurrent writes.",
        .example = TWO_READERS,
        .verdict = VERDICT_VALID,
        .property = "causal-memory",
    },
    {
        .name = "causal-convergence",
        .aliases = "ccv causal-convergent cc-v convergent",
        .summary = "causal (CCv), and all processes agree on one order of the writes",
        .text = "There is one order of all operations (the arbitration), containing the causal "
                "order, such that each read returns the last write of its key among those that "
                "are causally before it. Concurrent writes are resolved in the same way "
                "everywhere, so replicas that saw the same writes agree. It is the same as the "
                "four session guarantees together in Terry's form. The example converges but is "
                "no causal memory: its second process has to see its own 2 over 1, but read an "
                "initial value that 1 was written after. Promised by: COPS and Eiger with "
                "last-writer-wins; MongoDB's causally consistent sessions with majority reads and "
                "writes.",
        .example = HIDDEN_FIRST_WRITE,
        .verdict = VERDICT_VALID,
        .property = "causal-convergence",
    },
    {
        .name = "causal",
        .aliases = "causal-consistency cc weak-causal",
        .summary = "each read agrees with what was causally before it (weak causal, CC)",
        .text = "What a process did and saw before an operation is causally before it, and so is "
                "what was causally before that. Each read, taken alone, returns a value that what "
                "is causally before it can explain: not the initial value after a write of the "
                "key, and no value that another write causally before the read had replaced. Each "
                "read may use another order. The example is causal and neither causal memory nor "
                "convergent: B sees 1 over its 2, and then 2 over 1. Terms differ: many papers "
                "call causal-convergence or causal-memory plain causal consistency.",
        .example = THERE_AND_BACK,
        .verdict = VERDICT_VALID,
        .property = "causal",
    },
    {
        .name = "processor",
        .aliases = "processor-consistency pc goodman",
        .summary = "PRAM, and all processes agree on the order of each key's writes",
        .text = "Goodman (1989), as Ahamad, Bazzi, John, Kohli and Neiger (1993) define it; the "
                "DASH machine's model of the same name is another one. For each process there is "
                "an order of its own operations and of all writes that keeps every process's order "
                "and explains its reads, as in pram, and for each key these orders agree on its "
                "writes, as in coherence. That is more than both one by one: the example is PRAM "
                "and coherent, but A saw its own write of y replaced by 2, while B, which wrote "
                "that 2, has not seen A's earlier write of x, and so has to put it before A's. "
                "What others saw before they wrote does not matter, so it need not be causal. "
                "Promised by: caches of multiprocessors with store buffers; stores with one "
                "primary for each key that take each client's writes in its order.",
        .example = NO_COMMON_ORDER,
        .verdict = VERDICT_INVALID,
        .property = "processor",
    },
    {
        .name = "pram",
        .aliases = "fifo fifo-consistency pipelined-ram",
        .summary = "each process sees every other one's writes in the order they were made",
        .text = "Lipton and Sandberg (1988): for each process there is an order of its own "
                "operations and of all writes that keeps every process's order and explains its "
                "reads. What others saw before they wrote does not matter, so that an answer may "
                "be visible before the question, as in the example, which is not causal. Promised "
                "by: replication that forwards each client's writes in order, and nothing else.",
        .example = FORWARDED,
        .verdict = VERDICT_VALID,
        .property = "pram",
    },
    {
        .name = "coherence",
        .aliases = "cache cache-consistency per-key-sequential coherent",
        .summary = "for each key, one order of its operations agrees with what every process saw",
        .text = "Each key by itself is sequentially consistent: its operations have one order "
                "that contains the order of every process and in which each read returns the last "
                "write. Nothing is promised across keys, as in the example, and real time does "
                "not matter. Caches of multiprocessors promise it for each address. Where it "
                "breaks, two processes usually saw the writes of one key in opposite orders.",
        .example = MESSAGE_PASSING,
        .verdict = VERDICT_VALID,
        .property = "coherence",
    },
    {
        .name = "session",
        .aliases = "session-guarantees all-four",
        .summary = "the four session guarantees together, with one order of the writes",
        .text = "Read-your-writes, monotonic-reads, monotonic-writes and writes-follow-reads "
                "(Terry et al. 1994), all for the same order of the writes. What a process saw "
                "need not be seen by those who see its writes: that would make it "
                "causal-convergence. Where the guarantees cannot hold together although none is "
                "refuted alone, the verdict names the fewest that cannot; in the example "
                "monotonic-reads and monotonic-writes. Promised by: MongoDB's causally consistent "
                "sessions; Azure Cosmos DB's session consistency.",
        .example = WRITES_SEEN_TURNED,
        .verdict = VERDICT_INVALID,
        .property = "session",
    },
    {
        .name = "read-your-writes",
        .aliases = "ryw read-my-writes",
        .summary = "a process reads what it wrote, or something newer",
        .text = "A read sees all that its process wrote before. Without versions, another value "
                "than the own one may always be newer; so only the initial value, or an order "
                "that contradicts itself, refutes it. In the example each process would have to "
                "see the other's write as the newer one. Reads of lists and sets have every "
                "element that the process had added, and a counter is at least what it had added. "
                "Promised by: session guarantees of "
                "Bayou; Amazon S3 since 2020 and DynamoDB's strongly consistent reads, which "
                "promise more.",
        .example = CROSSED_READS,
        .verdict = VERDICT_INVALID,
        .property = "read-your-writes",
    },
    {
        .name = "monotonic-reads",
        .aliases = "mr",
        .summary = "a process never reads something older than what it has read",
        .text = "Each read sees all that earlier reads of its process saw. It is broken when "
                "values go back and forth, when the initial value comes back, or when a version "
                "goes down. A list begins with what the process had read before, a set contains "
                "it, and a counter that only grows is not lower.",
        .example = BACK_AND_FORTH,
        .verdict = VERDICT_INVALID,
        .property = "monotonic-reads",
    },
    {
        .name = "monotonic-writes",
        .aliases = "mw",
        .summary = "a process's writes take effect in the order in which it made them",
        .text = "In the order of all writes each process's writes come in its own order. From "
                "values alone it cannot be refuted, because a read may have seen one write only: "
                "that takes recorded versions, a list that shows the order, or another guarantee "
                "beside it (see session).",
        .example = WRITES_SEEN_TURNED,
        .verdict = VERDICT_VALID,
        .property = "monotonic-writes",
    },
    {
        .name = "writes-follow-reads",
        .aliases = "wfr session-causality",
        .summary = "a process's writes come after what it had read",
        .text = "In the order of all writes, what a process read before it wrote comes before "
                "that write. Alone it is refuted by circles: in the example each write would have "
                "to come after the other.",
        .example = WRITE_CIRCLE,
        .verdict = VERDICT_INVALID,
        .property = "writes-follow-reads",
    },
    {0},
};
