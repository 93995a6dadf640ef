/* Bytes of journal records: little-endian integers and texts, written and read. A reader never goes
 * beyond its bytes: what is missing is read as zeros, and `failed` is set. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_WIRE_H
#define COPYDESK_PROCESSORS_DUPLICATES_WIRE_H

#include "base/buffer.h"

/* The lowest `bytes` bytes of value, 8 at most. */
static inline void put_integer(struct buffer *record, uint64_t value, unsigned bytes)
{
    char little_endian[8];

    for (unsigned i = 0; i < bytes; i++)
        little_endian[i] = (char)(value >> 8 * i & 0xff);
    buffer_append(record, slice_of(little_endian, bytes));
}

/* Its length in two bytes, then the text. */
static inline void put_text(struct buffer *record, struct slice text)
{
    put_integer(record, text.length, 2);
    buffer_append(record, text);
}

struct reader {
    struct slice rest; /* what was not taken yet */
    bool failed;
};

static inline struct slice take_bytes(struct reader *reader, size_t length)
{
    if (length > reader->rest.length) {
        reader->failed = true;
        reader->rest.length = 0;
        return slice_of(NULL, 0);
    }
    struct slice bytes = slice_of(reader->rest.data, length);

    reader->rest = slice_of(reader->rest.data + length, reader->rest.length - length);
    return bytes;
}

static inline uint64_t take_integer(struct reader *reader, unsigned bytes)
{
    struct slice taken = take_bytes(reader, bytes);
    uint64_t value = 0;

    if (taken.length > 0)
        memcpy(&value, taken.data, taken.length);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* Fails where the text is longer than most. */
static inline struct slice take_text(struct reader *reader, size_t most)
{
    size_t length = take_integer(reader, 2);

    reader->failed |= length > most;
    return take_bytes(reader, length);
}

#endif
