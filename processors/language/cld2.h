/* Statistical detection: CLD2 with its full tables, behind an interface that another detector could
 * stand behind too. It reads clean text (no tags, no controls), knows nothing of articles, and
 * keeps no state. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_CLD2_H
#define COPYDESK_PROCESSORS_LANGUAGE_CLD2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CLD2_GUESSES = 3 };

struct cld2_guess {
    const char *code; /* CLD2's own, e.g. "iw", "zh-Hant"; constant */
    unsigned percent; /* share of the text, 1-100 */
    unsigned score;   /* what each KiB of that share scored; real text has some 400 and more */
};

struct cld2_answer {
    bool reliable; /* the first guess stands clear of the others */
    unsigned count;
    struct cld2_guess guesses[CLD2_GUESSES]; /* by falling percent */
};

/* text: at most 1 MiB of valid UTF-8 without controls and non-characters. best_effort: guess also
 * where CLD2 would rather say nothing; such guesses are often wrong, also where it calls them
 * reliable. */
void cld2_detect(const char *text, size_t length, bool best_effort, struct cld2_answer *ret_answer);

/* "V2.0 - 20140204": of code and tables; constant. */
const char *cld2_version(void);

#ifdef __cplusplus
}
#endif

#endif
