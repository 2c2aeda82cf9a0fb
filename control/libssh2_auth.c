/* Logging in. Passphrases are the agent's business: we never ask for one, so none can leak. */
#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "control/key_file.h"
#include "control/libssh2.h"

#include <stdlib.h>
#include <unistd.h>

static const char rsa_advice[] =
    "libssh2 1.10 signs with RSA and SHA-1, which sshd has refused since OpenSSH 8.8. Make an "
    "ed25519 key (ssh-keygen -t ed25519), or use the system's ssh (--remote ssh)";

static bool refused(struct ssh *c, const struct remote_host *h, int code, const char *what,
                    struct err *e)
{
    char *text = NULL;
    (void)libssh2_session_last_error(c->session, &text, NULL, 0);
    if (code == LIBSSH2_ERROR_EAGAIN)
        return err_set(e, ERR_IO, "no answer in time while logging in");
    if (code == LIBSSH2_ERROR_SOCKET_DISCONNECT || code == LIBSSH2_ERROR_SOCKET_RECV ||
        code == LIBSSH2_ERROR_SOCKET_SEND)
        return err_set(e, ERR_IO, "the connection was lost while logging in");
    return err_set(e, ERR_USAGE,
                   "permission denied: %s does not take %s (%s). Is the public key in "
                   "authorized_keys of this user there?",
                   h->user, what, text ? text : "");
}

static bool by_file(struct ssh *c, const struct remote_host *h, const char *path, int64_t deadline,
                    struct err *e)
{
    struct key_info k;
    int code;
    if (!key_file_info(path, &k, e))
        return false;
    if (k.rsa)
        return err_set(e, ERR_USAGE, "%s is an RSA key: %s", path, rsa_advice);
    if (k.encrypted)
        return err_set(e, ERR_USAGE, "%s needs a passphrase: add it to the agent (ssh-add %s)",
                       path, path);
    SSH_RETRY(c, deadline, code,
              libssh2_userauth_publickey_fromfile_ex(c->session, h->user, (unsigned)strlen(h->user),
                                                     NULL, path, NULL));
    return code == 0 || refused(c, h, code, path, e);
}

static bool is_rsa(const struct libssh2_agent_publickey *id)
{
    static const char type[] = "\0\0\0\7ssh-rsa";
    return id->blob_len >= sizeof type - 1 && memcmp(id->blob, type, sizeof type - 1) == 0;
}

/* Any identity of the agent. *tried: those that could be used; *rsa: those that could not. */
static bool try_agent(struct ssh *c, LIBSSH2_AGENT *agent, const struct remote_host *h,
                      int64_t deadline, unsigned *tried, unsigned *rsa)
{
    struct libssh2_agent_publickey *id = NULL, *before = NULL;
    while (libssh2_agent_get_identity(agent, &id, before) == 0) {
        int code;
        before = id;
        if (is_rsa(id)) {
            ++*rsa;
            continue;
        }
        ++*tried;
        SSH_RETRY(c, deadline, code, libssh2_agent_userauth(agent, h->user, id));
        if (code == 0)
            return true;
    }
    return false;
}

static bool by_agent(struct ssh *c, const struct remote_host *h, int64_t deadline, unsigned *tried,
                     unsigned *rsa)
{
    LIBSSH2_AGENT *agent = getenv("SSH_AUTH_SOCK") ? libssh2_agent_init(c->session) : NULL;
    bool ok = agent && libssh2_agent_connect(agent) == 0 &&
              libssh2_agent_list_identities(agent) == 0 &&
              try_agent(c, agent, h, deadline, tried, rsa);
    if (agent) {
        (void)libssh2_agent_disconnect(agent);
        libssh2_agent_free(agent);
    }
    return ok;
}

static bool by_default_files(struct ssh *c, const struct remote_host *h, int64_t deadline,
                             unsigned *tried, struct err *e)
{
    static const char *const names[] = {"id_ed25519", "id_ecdsa"};
    bool ok = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !ok; i++) {
        char *path = ssh_home_file(names[i]);
        if (path && access(path, R_OK) == 0) {
            ++*tried;
            ok = by_file(c, h, path, deadline, e);
        }
        mem_free(path);
    }
    return ok;
}

bool ssh_log_in(struct ssh *c, const struct remote_host *h, int64_t deadline, struct err *e)
{
    unsigned keys = 0, files = 0, rsa = 0;
    if (h->key)
        return by_file(c, h, h->key, deadline, e);
    if (by_agent(c, h, deadline, &keys, &rsa) || by_default_files(c, h, deadline, &files, e))
        return true;
    if (files)
        return false;
    if (keys)
        return err_set(e, ERR_USAGE, "permission denied: %s takes none of the %u keys of the agent",
                       h->user, keys);
    if (rsa)
        return err_set(e, ERR_USAGE, "the agent has RSA keys only: %s", rsa_advice);
    return err_set(e, ERR_USAGE,
                   "no key to log in with: give one (--ssh-private-key FILE), or add it to the "
                   "agent (ssh-add)");
}
