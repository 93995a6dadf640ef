/* Inside config/: reading by option tables, whoever's they are. Threads: one at a time. */
#ifndef COPYDESK_CONFIG_OPTIONS_H
#define COPYDESK_CONFIG_OPTIONS_H

#include "config/config.h"
#include "config/node.h"

struct options_reader {
    struct arena *arena; /* where values go */
    struct config_problems *problems;
    /* Resolves a one-of entry; NULL: entries stay as they are. */
    void (*resolve)(void *context, struct option_one_of *entry);
    void *context;
};

/* Fills the zeroed struct `options` from a mapping (NULL or null: defaults only). path: of the
 * mapping, as problems name it, "" for the whole file. Missing required keys are reported only
 * where `complete`. */
void options_read(struct options_reader *reader, const struct option *table,
                  const struct config_node *node, const char *path, bool complete, void *options);

/* Bytes of the C type that an option's value is stored as. */
size_t option_value_size(const struct option *option);

#endif
