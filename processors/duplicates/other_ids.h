/* The further ids of an item (ninjs altids): a text, or the JSON text of a list of texts or of
 * objects with a `value`, or of one such object. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_OTHER_IDS_H
#define COPYDESK_PROCESSORS_DUPLICATES_OTHER_IDS_H

#include <stdint.h>

#include "base/slice.h"

enum { OTHER_IDS_MAX_BYTES = 65536 /* of the JSON text; of a longer one no id is known */ };

/* The identities under source that value tells of, the first `most` that differ from each other and
 * from own. value may be absent. Returns how many. */
uint32_t other_ids_read(struct slice source, struct slice value, uint64_t own, uint32_t most,
                        uint64_t *ret_identities);

#endif
