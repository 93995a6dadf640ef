/* Is a text made of words that somebody could read aloud? Program text, tables and lists of codes
 * have letters too, and statistics find a language in them. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_PROSE_H
#define COPYDESK_PROCESSORS_LANGUAGE_PROSE_H

#include <stdbool.h>
#include <stddef.h>

/* What stands between white space. */
struct prose {
    unsigned pieces;  /* all of it, a lone sign too */
    unsigned words;   /* letters alone, with quotation marks or punctuation around them */
    unsigned letters; /* code points of the words */
};

/* Counts the pieces of text, which is UTF-8. */
struct prose prose_count(const char *text, size_t length);

/* More words than other pieces, be they few. */
bool prose_is_words(const struct prose *prose);

/* Enough words to tell a language by, and those more than other pieces. */
bool prose_is_enough(const struct prose *prose);

#endif
