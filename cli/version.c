#include <stdio.h>

#include <librdkafka/rdkafka.h>

#include "cli/commands.h"

static int run_version(const struct command_line *line)
{
    (void)line;
    printf("copydesk %s (librdkafka %s)\n", COPYDESK_VERSION, rd_kafka_version_str());
    return EXIT_OK;
}

const struct command command_version = {
    .name = "version",
    .summary = "prints the version",
    .example = "copydesk version",
    .run = run_version,
};
