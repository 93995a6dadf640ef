/* text_token_hash (text_view.h) for points in a longer array. Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_TOKEN_HASH_H
#define COPYDESK_ARTICLE_TOKEN_HASH_H

#include <stdint.h>
#include <string.h>

enum { TOKEN_HASH_PADDING = 6 };

#define TOKEN_HASH_SEED UINT64_C(0xD6E8FEB86659FD93)

static inline uint64_t token_hash_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

/* Three points of 21 bits. */
static inline uint64_t token_hash_pack(const uint32_t *points)
{
    return points[0] | (uint64_t)points[1] << 21 | (uint64_t)points[2] << 42;
}

/* The same hash. start: the first points, and zeros up to TOKEN_HASH_PADDING of them, so that words
 * up to that length take no branch; points: all of them. */
static inline uint64_t token_hash_from(const uint32_t *start, const uint32_t *points,
                                       uint32_t count)
{
    uint64_t hash = token_hash_mix(TOKEN_HASH_SEED ^ count, token_hash_pack(start));
    uint32_t i = TOKEN_HASH_PADDING;

    hash = token_hash_mix(hash, token_hash_pack(start + 3));
    if (count <= TOKEN_HASH_PADDING)
        return token_hash_mix(hash, 0);
    for (; i + 3 <= count; i += 3)
        hash = token_hash_mix(hash, token_hash_pack(points + i));
    for (; i < count; i++)
        hash = token_hash_mix(hash, points[i]);
    return token_hash_mix(hash, 0);
}

/* The same; writes TOKEN_HASH_PADDING points behind the last one. */
static inline uint64_t token_hash_padded(uint32_t *points, uint32_t count)
{
    memset(points + count, 0, TOKEN_HASH_PADDING * sizeof *points);
    return token_hash_from(points, points, count);
}

/* The same, of one point. */
static inline uint64_t token_hash_one(uint32_t point)
{
    uint64_t hash = token_hash_mix(TOKEN_HASH_SEED ^ 1, point);

    return token_hash_mix(token_hash_mix(hash, 0), 0);
}

#endif
