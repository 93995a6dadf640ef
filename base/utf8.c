#include "base/utf8.h"

static const uint64_t HIGH_BITS = UINT64_C(0x8080808080808080);
static const uint64_t LOW_BITS = UINT64_C(0x0101010101010101);

static uint64_t load_eight(const unsigned char *bytes)
{
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
    return eight;
}

static size_t ascii_prefix(const unsigned char *bytes, size_t length)
{
    size_t i = 0;

    while (length - i >= 8 && (load_eight(bytes + i) & HIGH_BITS) == 0)
        i += 8;
    while (i < length && bytes[i] < 0x80)
        i++;
    return i;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t utf8_valid_prefix(struct slice bytes)
{
    const unsigned char *data = (const unsigned char *)bytes.data;
    size_t i = 0;

    while (i < bytes.length) {
        if (data[i] < 0x80) {
            i += ascii_prefix(data + i, bytes.length - i);
            continue;
        }
        size_t sequence = utf8_sequence(data + i, bytes.length - i);

        if (sequence == 0)
            break;
        i += sequence;
    }
    return i;
}

bool utf8_is_valid(struct slice bytes)
{
    return utf8_valid_prefix(bytes) == bytes.length;
}

size_t utf8_count(struct slice bytes)
{
    const unsigned char *data = (const unsigned char *)bytes.data;
    size_t continuations = 0;
    size_t i = 0;

    for (; bytes.length - i >= 8; i += 8) {
        uint64_t eight = load_eight(data + i);
        /* The lowest bit of each byte: its bit 7 is set and its bit 6 is not. */
        uint64_t found = (eight >> 7) & (~eight >> 6) & LOW_BITS;

        continuations += found * LOW_BITS >> 56;
    }
    for (; i < bytes.length; i++)
        continuations += is_continuation(data[i]);
    return bytes.length - continuations;
}

struct utf8_place utf8_place_of(struct slice text, size_t at)
{
    struct utf8_place place = {.line = 1};
    size_t line_start = 0;

    for (size_t i = 0; i < at; i++) {
        if (text.data[i] == '\n') {
            place.line++;
            line_start = i + 1;
        }
    }
    place.column = 1 + utf8_count(slice_of(text.data + line_start, at - line_start));
    return place;
}

size_t utf8_encode(uint32_t code_point, char ret_bytes[UTF8_MAX_BYTES])
{
    static const unsigned char FIRST[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;

    for (size_t i = length - 1; i > 0; i--) {
        ret_bytes[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    ret_bytes[0] = (char)(FIRST[length] | code_point);
    return length;
}
