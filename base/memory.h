/* Allocation that cannot fail: sizes are bounded before they come here, so that an empty machine is
 * the only reason left, and the program then ends with a sentence instead of going on half.
 * Threads: any. */
#ifndef COPYDESK_BASE_MEMORY_H
#define COPYDESK_BASE_MEMORY_H

#include <stddef.h>

/* Never NULL; not zeroed; freed with free(). */
void *memory_allocate(size_t size);

/* Never NULL; zeroed. */
void *memory_zeroed(size_t count, size_t size);

/* Like realloc, never NULL. */
void *memory_resize(void *memory, size_t size);

char *memory_copy_text(const char *text);

/* Frees and returns NULL, for `x = memory_free(x)`. */
void *memory_free(void *memory);

/* __attribute__((cleanup(memory_cleanup))) on a pointer frees it where its scope ends. */
void memory_cleanup(void *pointer_to_pointer);

#define FREED_AT_END __attribute__((cleanup(memory_cleanup)))

#endif
