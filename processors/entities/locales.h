/* Which of ICU's locales are an article's language: those of the same language and script, whatever
 * the region, since a tag seldom tells Brazil from Portugal. Threads: constant once made. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LOCALES_H
#define COPYDESK_PROCESSORS_ENTITIES_LOCALES_H

#include <stdint.h>

#include "base/arena.h"

enum { LANGUAGE_SIZE = 24 };

#define LANGUAGE_UNKNOWN "und"
#define LANGUAGE_ENGLISH "en_Latn"

struct locale {
    const char *id;               /* pt_PT */
    char language[LANGUAGE_SIZE]; /* pt_Latn */
};

struct locales {
    struct locale *items;
    uint32_t count;
};

/* All of ICU's, in its order, in the arena. */
struct locales locales_new(struct arena *arena);

/* The language of a BCP 47 tag, as in struct locale ("zh_Hant" for zh-TW); LANGUAGE_UNKNOWN where
 * no locale has it. */
void locales_language(const struct locales *locales, struct slice tag,
                      char ret_language[LANGUAGE_SIZE]);

#endif
