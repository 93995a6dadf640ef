#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { FEWEST_COLUMNS = 40, MOST_COLUMNS = 80, USUAL_LINES = 24 };

static bool wants_colour(void)
{
    const char *refused = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    const char *kind = getenv("TERM");

    return (refused == NULL || *refused == '\0') && (kind == NULL || strcmp(kind, "dumb") != 0);
}

static unsigned columns_of_output(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
        size.ws_col > MOST_COLUMNS)
        return MOST_COLUMNS;
    return size.ws_col > FEWEST_COLUMNS ? size.ws_col : FEWEST_COLUMNS;
}

struct terminal_size terminal_size(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return (struct terminal_size){MOST_COLUMNS, USUAL_LINES};
    return (struct terminal_size){size.ws_col, size.ws_row};
}

struct terminal terminal_of_output(void)
{
    bool is_terminal = isatty(STDOUT_FILENO);

    return (struct terminal){.is_terminal = is_terminal,
                             .colour = is_terminal && wants_colour(),
                             .columns = is_terminal ? columns_of_output() : MOST_COLUMNS};
}
