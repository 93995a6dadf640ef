/* The processor that tells whether an article was seen before, and by whom: docs/duplicates.md. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_DUPLICATES_H
#define COPYDESK_PROCESSORS_DUPLICATES_DUPLICATES_H

#include "processors/duplicates/terms.h"
#include "processors/processor.h"

extern const struct processor duplicates_processor;

/* The terms that a configuration of the processor wants. Valid as long as given, which are those
 * options of its entry in the list of processors. */
void duplicates_terms(const void *given, struct terms *ret_terms);

#endif
