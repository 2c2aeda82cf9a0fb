/* What the files of the libssh2 remote share. Sessions do not block; RETRY waits for the socket. */
#ifndef BELIE_CONTROL_LIBSSH2_H
#define BELIE_CONTROL_LIBSSH2_H

#include "control/remote.h"

#include <libssh2.h>

struct ssh {
    int fd;
    LIBSSH2_SESSION *session;
};

/* False at the deadline. */
bool ssh_wait(struct ssh *c, int64_t deadline);
/* `code`: the last call's result that is not EAGAIN; EAGAIN: the deadline has passed. */
/* `deadline` is evaluated again and again: a moment, not a time from now. */
#define SSH_RETRY(c, deadline, code, call)                                                         \
    do                                                                                             \
        (code) = (call);                                                                           \
    while ((code) == LIBSSH2_ERROR_EAGAIN && ssh_wait(c, deadline))

/* The session's last error, or, for EAGAIN, that time is up; ERR_IO. */
bool ssh_error(struct ssh *c, int code, const char *what, struct err *e);

/* known_hosts. Before the handshake: ask for a type of key that is known for the host; then
 * compare. Both read the file; one that is missing knows nobody. */
void ssh_prefer_known_type(struct ssh *c, const struct remote_host *h);
bool ssh_verify_host(struct ssh *c, const struct remote_host *h, struct err *e);

/* Log in with the key file, or else the agent, or else ~/.ssh/id_ed25519 and id_ecdsa. */
bool ssh_log_in(struct ssh *c, const struct remote_host *h, int64_t deadline, struct err *e);

/* HOME/.ssh/NAME, on the heap; NULL without HOME. */
char *ssh_home_file(const char *name);

#endif
