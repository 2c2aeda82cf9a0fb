#include "tests/property/toy.h"

extern const struct toy toy_mutex;

const struct toy *const toys[] = {
    &toy_mutex,
    NULL,
};

const struct toy *toy_find(const char *model)
{
    for (size_t i = 0; toys[i]; i++)
        if (strcmp(toys[i]->model, model) == 0)
            return toys[i];
    return NULL;
}
