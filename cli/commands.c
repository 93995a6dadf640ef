#include "cli/commands.h"

const struct command *const commands[] = {
    &command_check, &command_plugins, &command_reference, &command_run, &command_version, NULL,
};
