/* What the model of our own counts in a text: runs of one to four letters inside words, the edges
 * of words among them, and whole words; each as a hash.
 *
 * Letters are lower case and canonically decomposed, so that both spellings of an accented letter
 * count alike and its mark is evidence by itself (the text view folds marks away, and with them
 * what tells Sotho from Northern Sotho). An apostrophe inside a word is a letter: Tahitian has it.
 * Everything else parts words; Latin letters with digits right beside them are a code and left out.
 * The hashes are FNV-1a over code points, 64 bits, the upper half kept: the same on every machine,
 * and what the trainer counts. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_NGRAM_H
#define COPYDESK_PROCESSORS_LANGUAGE_NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the hashes of text's features in order, at most max, and returns how many. text: any
 * bytes; what is not UTF-8 parts words. latin: false leaves out words in Latin letters, which are
 * foreign in a text of another script. */
size_t ngram_hashes(const char *text, size_t length, bool latin, uint32_t *ret_hashes, size_t max);

#endif
