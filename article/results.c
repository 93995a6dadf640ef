#include "article/results.h"

const char *duplicate_verdict_name(enum duplicate_verdict verdict)
{
    static const char *const NAMES[VERDICT_COUNT] = {
        [VERDICT_NEW] = "new",
        [VERDICT_EXACT] = "exact",
        [VERDICT_NEAR] = "near",
        [VERDICT_OVERLAPS] = "overlaps",
        [VERDICT_REVISION] = "revision",
        [VERDICT_CORRECTION] = "correction",
        [VERDICT_KILL] = "kill",
        [VERDICT_STALE] = "stale",
        [VERDICT_UNDETERMINED] = "undetermined",
    };

    return NAMES[verdict];
}

const char *entity_type_name(enum entity_type type)
{
    static const char *const NAMES[] = {[ENTITY_PERSON] = "person",
                                        [ENTITY_ORGANISATION] = "organisation",
                                        [ENTITY_PLACE] = "place"};

    return NAMES[type];
}
