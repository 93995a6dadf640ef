/* Every command, one a file. Threads: constant. */
#ifndef COPYDESK_CLI_COMMANDS_H
#define COPYDESK_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command command_acl;
extern const struct command command_check;
extern const struct command command_claims;
extern const struct command command_completion;
extern const struct command command_demo;
extern const struct command command_dlq;
extern const struct command command_explain;
extern const struct command command_health;
extern const struct command command_init;
extern const struct command command_gazetteer;
extern const struct command command_keda;
extern const struct command command_man;
extern const struct command command_plugins;
extern const struct command command_reference;
extern const struct command command_replay;
extern const struct command command_run;
extern const struct command command_schema;
extern const struct command command_tap;
extern const struct command command_top;
extern const struct command command_topics;
extern const struct command command_try;
extern const struct command command_version;

#endif
