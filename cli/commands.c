#include "cli/commands.h"

/* clang-format off */
const struct command *const commands[] = {
    &command_run,
    &command_demo,
    &command_try,
    &command_explain,
    &command_init,
    &command_check,
    &command_topics,
    &command_acl,
    &command_keda,
    &command_schema,
    &command_gazetteer,
    &command_dlq,
    &command_replay,
    &command_tap,
    &command_top,
    &command_health,
    &command_claims,
    &command_plugins,
    &command_completion,
    &command_man,
    &command_reference,
    &command_version,
    NULL,
};
