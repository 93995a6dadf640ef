#include "base/utf8.h"

#include <pthread.h>

#include "base/utf8_wide.h"

static const uint64_t HIGH_BITS = UINT64_C(0x8080808080808080);
static const uint64_t LOW_BITS = UINT64_C(0x0101010101010101);

static uint64_t load_eight(const unsigned char *bytes)
{
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
    return eight;
}

/* A state machine over bytes without branches. A state is a shift; a byte's row holds, at each
 * state's shift, the state that comes after it. (The shift-based form of an automaton is Per
 * Vognsen's.) */
enum state {
    STATE_BETWEEN = 0, /* code points */
    STATE_LAST = 6,    /* one continuation is missing, */
    STATE_TWO = 12,    /* two, */
    STATE_THREE = 18,  /* three, */
    STATE_E0 = 24,     /* two, no overlong form, */
    STATE_ED = 30,     /* two, no surrogate, */
    STATE_F0 = 36,     /* three, no overlong form, */
    STATE_F4 = 42,     /* three, not above U+10FFFF */
    STATE_WRONG = 48
};

enum { STATE_MASK = 63, LONG = 32 /* bytes, from which the wide check is worth its start */ };

static const enum state STATES[] = {STATE_BETWEEN, STATE_LAST, STATE_TWO, STATE_THREE, STATE_E0,
                                    STATE_ED,      STATE_F0,   STATE_F4,  STATE_WRONG};

static uint64_t rows[256];

static enum state after_first(unsigned byte)
{
    if (byte < 0x80)
        return STATE_BETWEEN;
    if (byte < 0xC2 || byte > 0xF4)
        return STATE_WRONG;
    if (byte < 0xE0)
        return STATE_LAST;
    if (byte < 0xF0)
        return byte == 0xE0 ? STATE_E0 : byte == 0xED ? STATE_ED : STATE_TWO;
    return byte == 0xF0 ? STATE_F0 : byte == 0xF4 ? STATE_F4 : STATE_THREE;
}

static enum state after_continuation(enum state state, unsigned byte)
{
    switch (state) {
    case STATE_LAST:
        return STATE_BETWEEN;
    case STATE_TWO:
        return STATE_LAST;
    case STATE_THREE:
        return STATE_TWO;
    case STATE_E0:
        return byte >= 0xA0 ? STATE_LAST : STATE_WRONG;
    case STATE_ED:
        return byte < 0xA0 ? STATE_LAST : STATE_WRONG;
    case STATE_F0:
        return byte >= 0x90 ? STATE_TWO : STATE_WRONG;
    case STATE_F4:
        return byte < 0x90 ? STATE_TWO : STATE_WRONG;
    case STATE_BETWEEN:
    case STATE_WRONG:
    default:
        return STATE_WRONG;
    }
}

static void fill_rows(void)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
            enum state next = STATES[i] == STATE_BETWEEN ? after_first(byte)
                              : (byte & 0xC0) == 0x80    ? after_continuation(STATES[i], byte)
                                                         : STATE_WRONG;

            rows[byte] |= (uint64_t)next << STATES[i];
        }
    }
}

static uint64_t run(uint64_t state, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        state = rows[bytes[i]] >> (state & STATE_MASK);
    return state;
}

/* Whether all is valid, eight bytes at a time. */
static bool is_all_valid(const unsigned char *bytes, size_t length)
{
    uint64_t state = STATE_BETWEEN;
    size_t i = 0;

    for (; length - i >= 8; i += 8) {
        if ((state & STATE_MASK) != STATE_BETWEEN || (load_eight(bytes + i) & HIGH_BITS) != 0)
            state = run(state, bytes + i, 8);
    }
    return (run(state, bytes + i, length - i) & STATE_MASK) == STATE_BETWEEN;
}

/* One code point after the other: where the first one that is not valid begins. */
static size_t first_invalid(const unsigned char *bytes, size_t length)
{
    size_t i = 0;

    while (i < length) {
        size_t sequence = bytes[i] < 0x80 ? 1 : utf8_sequence(bytes + i, length - i);

        if (sequence == 0)
            break;
        i += sequence;
    }
    return i;
}

static bool has_wide;

static void prepare(void)
{
    fill_rows();
    has_wide = utf8_wide_is_there();
}

size_t utf8_valid_prefix(struct slice bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const unsigned char *data = (const unsigned char *)bytes.data;

    pthread_once(&once, prepare);
    bool valid = has_wide && bytes.length >= LONG ? utf8_wide_is_valid(data, bytes.length)
                                                  : is_all_valid(data, bytes.length);

    return valid ? bytes.length : first_invalid(data, bytes.length);
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
        continuations += (data[i] & 0xC0) == 0x80;
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
