/* The processor that tells whether an article was seen before, and by whom: docs/duplicates.md. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_DUPLICATES_H
#define COPYDESK_PROCESSORS_DUPLICATES_DUPLICATES_H

#include "processors/processor.h"

extern const struct processor duplicates_processor;

#endif
