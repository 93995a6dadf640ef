/* Inside config/: what goes beyond config.h about problems. Threads: one at a time. */
#ifndef COPYDESK_CONFIG_PROBLEMS_H
#define COPYDESK_CONFIG_PROBLEMS_H

#include "config/config.h"

/* So many are kept; later ones are only counted. */
enum { CONFIG_MAX_PROBLEMS = 1000 };

#define CONFIG_SECRET_ADVICE                                                                       \
    "a secret does not stand in a configuration; write ${NAME} for an environment variable or "    \
    "${file:/path} for a file"

/* Brings them into the order of their places, file by file; those at one place keep theirs. */
void config_problems_sort(struct config_problems *problems);

#endif
