#include <stdio.h>

#include "cli/commands.h"
#include "cli/http_get.h"

enum { ERROR_SIZE = 256 };

static int run_health(const struct command_line *line)
{
    const char *address = line->argument_count > 0 ? line->arguments[0] : "127.0.0.1:9464";
    const char *path = command_switch(line, "live") ? "/livez" : "/readyz";
    struct http_answer answer;
    char error[ERROR_SIZE];

    if (line->argument_count > 1)
        return command_usage(line, "one instance at a time");
    if (http_get(address, path, &answer, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return EXIT_RUNTIME;
    }
    int status = answer.status == 200 ? EXIT_OK : EXIT_RUNTIME;

    fputs(answer.body, stdout);
    http_answer_free(&answer);
    return status;
}

static const struct command_flag flags[] = {
    {"live", 0, NULL, NULL, "ask whether it lives, though it may not be ready"},
    {0},
};

const struct command command_health = {
    .name = "health",
    .summary = "asks a running instance whether it is ready",
    .example = "copydesk health desk-1:9464",
    .arguments = "[HOST:PORT]",
    .flags = flags,
    .run = run_health,
};
