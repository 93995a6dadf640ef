/* Files that are part of the program: put in when it is built (embed.py), so that it needs none at
 * run time. Threads: constant. */
#ifndef COPYDESK_CLI_EMBEDDED_H
#define COPYDESK_CLI_EMBEDDED_H

#include "base/slice.h"

struct embedded_file {
    const char *name; /* without folders */
    struct slice bytes;
};

/* cli/samples/: what the demo sends, in this order. An empty file stands for a tombstone. */
extern const struct embedded_file embedded_samples[];
extern const size_t embedded_samples_count;

/* config/copydesk.yaml, config/cases/ */
extern const struct embedded_file embedded_cases[];
extern const size_t embedded_cases_count;

/* processors/example/example.c */
extern const struct embedded_file embedded_plugin[];
extern const size_t embedded_plugin_count;

/* config/demo.yaml */
extern const struct embedded_file embedded_config[];
extern const size_t embedded_config_count;

#endif
