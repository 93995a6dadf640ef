#include "processors/entities/locales.h"

#include <stdio.h>

#include <unicode/uloc.h>

/* Language and script of a locale, filled up by ICU's likely subtags. */
static void language_of_locale(const char *locale, char ret_language[LANGUAGE_SIZE])
{
    char full[ULOC_FULLNAME_CAPACITY];
    char language[ULOC_LANG_CAPACITY] = "";
    char script[ULOC_SCRIPT_CAPACITY] = "";
    UErrorCode error = U_ZERO_ERROR;

    uloc_getLanguage(locale, language, sizeof(language), &error);
    uloc_addLikelySubtags(locale, full, sizeof(full), &error);
    uloc_getScript(full, script, sizeof(script), &error);
    if (U_FAILURE(error) || language[0] == '\0' || script[0] == '\0')
        snprintf(ret_language, LANGUAGE_SIZE, "%s", LANGUAGE_UNKNOWN);
    else /* ICU keeps Bokmal's data under Norwegian */
        snprintf(ret_language, LANGUAGE_SIZE, "%s_%s",
                 strcmp(language, "nb") == 0 ? "no" : language, script);
}

struct locales locales_new(struct arena *arena)
{
    struct locales locales = {.count = (uint32_t)uloc_countAvailable()};

    locales.items = arena_allocate(arena, locales.count * sizeof(*locales.items));
    for (uint32_t i = 0; i < locales.count; i++) {
        locales.items[i].id = uloc_getAvailable((int32_t)i);
        language_of_locale(locales.items[i].id, locales.items[i].language);
    }
    return locales;
}

void locales_language(const struct locales *locales, struct slice tag,
                      char ret_language[LANGUAGE_SIZE])
{
    char text[ULOC_FULLNAME_CAPACITY];
    char locale[ULOC_FULLNAME_CAPACITY];
    UErrorCode error = U_ZERO_ERROR;

    snprintf(text, sizeof(text), "%.*s", (int)(tag.length < 64 ? tag.length : 64),
             tag.length > 0 ? tag.data : LANGUAGE_UNKNOWN);
    uloc_forLanguageTag(text, locale, sizeof(locale), NULL, &error);
    if (U_SUCCESS(error) && error != U_STRING_NOT_TERMINATED_WARNING) {
        language_of_locale(locale, ret_language);
        for (uint32_t i = 0; i < locales->count; i++)
            if (strcmp(locales->items[i].language, ret_language) == 0)
                return;
    }
    snprintf(ret_language, LANGUAGE_SIZE, "%s", LANGUAGE_UNKNOWN);
}
