#include "processors/language/confidence.h"

#include <stddef.h>
#include <stdint.h>

#include "processors/language/confidence_table.h"

/* Upper ends of all classes but the last. */
static const unsigned lengths[CONFIDENCE_LENGTHS - 1] = {30, 60, 110, 200, 400};
static const unsigned strengths[CONFIDENCE_STRENGTHS - 1] = {250, 500, 800, 980};

static unsigned class_of(const unsigned *ends, size_t count, unsigned value)
{
    unsigned class = 0;

    while (class < count && value >= ends[class])
        class ++;
    return class;
}

unsigned confidence_length_class(unsigned letters)
{
    return class_of(lengths, CONFIDENCE_LENGTHS - 1, letters);
}

unsigned confidence_strength_class(unsigned strength)
{
    return class_of(strengths, CONFIDENCE_STRENGTHS - 1, strength);
}

unsigned confidence_of(const struct evidence *evidence)
{
    return confidence_table[evidence->ground][confidence_length_class(evidence->letters)]
                           [confidence_strength_class(evidence->strength)];
}
