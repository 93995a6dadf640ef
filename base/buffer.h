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

void buffer_append(struct buffer *buffer, struct slice bytes);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_integer(struct buffer *buffer, int64_t value);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes: escapes ", \, and controls; all else as UTF-8. bytes: valid UTF-8.
 */
void buffer_append_json_string(struct buffer *buffer, struct slice bytes);

/* thousandths as a JSON number with three decimals at most: 873 -> 0.873, 1000 -> 1.000 where
 * fixed, 990 -> 0.99 where not. */
void buffer_append_thousandths(struct buffer *buffer, unsigned thousandths, bool fixed);

/* Makes room for `more` bytes behind the content and returns where they go, or NULL on overflow.
 * The caller then adds what it wrote to `length`. */
char *buffer_reserve(struct buffer *buffer, size_t more);

struct slice buffer_slice(const struct buffer *buffer);

/* Forgets the content and the overflow, keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#endif
