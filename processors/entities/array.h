/* Arrays that grow by doubling. Threads: as the array's owner says. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_ARRAY_H
#define COPYDESK_PROCESSORS_ENTITIES_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* array with room for one more element of size bytes; capacity is kept up to date. */
static inline void *array_grown(void *array, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity != 0 ? 2 * *capacity : 64;
    return memory_resize(array, *capacity * size);
}

#endif
