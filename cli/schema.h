/* The configuration's JSON Schema (2020-12), made from the option tables: what editors complete and
 * underline by. It knows keys, types, choices and ranges of plain numbers; what only `check` knows
 * (ranges of sizes and durations, conditions between keys) it lets pass. Threads: any. */
#ifndef COPYDESK_CLI_SCHEMA_H
#define COPYDESK_CLI_SCHEMA_H

#include <jansson.h>

#include "config/option.h"

/* Of the whole file. The caller owns the result. */
json_t *schema_of_file(void);

/* Of one table; NULL: it has no options. */
json_t *schema_of_table(const struct option *table);

#endif
