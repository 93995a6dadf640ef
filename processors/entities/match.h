/* Where the names of a gazetteer stand in a text: one pass over the view's words, leftmost longest,
 * whole words, never over a sentence's end. Nothing is allocated a word.
 *
 * Ownership: the matches are the caller's, reused from text to text. Threads: one at a time per
 * struct matches. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MATCH_H
#define COPYDESK_PROCESSORS_ENTITIES_MATCH_H

#include "processors/entities/affix.h"
#include "processors/entities/gazetteer.h"

struct match {
    uint32_t entity;
    uint32_t start; /* in the view's value, code points */
    uint32_t end;
    uint32_t start_byte; /* the same place in bytes */
    uint32_t end_byte;
};

struct matches {
    struct match *items; /* in order of the text; they do not overlap */
    uint32_t count;
    uint32_t capacity;
};

/* Appends the view's matches. */
void match_names(const struct gazetteer *gazetteer, enum affix_family family,
                 const struct text_view *view, struct matches *matches);

/* Forgets the matches, keeps the memory. */
void matches_clear(struct matches *matches);
void matches_free(struct matches *matches);

#endif
