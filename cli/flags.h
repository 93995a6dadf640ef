/* Reading flags by tables, from the command line and the environment. Threads: the main one. */
#ifndef COPYDESK_CLI_FLAGS_H
#define COPYDESK_CLI_FLAGS_H

#include "cli/command.h"

enum { COMMAND_MAX_COUNT = 64 };

/* The flags of a command, then those of all commands; NULL behind the last. */
const struct command_flag *flag_at(const struct command *command, size_t index);

/* Fills line->values and the arguments; argv[0] is the command's name. line->command is set.
 * Returns 0, or -1 and has told on standard error what is wrong. */
int flags_read(struct command_line *line, int argc, char **argv);

#endif
