/* `copydesk explain entities`: why spans of an article are names, and why others are not. */
#ifndef COPYDESK_CLI_EXPLAIN_ENTITIES_H
#define COPYDESK_CLI_EXPLAIN_ENTITIES_H

#include "cli/command.h"

/* arguments: "entities", the file, then perhaps words to explain alone. Returns an enum
 * program_exit. */
int explain_entities(const struct command_line *line, const struct config *config);

#endif
