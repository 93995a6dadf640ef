/* text_token_hash (text_view.h) for points in a longer array. Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_TOKEN_HASH_H
#define COPYDESK_ARTICLE_TOKEN_HASH_H

#include <stdint.h>

enum { TOKEN_HASH_PADDING = 6 };

/* The same hash. TOKEN_HASH_PADDING points can be read at points, whatever count is. */
uint64_t token_hash_padded(const uint32_t *points, uint32_t count);

#endif
