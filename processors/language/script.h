/* Which script a text is written in, and what that alone says about its language. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SCRIPT_H
#define COPYDESK_PROCESSORS_LANGUAGE_SCRIPT_H

#include "article/text_view.h"

/* Letters by script, ICU's UScriptCode. */
struct script_counts {
    uint32_t letters[256];
    uint32_t total;
};

/* Adds the letters of a view's words; of a long one, of some five hundred words spread over it. */
void script_count(struct script_counts *counts, const struct text_view *view);

struct script_found {
    int script;     /* USCRIPT_JAPANESE for Han with Kana, USCRIPT_KOREAN for Hangul with or
                       without Han; USCRIPT_UNKNOWN where there is no letter */
    unsigned share; /* of all letters, thousandths */
    uint32_t letters;
};

/* The script with the most letters. */
struct script_found script_dominant(const struct script_counts *counts);

/* ISO 15924: "Arab"; NULL for USCRIPT_UNKNOWN. Constant. */
const char *script_name(int script);

/* The BCP 47 tag of the one language whose news is written in this script; NULL where there are
 * several or none. Of Chinese it does not say which of its two. Constant. */
const char *script_only_language(int script);

#endif
