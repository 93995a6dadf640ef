#include <stdio.h>

#include "cli/commands.h"
#include "processors/host.h"

static int run_plugins(const struct command_line *line)
{
    (void)line;
    for (const struct processor *const *processor = host_builtin(); *processor != NULL; processor++)
        printf("%-12s %-8s %s\n", (*processor)->name, (*processor)->version, (*processor)->summary);
    printf("%-12s %-8s %s\n", "plugin", "",
           "a processor of your own: plugin: {file: /path/to/it.so, options: {}}");
    return EXIT_OK;
}

const struct command command_plugins = {
    .name = "plugins",
    .summary = "lists the processors that can stand in a configuration",
    .example = "copydesk plugins",
    .run = run_plugins,
};
