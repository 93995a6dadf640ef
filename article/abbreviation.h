/* Words that a full stop follows without ending the sentence: St. Louis, Gen. Smith, No. 10.
 * Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_ABBREVIATION_H
#define COPYDESK_ARTICLE_ABBREVIATION_H

#include <stdbool.h>
#include <stdint.h>

/* word_hash: a text_token's hash. before_number: the next token is a number, so that words such as
 * "no" and "art" count too. */
bool abbreviation_is(uint64_t word_hash, bool before_number);

#endif
