/* Rows of tab-separated text, as the files of config/gazetteers/ are written. Ownership: rows point
 * into the text. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_TABLE_H
#define COPYDESK_PROCESSORS_ENTITIES_TABLE_H

#include <stdbool.h>

#include "base/slice.h"

enum { TABLE_FIELDS = 12 };

struct table_row {
    struct slice fields[TABLE_FIELDS]; /* empty, not absent, where the row has fewer */
};

/* Takes the next row out of rest, over comment lines and empty ones. Returns false at the end. */
bool table_next(struct slice *rest, struct table_row *ret_row);

/* Takes the part before the next separator out of rest. Returns false when nothing is left. */
bool table_part(struct slice *rest, char separator, struct slice *ret_part);

#endif
