/* The law: what an editor is told of an article, given the articles before it. The only place
 * where rules live; docs/duplicates.md gives them in a newsroom's words.
 *
 * A verdict is a function of the records before it within the window, and of the configuration.
 * Identity is asked first, text second. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_VERDICT_H
#define COPYDESK_PROCESSORS_DUPLICATES_VERDICT_H

#include "processors/duplicates/comparison.h"
#include "processors/duplicates/index.h"

/* Thousandths and counts that verdicts turn on, besides those of a comparison. */
enum {
    /* A digest holds half of each of its stories at least; what shares only a paragraph with it, or
     * a newsroom's standing text, is none of them. */
    DIGEST_STORY_HELD = 500,
    DIGEST_STORY_FROM = 100, /* a story makes up so much of the digest at least ... */
    DIGEST_STORY_BINS = 6,   /* ... and so many bins of its sketch */

    HISTORY_MAX = 64,       /* versions of one item that are looked at, the newest */
    KILLED_TEXTS_MAX = 8,   /* texts of a killed item whose copies are looked for */
    KILL_COPIES_MAX = 1000, /* ids that a kill names */
};

struct verdict_law;

/* capacity: as article_index_new. window_ms: how long an article is remembered. */
struct verdict_law *verdict_law_new(uint32_t capacity, int64_t window_ms);
void verdict_law_free(struct verdict_law *law); /* NULL is fine */

/* Other limits from now on; what is remembered stays, as far as they let it. */
void verdict_law_change(struct verdict_law *law, uint32_t capacity, int64_t window_ms);

/* How long the highest offset of an input partition is known, for a window. */
int64_t verdict_offsets_memory_ms(int64_t window_ms);

/* Decides on an article or kill and remembers it. Returns false where its coordinates are
 * remembered already, and ret_result is the first verdict again; and where they are behind what its
 * partition has claimed, but not remembered any more: VERDICT_UNDETERMINED, and nothing changes.
 * Times and positions never decrease from call to call. What ret_result points to is valid until
 * the next call. */
bool verdict_decide(struct verdict_law *law, const struct claim *claim,
                    const struct journal_time *now, struct duplicate_result *ret_result);

/* The article with these coordinates is nobody's original any more. Returns false where it is not
 * remembered. */
bool verdict_retract(struct verdict_law *law, const struct claim *retraction);

/* As article_index_digest. */
uint64_t verdict_law_digest(const struct verdict_law *law);

/* Texts that were compared with others, and with how many in all, since law is there. */
void verdict_law_work(const struct verdict_law *law, uint64_t *ret_lookups, uint64_t *ret_compared);

/* Articles and kills that are remembered. */
uint32_t verdict_law_count(const struct verdict_law *law);
size_t verdict_law_bytes(const struct verdict_law *law); /* as article_index_bytes */

#endif
