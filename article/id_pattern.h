/* How an id that carries its version is taken apart: `{id}:{version}` makes item-5 and 3 of
 * `item-5:3`. Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_ID_PATTERN_H
#define COPYDESK_ARTICLE_ID_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* The literal parts, as slices of the pattern's text. */
struct id_pattern {
    struct slice before;  /* {id}; may be empty, */
    struct slice between; /* {id} and {version}; is not, */
    struct slice behind;  /* {version}; may be */
};

/* text: with {id} and, behind it, {version}, once each. Returns 0, or -1 and a sentence in
 * ret_error. ret_pattern points into text. */
int id_pattern_read(struct slice text, struct id_pattern *ret_pattern, char *ret_error,
                    size_t error_size);

/* Takes id apart where it has that form: a version is 1 to 18 digits, the last ones that fit.
 * Returns false, and changes nothing, where it has not. The parts point into id. */
bool id_pattern_match(const struct id_pattern *pattern, struct slice id, struct slice *ret_id,
                      struct slice *ret_version);

#endif
