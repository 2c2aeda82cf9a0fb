#include "checker/property_names.h"

#include "checker/property.h"

void property_names_split(const char *asked, struct buf *known, struct buf *missing)
{
    for (;;) {
        struct str name = {asked, strcspn(asked, ",")};
        struct buf *to = property_find(name) ? known : missing;
        if (to->n)
            buf_putc(to, ',');
        buf_put(to, name);
        asked += name.n;
        if (*asked == '\0')
            break;
        asked++;
    }
    buf_putc(known, '\0');
    buf_putc(missing, '\0');
}
