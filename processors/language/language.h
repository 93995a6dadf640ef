/* The processor `language`: which language an article is written in, in which script, how sure that
 * is, and whether the producer said the same. docs/language.md says how it decides. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_LANGUAGE_H
#define COPYDESK_PROCESSORS_LANGUAGE_LANGUAGE_H

#include "processors/processor.h"

extern const struct processor language_processor;

#endif
