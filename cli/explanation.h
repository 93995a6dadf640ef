/* Why the second of two articles is, or is not, a duplicate of the first: what they share word for
 * word, how alike their sketches are, and the rule that decided. Threads: the main one. */
#ifndef COPYDESK_CLI_EXPLANATION_H
#define COPYDESK_CLI_EXPLANATION_H

#include "article/article.h"
#include "cli/view.h"
#include "processors/duplicates/comparison.h"
#include "processors/duplicates/passages.h"

enum { EXPLANATION_MOST_PASSAGES = 200 };

struct explanation {
    const struct article *first;
    const struct article *second; /* its results.duplicate is the verdict, the first being known */
    struct comparison comparison; /* of their texts; no boilerplate is left out */
    uint32_t words[2];            /* of the first and the second: words, numbers, ideographs */
    uint32_t shared;              /* words of the second that stand in a passage */
    uint32_t passage_count;
    struct passage passages[EXPLANATION_MOST_PASSAGES];
};

/* Both articles outlive the explanation and have been read. */
void explanation_of(const struct article *first, const struct article *second,
                    struct explanation *ret_explanation);

/* The rule's name in JSON: identity, exact, near, below, part, other_facts, form, short, too_short,
 * kill; and a sentence for people. */
const char *explanation_rule(const struct explanation *explanation);
const char *explanation_sentence(const struct explanation *explanation);

/* Appends one line with its line feed. */
void explanation_append_json(const struct explanation *explanation, struct buffer *out);
/* Appends a page. */
void explanation_append_page(const struct explanation *explanation,
                             const struct view_options *options, struct buffer *out);

#endif
