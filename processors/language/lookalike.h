/* Latin letters inside Cyrillic words, which look the same there: some feeds and keyboards write
 * them so, and then every word is foreign to statistics. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_LOOKALIKE_H
#define COPYDESK_PROCESSORS_LANGUAGE_LOOKALIKE_H

#include <stddef.h>

/* Copies text, UTF-8, with Cyrillic letters in place of the Latin ones that look like them: in
 * words with a Cyrillic letter, and in words of up to three such letters. Returns the bytes
 * written, at most twice length. */
size_t lookalike_to_cyrillic(const char *text, size_t length, char *ret_text);

#endif
