/* The list of clients. */
#include "runners/client.h"

extern const struct client_type client_http, client_child, client_shell;

const struct client_type *const clients[] = {&client_http, &client_child, &client_shell, NULL};

const struct client_type *client_find(const char *name)
{
    for (size_t i = 0; clients[i]; i++)
        if (strcmp(clients[i]->name, name) == 0)
            return clients[i];
    return NULL;
}
