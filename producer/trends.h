/* Which entities the published articles name most, of late: counted over the present stretch of ten
 * minutes and the one before. Memory is bounded: of a stretch only the first MOST different ones
 * are counted, and what is named often comes early. Threads: any. */
#ifndef COPYDESK_PRODUCER_TRENDS_H
#define COPYDESK_PRODUCER_TRENDS_H

#include "article/results.h"
#include "base/buffer.h"

enum { TRENDS_STRETCH_MS = 600000, TRENDS_MOST = 4096, TRENDS_NAME_BYTES = 64 };

struct trends;

struct trends *trends_new(void);
void trends_free(struct trends *trends); /* NULL is fine */

/* One article: each of its entities counts once. entities: NULL is fine. now_ms: of a clock that
 * does not go back. */
void trends_count(struct trends *trends, const struct entities_result *entities, int64_t now_ms);

/* Appends the most frequent ones as a JSON list, at most `most`, the most frequent first:
 * [{"type":"place","name":"Kalmor","articles":12}]. Long names are cut at a code point. */
void trends_top(struct trends *trends, size_t most, int64_t now_ms, struct buffer *json);

#endif
