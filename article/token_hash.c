#include "article/token_hash.h"

#include "article/text_view.h"

uint64_t text_token_hash(const uint32_t *points, uint32_t count)
{
    uint32_t start[TOKEN_HASH_PADDING] = {0};

    memcpy(start, points,
           (count < TOKEN_HASH_PADDING ? count : TOKEN_HASH_PADDING) * sizeof *points);
    return token_hash_from(start, points, count);
}
