/* Language tags as BCP 47 has them, in one canonical form: ICU's, plus a table of aliases that news
 * producers and detectors use for the same language. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_TAG_H
#define COPYDESK_PROCESSORS_LANGUAGE_TAG_H

#include <stdbool.h>

#include "base/slice.h"

enum { TAG_SIZE = 64 };

/* The canonical form of a tag in any case, with - or _: "iw" -> "he", "EN_us" -> "en-US",
 * "tl" -> "fil". Returns 0, or -1 where text is not a tag of a language that ICU or the table
 * knows. */
int tag_canonical(struct slice text, char ret_tag[TAG_SIZE]);

/* The tag of a language found in a text of this script (ICU's UScriptCode): with the script where
 * the language is written in two, and Kurdish told apart by it. code: as the detector has it, in
 * BCP 47's case. Returns 0, or -1 where code stands for no language. */
int tag_with_script(const char *code, int script, char ret_tag[TAG_SIZE]);

/* "en" of "en-US". */
struct slice tag_primary(const char *tag);

/* Are the two so close that a detector takes the one for the other in places? Then a bit of the one
 * in the other is no mixed text. */
bool tag_are_close(const char *tag, const char *other);

#endif
