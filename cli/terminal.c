#include "cli/terminal.h"

#include "cli/command.h"
#include "cli/numbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

void say(const char *fmt, ...)
{
    /* One write per message, so that lines of parallel processes do not mix. */
    struct buf b = {.max = 1 << 16};
    va_list ap;
    va_start(ap, fmt);
    char text[4096];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_printf(&b, "belie: %s\n", text);
    (void)fwrite(b.p, 1, b.n, stderr);
    buf_free(&b);
}

int say_error(const struct err *e)
{
    say("%s", e->text);
    return e->code == ERR_INTERNAL ? EXIT_BUG : EXIT_USAGE;
}

static int write_error; /* errno of the first failure */

void print(struct str text)
{
    errno = 0;
    if (text.n && fwrite(text.p, 1, text.n, stdout) != text.n && !write_error)
        write_error = errno ? errno : EIO;
}

void print_buf(struct buf *b)
{
    print(buf_str(b));
    buf_free(b);
}

int print_finish(int code)
{
    errno = 0;
    if (fflush(stdout) != 0 && !write_error)
        write_error = errno ? errno : EIO;
    if (!write_error || write_error == EPIPE)
        return code;
    say("writing to standard output failed: %s", strerror(write_error));
    return EXIT_USAGE;
}

static bool set(const char *name)
{
    const char *v = getenv(name);
    return v && *v;
}

bool color_wanted(const char *choice)
{
    if (choice && strcmp(choice, "always") == 0)
        return true;
    if ((choice && strcmp(choice, "never") == 0) || set("NO_COLOR"))
        return false;
    if (set("CLICOLOR_FORCE") || set("FORCE_COLOR"))
        return true;
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO);
}

const char *color_choice(size_t i)
{
    static const char *const names[] = {"auto", "always", "never", NULL};
    return names[i];
}

int terminal_width(int fd)
{
    uint64_t n = 0;
    const char *columns = getenv("COLUMNS");
    struct winsize w;
    if (!(columns && number_count(columns, &n)))
        n = ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
    return n < 40 ? 40 : n > 200 ? 200 : (int)n;
}
