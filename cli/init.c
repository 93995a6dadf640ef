#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/embedded.h"
#include "config/suggest.h"

/* In the order of embedded_cases. */
static const char *const names[] = {"json", "text", "ninjs", "backfill", NULL};

static int refuse_case(const struct command_line *line, const char *name)
{
    const char *meant = config_suggest(name, names);

    if (meant != NULL)
        return command_usage(line, "unknown case \"%s\"; did you mean \"%s\"?", name, meant);
    return command_usage(line, "--case is json, text, ninjs or backfill, not \"%s\"", name);
}

static int run_init(const struct command_line *line)
{
    const char *name = command_value(line, "case");

    for (size_t i = 0; i < embedded_cases_count; i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        fwrite(embedded_cases[i].bytes.data, 1, embedded_cases[i].bytes.length, stdout);
        return EXIT_OK;
    }
    return refuse_case(line, name);
}

static const struct command_flag flags[] = {
    {"case", 0, "CASE", "json", "json, text, ninjs or backfill"},
    {0},
};

const struct command command_init = {
    .name = "init",
    .summary = "prints a commented configuration to start from",
    .example = "copydesk init --case json > copydesk.yaml",
    .flags = flags,
    .run = run_init,
};
