/* Memory that is freed all at once: everything that lives exactly as long as its owner (an article,
 * a configuration). Blocks are kept by arena_reset, so that a reused arena stops allocating.
 * Threads: one at a time. */
#ifndef COPYDESK_BASE_ARENA_H
#define COPYDESK_BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *first; /* blocks in use and, behind current, kept for reuse */
    struct arena_block *current;
    size_t block_size; /* bytes; 0 stands for a default of 4 KiB */
};

/* Zeroed memory aligned for any type. Never NULL: the program ends with a message when the machine
 * has no memory left, since every size is bounded before it comes here. */
void *arena_allocate(struct arena *arena, size_t size);

/* The same, not zeroed: for what is written at once. */
void *arena_reserve(struct arena *arena, size_t size);

/* A copy, with a NUL behind it that is not counted. An absent slice stays absent. */
struct slice arena_copy(struct arena *arena, struct slice bytes);

/* NUL-terminated copy; NULL for NULL. */
char *arena_copy_text(struct arena *arena, const char *text);

char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What its blocks take from the machine. */
size_t arena_bytes(const struct arena *arena);

/* Forgets the content; keeps at most keep bytes of blocks for the next use. */
void arena_reset(struct arena *arena, size_t keep);

/* Frees all blocks; the arena can be used again. */
void arena_free(struct arena *arena);

#endif
