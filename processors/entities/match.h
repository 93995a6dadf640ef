/* Where the names of a language's gazetteer stand in a text: one pass over the view's words,
 * leftmost longest, whole words, never over a sentence's end. A word is first looked up as it is,
 * and only then as a form of a name (affix.h). What is found must fit what stands around it
 * (context.h, segment.h). Nothing is allocated a word.
 *
 * Threads: one at a time per matcher. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MATCH_H
#define COPYDESK_PROCESSORS_ENTITIES_MATCH_H

#include "processors/entities/gazetteer.h"
#include "processors/entities/rules.h"

struct match {
    uint32_t entity;
    uint32_t start; /* in the view's value, code points */
    uint32_t end;
    uint32_t start_byte; /* the same place in bytes */
    uint32_t end_byte;
};

/* Working memory and results, reused from text to text. */
struct matcher;

struct matcher *matcher_new(void);
void matcher_free(struct matcher *matcher); /* NULL is fine */

/* Forgets what was found. */
void matcher_clear(struct matcher *matcher);

/* Appends the view's matches, in order of the text; they do not overlap. Returns how many. */
uint32_t matcher_run(struct matcher *matcher, const struct gazetteer *gazetteer,
                     const struct language_rules *rules, const struct text_view *view);

/* All matches since matcher_clear, of all runs; valid until the next run. */
const struct match *matcher_matches(const struct matcher *matcher);

#endif
