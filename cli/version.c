/* belie version: what this binary is and what it was built with. */
#include "cli/command.h"
#include "cli/terminal.h"

#include <jansson.h>
#include <zlib.h>
#include <zstd.h>

struct version_config {
    bool json;
};

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print a JSON document", OPT_FLAG, offsetof(struct version_config, json),
     NULL},
    {0},
};
static const struct option_group groups[] = {{specs, 0}, {0}};

static int run(int argc, char **argv)
{
    struct version_config c = {false};
    struct arguments rest;
    int code = options_parse(&command_version, argc, argv, &c, &rest);
    if (code >= 0)
        return code;
    if (rest.n > 0)
        return usage_error(&command_version, "version takes no arguments");
    const char *const parts[][2] = {{"jansson", jansson_version_str()},
                                    {"zlib", zlibVersion()},
                                    {"zstd", ZSTD_versionString()}};
    enum { PARTS = sizeof parts / sizeof *parts };
    struct buf out = {0};
    buf_printf(&out, c.json ? "{\"schema\": 1, \"belie\": \"%s\", \"libraries\": {" : "belie %s\n",
               BELIE_VERSION);
    for (size_t i = 0; i < PARTS; i++)
        buf_printf(&out, c.json ? "%s\"%s\": \"%s\"" : "%s%s %s\n", c.json && i ? ", " : "",
                   parts[i][0], parts[i][1]);
    buf_puts(&out, c.json ? "}}\n" : "");
    print_buf(&out);
    return EXIT_VALID;
}

const struct command command_version = {
    .name = "version",
    .summary = "print the version",
    .arguments = "",
    .options = groups,
    .run = run,
};
