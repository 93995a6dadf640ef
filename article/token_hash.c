#include "article/token_hash.h"

#include "article/text_view.h"

static const uint64_t HASH_SEED = UINT64_C(0xD6E8FEB86659FD93);

/* Three points of 21 bits, of which the first `count` (0 to 3) are taken. */
static uint64_t pack_three(const uint32_t *points, uint32_t count)
{
    static const uint64_t MASKS[] = {0, (UINT64_C(1) << 21) - 1, (UINT64_C(1) << 42) - 1,
                                     (UINT64_C(1) << 63) - 1};
    uint64_t three = points[0] | (uint64_t)points[1] << 21 | (uint64_t)points[2] << 42;

    return three & MASKS[count];
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint32_t at_most_three(uint32_t count)
{
    return count < 3 ? count : 3;
}

/* start: the first points, of which TOKEN_HASH_PADDING can be read whatever count is, so that words
 * up to that length take no branch. */
static uint64_t hash_points(const uint32_t *start, const uint32_t *points, uint32_t count)
{
    uint32_t second = count > 3 ? count - 3 : 0;
    uint64_t hash = mix(HASH_SEED ^ count, pack_three(start, at_most_three(count)));
    uint32_t i = TOKEN_HASH_PADDING;

    hash = mix(hash, pack_three(start + 3, at_most_three(second)));
    for (; i + 3 <= count; i += 3)
        hash = mix(hash, pack_three(points + i, 3));
    for (; i < count; i++)
        hash = mix(hash, points[i]);
    return mix(hash, 0);
}

uint64_t text_token_hash(const uint32_t *points, uint32_t count)
{
    uint32_t start[TOKEN_HASH_PADDING] = {0};

    memcpy(start, points,
           (count < TOKEN_HASH_PADDING ? count : TOKEN_HASH_PADDING) * sizeof *points);
    return hash_points(start, points, count);
}

uint64_t token_hash_padded(const uint32_t *points, uint32_t count)
{
    return hash_points(points, points, count);
}
