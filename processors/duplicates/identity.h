/* Identity: what the newsroom calls an item, and which of two versions of it is the newer one.
 * Pure functions; no locale, no clock. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_IDENTITY_H
#define COPYDESK_PROCESSORS_DUPLICATES_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "config/option.h"

/* Of {source, id}; 0, which stands for none, where id is absent or empty. An absent source is the
 * same as an empty one. */
uint64_t identity_hash(struct slice source, struct slice id);

/* What orders the versions of one item. */
struct item_version {
    bool has_number;
    bool has_created;
    int64_t number;     /* `version` as an integer */
    int64_t created_ms; /* `versioncreated`, ms since 1970 UTC */
    uint64_t label;     /* hash of a `version` that is no integer; 0: there is none */
};

void item_version_read(struct slice version, struct slice created,
                       struct item_version *ret_version);

enum version_order {
    VERSION_SAME, /* both say the same, or neither says anything */
    VERSION_NEWER,
    VERSION_OLDER,
    VERSION_UNKNOWN, /* they cannot be compared: the order of claims decides */
};

/* What `version` is to `known`: by number where both have one, then by creation time where both
 * have one. Neither says anything: VERSION_UNKNOWN. */
enum version_order item_version_compare(const struct item_version *version,
                                        const struct item_version *known);

/* Are these the same version by what they say? Equal numbers or labels; without either, equal
 * creation times; neither says anything: true. */
bool item_version_same(const struct item_version *a, const struct item_version *b);

/* ISO 8601, extended (2024-05-06T07:08:09.123+02:00) or basic (20240506T070809Z), a date alone
 * being its first moment; without zone: UTC. Returns false, and sets nothing, for anything else. */
bool timestamp_read(struct slice text, int64_t *ret_ms);

/* Is text one of marks (const char *), ASCII letters without regard to case? */
bool is_mark(struct slice text, const struct option_list *marks);

/* Does text contain one of marks (const char *), ASCII letters without regard to case? */
bool contains_mark(struct slice text, const struct option_list *marks);

#endif
