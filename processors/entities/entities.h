/* The processor that finds the places an article names. docs/entities.md says how. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_ENTITIES_H
#define COPYDESK_PROCESSORS_ENTITIES_ENTITIES_H

#include "processors/processor.h"

extern const struct processor entities_processor;

#endif
