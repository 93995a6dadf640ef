#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory, size_t size)
{
    if (memory == NULL) {
        fprintf(stderr,
                "copydesk: no memory left (%zu bytes wanted); lower limits.memory or give the "
                "process more\n",
                size);
        abort();
    }
    return memory;
}

void *memory_allocate(size_t size)
{
    return checked(malloc(size != 0 ? size : 1), size);
}

void *memory_zeroed(size_t count, size_t size)
{
    return checked(calloc(count != 0 ? count : 1, size), count * size);
}

void *memory_resize(void *memory, size_t size)
{
    return checked(realloc(memory, size != 0 ? size : 1), size);
}

char *memory_copy_text(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(memory_allocate(size), text, size);
}

void *memory_free(void *memory)
{
    free(memory);
    return NULL;
}

void memory_cleanup(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}
