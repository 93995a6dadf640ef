/* A verdict in words: why an article is called what it is called, for people. Threads: any. */
#ifndef COPYDESK_CLI_WHY_H
#define COPYDESK_CLI_WHY_H

#include "article/results.h"
#include "base/buffer.h"

/* Appends one sentence without a full stop, such as "87.3 % of the text is known from wire-1". Ids
 * of other articles stand in it as they came: neutralise before it goes to a terminal. */
void why_duplicate(const struct duplicate_result *result, struct buffer *sentence);

#endif
