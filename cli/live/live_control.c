#include "cli/live/live_control.h"

#include <stdlib.h>

const char *live_box_file(const struct live_config *c, const char *name, struct arena *a)
{
    const char *base = getenv("BELIE_BOX_DIR");
    return arena_printf(a, "%s/%s/%s", base ? base : "/var/tmp/belie-box", c->box, name);
}

bool live_hosts(const struct live_config *c, struct hosts_options *o, struct arena *a,
                struct err *e)
{
    const char *kind = c->remote ? c->remote : "libssh2";
    *o = (struct hosts_options){.deadman = 120, .connect = 20};
    o->kind = remote_kind_find(str_of(kind));
    if (!o->kind)
        return err_set(e, ERR_USAGE, "--remote: '%s' is not libssh2, ssh or local", kind);
    if (c->strict && strcmp(c->strict, "yes") != 0 && strcmp(c->strict, "no") != 0)
        return err_set(e, ERR_USAGE, "--strict-host-key-checking: '%s' is not yes or no",
                       c->strict);
    o->as = (struct remote_host){
        .user = c->user,
        .key = c->key,
        .known_hosts = c->known_hosts,
        .config = c->ssh_config,
        .any_host_key = c->strict && strcmp(c->strict, "no") == 0,
    };
    if (c->box && !o->as.key)
        o->as.key = live_box_file(c, "id", a);
    if (c->box && !o->as.known_hosts)
        o->as.known_hosts = live_box_file(c, "known_hosts", a);
    return true;
}
