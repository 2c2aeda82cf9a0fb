/* A machine under test: connect, run commands, move files. Nothing here waits without a deadline,
 * so a node that is frozen or cut off costs its time limit and no more.
 *
 * A remote belongs to one thread at a time. Times are nanoseconds of clock_ns. */
#ifndef BELIE_CONTROL_REMOTE_H
#define BELIE_CONTROL_REMOTE_H

#include "base/buf.h"
#include "base/err.h"

/* Where, and as whom. NULL or 0: the default. Strings are borrowed for the life of the remote. */
struct remote_host {
    const char *address;     /* name or IP number; ignored by `local` */
    const char *user;        /* default: root */
    uint16_t port;           /* default: 22 */
    const char *key;         /* private key file; default: the agent, then ~/.ssh/id_* */
    const char *known_hosts; /* default: ~/.ssh/known_hosts */
    const char *config;      /* `ssh` only: its configuration file */
    bool any_host_key;       /* do not verify the host (--strict-host-key-checking no) */
};

/* A command that runs. What it prints collects in `out` and `errs`, what is to be written waits in
 * `in`. Owner rule: stream_close frees. */
struct stream {
    struct buf in, out, errs;
    size_t in_at;  /* of `in`, written */
    bool in_end;   /* nothing will follow in `in` */
    bool in_shut;  /* the end was passed on */
    bool ended;    /* the command is over, all its output is here */
    int status;    /* exit status; 128 + signal; -1: not known */
    void *channel; /* of the kind */
};

struct remote;

/* An implementation. `deadline` is a moment. Errors say what is wrong and what to do. */
struct remote_kind {
    const char *name, *summary;
    bool (*connect)(struct remote *r, int64_t deadline, struct err *e);
    void (*disconnect)(struct remote *r);
    bool (*start)(struct remote *r, const char *command, struct stream *s, int64_t deadline,
                  struct err *e);
    /* Move what can be moved; wait for that until `deadline` (reached: true, nothing moved). */
    bool (*step)(struct remote *r, struct stream *s, int64_t deadline, struct err *e);
    /* Forget the command. It is killed where the kind can do that. */
    void (*drop)(struct remote *r, struct stream *s);
};

struct remote {
    const struct remote_kind *kind;
    struct remote_host host;
    void *connection; /* of the kind; NULL: not connected */
    bool broken;      /* connect again before the next command */
    bool sudo;        /* commands that need root go through sudo -n */
};

extern const struct remote_kind remote_libssh2, remote_ssh, remote_local;
extern const struct remote_kind *const remote_kinds[]; /* NULL-terminated */
const struct remote_kind *remote_kind_find(struct str name);

/* Tries again, at growing intervals, what may succeed later (refused, reset, timed out), until
 * `seconds` are over. */
bool remote_connect(struct remote *r, const struct remote_kind *kind,
                    const struct remote_host *host, double seconds, struct err *e);
void remote_disconnect(struct remote *r);

struct command_result {
    struct buf out, errs;
    int status;
};

/* Run a command of the shell to its end. False when it cannot be run or takes longer than
 * `seconds`; a status that is not 0 is no error here. Free the result in both cases. */
bool remote_run(struct remote *r, const char *command, struct str input, double seconds,
                struct command_result *result, struct err *e);
/* The same; another status than 0 is an error that shows what the command printed. */
bool remote_must(struct remote *r, const char *command, double seconds, struct err *e);
void command_result_free(struct command_result *result);

/* Whole files. The file appears under its name when it is complete. `mode` as for chmod. */
bool remote_upload(struct remote *r, struct str content, const char *path, unsigned mode,
                   double seconds, struct err *e);
bool remote_download(struct remote *r, const char *path, struct buf *content, double seconds,
                     struct err *e);

/* A command that stays: an interpreter that is fed line by line. */
bool stream_open(struct remote *r, const char *command, double seconds, struct stream *s,
                 struct err *e);
/* Send all of it. */
bool stream_send(struct remote *r, struct stream *s, struct str text, int64_t deadline,
                 struct err *e);
/* Wait until more has come than was there, or the command has ended. False at the deadline. */
bool stream_wait(struct remote *r, struct stream *s, int64_t deadline, struct err *e);
void stream_close(struct remote *r, struct stream *s);

/* For implementations: an error that may go away by itself is marked by ERR_IO, others are
 * ERR_USAGE. */

#endif
