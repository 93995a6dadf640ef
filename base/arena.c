#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { DEFAULT_BLOCK = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_new(size_t size)
{
    struct arena_block *block = memory_allocate(sizeof *block + size);

    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

static struct arena_block *block_with_room(struct arena *arena, size_t size)
{
    size_t usual = arena->block_size != 0 ? arena->block_size : DEFAULT_BLOCK;
    struct arena_block *current = arena->current;

    while (current != NULL && current->next != NULL) {
        current = current->next;
        current->used = 0;
        if (current->size >= size)
            return arena->current = current;
    }
    struct arena_block *block = block_new((size + usual - 1) / usual * usual);

    if (current != NULL)
        current->next = block;
    else
        arena->first = block;
    return arena->current = block;
}

void *arena_reserve(struct arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    size_t rounded = (size + align - 1) / align * align;
    struct arena_block *block = arena->current;

    if (block == NULL || block->size - block->used < rounded)
        block = block_with_room(arena, rounded);
    void *result = block->bytes + block->used;

    block->used += rounded;
    return result;
}

void *arena_allocate(struct arena *arena, size_t size)
{
    return memset(arena_reserve(arena, size), 0, size);
}

struct slice arena_copy(struct arena *arena, struct slice bytes)
{
    if (slice_is_absent(bytes))
        return bytes;
    char *copy = arena_reserve(arena, bytes.length + 1);

    memcpy(copy, bytes.data, bytes.length);
    copy[bytes.length] = '\0';
    return slice_of(copy, bytes.length);
}

char *arena_copy_text(struct arena *arena, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;

    return memcpy(arena_reserve(arena, size), text, size);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_reserve(arena, (size_t)length + 1);

    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_bytes(const struct arena *arena)
{
    size_t bytes = 0;

    for (const struct arena_block *block = arena->first; block != NULL; block = block->next)
        bytes += sizeof *block + block->size;
    return bytes;
}

void arena_reset(struct arena *arena, size_t keep)
{
    struct arena_block **link = &arena->first;
    size_t kept = 0;

    while (*link != NULL) {
        struct arena_block *block = *link;

        if (kept + block->size > keep) {
            *link = block->next;
            free(block);
        } else {
            kept += block->size;
            block->used = 0;
            link = &block->next;
        }
    }
    arena->current = arena->first;
}

void arena_free(struct arena *arena)
{
    arena_reset(arena, 0);
}
