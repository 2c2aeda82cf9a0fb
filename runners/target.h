/* Descriptions of real systems: runners/targets/NAME.json, or any file. docs/targets.md says what
 * stands in them. The part that says how operations are done is the client's (client.h); parts for
 * other purposes are read by whoever needs them, from `root`, and are named in target_members.
 *
 * Owner rule: target_open makes, target_close frees; all texts live as long. */
#ifndef BELIE_RUNNERS_TARGET_H
#define BELIE_RUNNERS_TARGET_H

#include "runners/client.h"

enum { TARGET_VARIABLES_MAX = 64 };

struct target_variable {
    const char *name, *text;
};

/* "reads" = "serializable": a choice of whoever runs the test. */
struct target_setting {
    const char *name, *value;
};

struct hosts_options;

struct target {
    const struct hosts_options *access; /* of who controls the nodes; NULL: nobody does */
    struct arena arena;
    const struct conf *root;
    const char *path; /* of the file */
    const char *name, *summary;
    const char *promises; /* the level that it keeps, in words */
    const char *verified; /* the version that it was run with; NULL: never run */
    const char *port;     /* for nodes without one; NULL: they must have one */
    struct target_variable variables[TARGET_VARIABLES_MAX];
    size_t nvariables;
    const struct client_type *client;
    void *config; /* of the client; NULL when only listed */
};

/* What may stand in a description, besides a member for the client; NULL-terminated. */
extern const char *const target_members[];

struct target_wish {
    const char *name; /* a name, or a path: with a slash in it, or ending in .json */
    const struct target_setting *settings;
    size_t nsettings;
    const char *run; /* text of ${run}: unlike that of any other test */
};

bool target_open(struct target *t, const struct target_wish *w, struct err *e);
void target_close(struct target *t);
/* Only what is said about it: for lists. */
bool target_glance(struct target *t, const char *path, struct err *e);

/* NULL when there is none of that name. */
const char *target_variable(const struct target *t, struct str name);
/* Can it do all operations of the workload? Else *missing is one that it cannot do. */
bool target_does(const struct target *t, const struct workload *w, const char **missing);

/* target_find.c: the i-th installed description's path, sorted; NULL after the last. On the heap.
 */
char *target_path(size_t i);
/* The file of `name`, on the heap; NULL with an error. */
char *target_find(const char *name, struct err *e);

#endif
