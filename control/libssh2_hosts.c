/* Is the machine the one that it was? libssh2 1.10 asks for an ECDSA key first and reports a
 * mismatch where only another type is known, so that type is asked for instead. */
#define _POSIX_C_SOURCE 200809L
#include "base/mem.h"
#include "control/libssh2.h"

#include <stdio.h>
#include <stdlib.h>

enum { ANY_NAME = LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW };

static const struct {
    int key;
    const char *name;
} types[] = {
    {LIBSSH2_KNOWNHOST_KEY_ED25519, "ssh-ed25519"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_256, "ecdsa-sha2-nistp256"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_384, "ecdsa-sha2-nistp384"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_521, "ecdsa-sha2-nistp521"},
};

char *ssh_home_file(const char *name)
{
    const char *home = getenv("HOME");
    struct buf b = {0};
    if (!home)
        return NULL;
    buf_printf(&b, "%s/.ssh/%s%c", home, name, '\0');
    return b.p;
}

/* Lines that the library does not understand (certificates) are left out. */
static LIBSSH2_KNOWNHOSTS *read_hosts(struct ssh *c, const struct remote_host *h)
{
    LIBSSH2_KNOWNHOSTS *k = libssh2_knownhost_init(c->session);
    char *own = h->known_hosts ? NULL : ssh_home_file("known_hosts"), *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *f = h->known_hosts ? fopen(h->known_hosts, "r") : own ? fopen(own, "r") : NULL;
    while (k && f && (n = getline(&line, &cap, f)) > 0)
        (void)libssh2_knownhost_readline(k, line, (size_t)n, LIBSSH2_KNOWNHOST_FILE_OPENSSH);
    if (f)
        (void)fclose(f);
    free(line);
    mem_free(own);
    return k;
}

void ssh_prefer_known_type(struct ssh *c, const struct remote_host *h)
{
    LIBSSH2_KNOWNHOSTS *k = read_hosts(c, h);
    struct buf list = {0};
    for (size_t i = 0; k && i < sizeof types / sizeof *types; i++) {
        /* No key is "-": a mismatch means that one of this type is known. */
        if (libssh2_knownhost_checkp(k, h->address, h->port, "-", 1, ANY_NAME | types[i].key,
                                     NULL) != LIBSSH2_KNOWNHOST_CHECK_MISMATCH)
            continue;
        buf_printf(&list, "%s%s", list.n ? "," : "", types[i].name);
    }
    buf_putc(&list, '\0');
    if (list.n > 1)
        (void)libssh2_session_method_pref(c->session, LIBSSH2_METHOD_HOSTKEY, list.p);
    buf_free(&list);
    if (k)
        libssh2_knownhost_free(k);
}

static int key_type(int type)
{
    switch (type) {
    case LIBSSH2_HOSTKEY_TYPE_ED25519:
        return LIBSSH2_KNOWNHOST_KEY_ED25519;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_256:
        return LIBSSH2_KNOWNHOST_KEY_ECDSA_256;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_384:
        return LIBSSH2_KNOWNHOST_KEY_ECDSA_384;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_521:
        return LIBSSH2_KNOWNHOST_KEY_ECDSA_521;
    case LIBSSH2_HOSTKEY_TYPE_RSA:
        return LIBSSH2_KNOWNHOST_KEY_SSHRSA;
    default:
        return 0;
    }
}

bool ssh_verify_host(struct ssh *c, const struct remote_host *h, struct err *e)
{
    size_t n = 0;
    int type = 0;
    const char *key = libssh2_session_hostkey(c->session, &n, &type);
    const char *file = h->known_hosts ? h->known_hosts : "~/.ssh/known_hosts";
    if (h->any_host_key)
        return true;
    LIBSSH2_KNOWNHOSTS *k = read_hosts(c, h);
    int found = k && key ? libssh2_knownhost_checkp(k, h->address, h->port, key, n,
                                                    ANY_NAME | key_type(type), NULL)
                         : LIBSSH2_KNOWNHOST_CHECK_FAILURE;
    if (k)
        libssh2_knownhost_free(k);
    if (found == LIBSSH2_KNOWNHOST_CHECK_MATCH)
        return true;
    if (found == LIBSSH2_KNOWNHOST_CHECK_MISMATCH)
        return err_set(e, ERR_USAGE,
                       "host key verification failed: its key is not the one in %s. Either it was "
                       "set up anew (then: ssh-keygen -R %s, and add its new key) or this is "
                       "another machine",
                       file, h->address);
    return err_set(e, ERR_USAGE,
                   "host key verification failed: no key of it in %s. Compare the key with the "
                   "machine's own and add it (ssh-keyscan %s >> FILE), or switch verification off "
                   "(--strict-host-key-checking no)",
                   file, h->address);
}
