/* Bytes that grow up to a ceiling. A write that would pass the ceiling changes nothing but sets
 * `overflow`, so that a caller writes freely and checks once at the end. Threads: one at a time. */
#ifndef COPYDESK_BASE_BUFFER_H
#define COPYDESK_BASE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
    size_t ceiling; /* bytes; 0 means 1 GiB */
    bool overflow;  /* a write did not fit; later writes are ignored */
};

/* What buffer_reserve does where the memory at hand is too small. */
char *buffer_reserve_more(struct buffer *buffer, size_t more);

/* Makes room for `more` bytes behind the content and returns where they go, or NULL on overflow.
 * The caller then adds what it wrote to `length`. */
static inline char *buffer_reserve(struct buffer *buffer, size_t more)
{
    if (more <= buffer->capacity - buffer->length && !buffer->overflow)
        return buffer->data + buffer->length;
    return buffer_reserve_more(buffer, more);
}

static inline void buffer_append(struct buffer *buffer, struct slice bytes)
{
    char *place = bytes.length > 0 ? buffer_reserve(buffer, bytes.length) : NULL;

    if (place == NULL)
        return;
    memcpy(place, bytes.data, bytes.length);
    buffer->length += bytes.length;
}

static inline void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, slice_of_text(text));
}

static inline void buffer_append_byte(struct buffer *buffer, char byte)
{
    char *place = buffer_reserve(buffer, 1);

    if (place == NULL)
        return;
    *place = byte;
    buffer->length++;
}

void buffer_append_integer(struct buffer *buffer, int64_t value);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes: escapes ", \, and controls; all else as UTF-8. bytes: valid UTF-8.
 */
void buffer_append_json_string(struct buffer *buffer, struct slice bytes);

/* thousandths as a JSON number with three decimals at most: 873 -> 0.873, 1000 -> 1.000 where
 * fixed, 990 -> 0.99 where not. */
void buffer_append_thousandths(struct buffer *buffer, unsigned thousandths, bool fixed);

struct slice buffer_slice(const struct buffer *buffer);

/* Forgets the content and the overflow, keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#endif
