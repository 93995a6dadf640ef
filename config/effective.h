/* The effective configuration as YAML: what the file says and, where it says nothing, the defaults;
 * secrets masked. Threads: any, once the configuration is loaded. */
#ifndef COPYDESK_CONFIG_EFFECTIVE_H
#define COPYDESK_CONFIG_EFFECTIVE_H

#include "config/config.h"

/* The table of a one-of entry (a processor's), as for the reader; NULL: it has no options. What it
 * allocates goes into arena. */
typedef const struct option *(*config_table_of)(struct arena *arena,
                                                const struct option_one_of *entry);

/* Appends it, keys in the order of the tables. Values stand as they were written (8MiB), once
 * variables are filled in; secrets, and whatever came from a file by ${file:...}, as "***". */
void config_effective(const struct config *config, config_table_of table_of, struct buffer *yaml);

#endif
