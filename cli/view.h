/* One enriched article as a page for people: who it is, its language and verdict with the reason,
 * then headline and body with every entity marked, then the list of entities.
 *
 * Marks are brackets, so that they show without colour and, being neutral and mirrored, leave
 * right-to-left text in its order: places ⟦Baku⟧, organisations ⟨OPEC⟩, persons ⟪Curie⟫. On a
 * colour terminal each type has a colour besides. Pure functions: an article in, text out. */
#ifndef COPYDESK_CLI_VIEW_H
#define COPYDESK_CLI_VIEW_H

#include "article/article.h"
#include "base/buffer.h"

struct view_options {
    unsigned columns; /* no line is wider; at least 40 */
    bool colour;
};

/* Appends the page of an article that went through the chain. */
void view_article(const struct article *article, const struct view_options *options,
                  struct buffer *page);

/* Appends the page of one that was rejected (article->reason) or dropped. at: FILE:LINE. */
void view_refused(const struct article *article, const char *at, const struct view_options *options,
                  struct buffer *page);

#endif
