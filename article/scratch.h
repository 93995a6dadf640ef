/* Working memory of one worker (article.h). Private to article/. Threads: one at a time. */
#ifndef COPYDESK_ARTICLE_SCRATCH_H
#define COPYDESK_ARTICLE_SCRATCH_H

#include "article/article.h"
#include "article/json_scan.h"

enum { ARTICLE_VIEWS = 2 /* headline and body */ };

struct article_scratch {
    const struct article *owner; /* whose views these are; not followed */
    struct json_scanner *scanner;
    struct text_view_builder *builders[ARTICLE_VIEWS];
    struct text_view views[ARTICLE_VIEWS];
    bool built[ARTICLE_VIEWS];
};

/* Forgets the views of the article before. */
void article_scratch_begin(struct article_scratch *scratch, const struct article *article);

#endif
