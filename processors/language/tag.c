#include "processors/language/tag.h"

#include <stdio.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>

/* Left: a primary subtag as ICU or the detector leaves it. Right: what stands for it. */
static const struct {
    const char *alias;
    const char *tag;
} aliases[] = {
    {"tl", "fil"},    {"no", "nb"},   {"kmr", "ku"}, {"cmn", "zh"},
    {"prs", "fa-AF"}, {"mey", "ar"},  {"arb", "ar"}, {"sh", "sr-Latn"},
    {"iw", "he"},     {"blu", "hmn"}, {"bh", "bho"}, {"jw", "jv"},
};

enum { MOST_SCRIPTS = 2, MOST_CLOSE = 5 };

/* Languages whose news comes in several scripts, and those that are then written in the tag; 0 is
 * none (USCRIPT_COMMON). */
static const struct {
    const char *language;
    int scripts[MOST_SCRIPTS];
} several_scripts[] = {
    {"az", {USCRIPT_ARABIC, USCRIPT_CYRILLIC}},
    {"bs", {USCRIPT_CYRILLIC}},
    {"ff", {USCRIPT_ADLAM}},
    {"ha", {USCRIPT_ARABIC}},
    {"kk", {USCRIPT_ARABIC, USCRIPT_LATIN}},
    {"ks", {USCRIPT_DEVANAGARI}},
    {"ky", {USCRIPT_ARABIC, USCRIPT_LATIN}},
    {"mn", {USCRIPT_MONGOLIAN}},
    {"ms", {USCRIPT_ARABIC}},
    {"pa", {USCRIPT_ARABIC}},
    {"sd", {USCRIPT_DEVANAGARI}},
    {"sr", {USCRIPT_CYRILLIC, USCRIPT_LATIN}},
    {"tg", {USCRIPT_ARABIC, USCRIPT_LATIN}},
    {"tk", {USCRIPT_ARABIC, USCRIPT_CYRILLIC}},
    {"tt", {USCRIPT_ARABIC, USCRIPT_LATIN}},
    {"ug", {USCRIPT_CYRILLIC, USCRIPT_LATIN}},
    {"uz", {USCRIPT_ARABIC, USCRIPT_CYRILLIC}},
};

/* NULL behind the last one of a group that has fewer. */
static const char *const close_groups[][MOST_CLOSE] = {
    {"bs", "hr", "sr", "sl"},
    {"mk", "bg", "sr"},
    {"nb", "nn", "da"},
    {"cs", "sk"},
    {"gl", "es"},
    {"gl", "pt"},
    {"nl", "af"},
    {"id", "ms"},
    {"zu", "xh", "ss", "nd", "nr"},
    {"st", "nso", "tn"},
    {"hi", "mr", "ne", "bho"},
    {"tr", "az"},
    {"kk", "ky"},
    {"tt", "ba"},
    {"mi", "sm", "to", "ty"},
    {"rw", "rn"},
    {"bo", "dz"},
    {"am", "ti"},
};

struct slice tag_primary(const char *tag)
{
    return slice_of(tag, strcspn(tag, "-"));
}

/* ICU's own form; it takes - and _ and any case. */
static int icu_form(struct slice text, char ret_tag[TAG_SIZE])
{
    char locale[TAG_SIZE];
    UErrorCode status = U_ZERO_ERROR;

    if (text.length == 0 || text.length >= sizeof locale ||
        memchr(text.data, '\0', text.length) != NULL)
        return -1;
    memcpy(locale, text.data, text.length);
    locale[text.length] = '\0';
    uloc_toLanguageTag(locale, ret_tag, TAG_SIZE, true, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING ? 0 : -1;
}

static const char *alias_of(struct slice primary)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (slice_is(primary, aliases[i].alias))
            return aliases[i].tag;
    }
    return NULL;
}

static bool is_known(const char *tag)
{
    return *uloc_getISO3Language(tag) != '\0';
}

int tag_canonical(struct slice text, char ret_tag[TAG_SIZE])
{
    char found[TAG_SIZE];

    if (icu_form(text, found) != 0)
        return -1;
    struct slice primary = tag_primary(found);
    const char *alias = alias_of(primary);

    if (alias == NULL && !is_known(found))
        return -1;
    /* A region that an alias brings along does not stand beside the text's own. */
    bool whole = alias != NULL && strchr(alias, '-') != NULL;
    const char *rest = whole ? "" : found + primary.length;
    int length = alias != NULL ? snprintf(ret_tag, TAG_SIZE, "%s%s", alias, rest)
                               : snprintf(ret_tag, TAG_SIZE, "%s", found);

    return length < TAG_SIZE ? 0 : -1;
}

/* "Cyrl" where this script is to be written behind this language, else NULL. */
static const char *script_to_write(struct slice language, int script)
{
    for (size_t i = 0; i < sizeof several_scripts / sizeof *several_scripts; i++) {
        if (!slice_is(language, several_scripts[i].language))
            continue;
        for (int k = 0; k < MOST_SCRIPTS; k++) {
            if (several_scripts[i].scripts[k] == script && script != USCRIPT_COMMON)
                return uscript_getShortName((UScriptCode)script);
        }
    }
    return NULL;
}

/* Letters without sense, jokes and bare scripts have codes too: "xx-Copt", "zzb". */
static bool is_pseudo(struct slice primary)
{
    return primary.length < 2 || memcmp(primary.data, "xx", 2) == 0 ||
           memcmp(primary.data, "zz", 2) == 0 || slice_is(primary, "un");
}

int tag_with_script(const char *code, int script, char ret_tag[TAG_SIZE])
{
    struct slice primary = tag_primary(code);

    if (is_pseudo(primary))
        return -1;
    if (alias_of(primary) != NULL)
        primary = tag_primary(alias_of(primary));
    const char *written = script_to_write(primary, script);

    if (slice_is(primary, "zh"))
        snprintf(ret_tag, TAG_SIZE, "%s", strcmp(code, "zh-Hant") == 0 ? code : "zh-Hans");
    else if (slice_is(primary, "ku") && script == USCRIPT_ARABIC)
        snprintf(ret_tag, TAG_SIZE, "ckb"); /* Kurmanji news is in Latin, Sorani in Arabic */
    else
        snprintf(ret_tag, TAG_SIZE, "%.*s%s%s", SLICE_FORMAT(primary), written != NULL ? "-" : "",
                 written != NULL ? written : "");
    return 0;
}

static bool is_in_group(struct slice language, const char *const group[MOST_CLOSE])
{
    for (int i = 0; i < MOST_CLOSE && group[i] != NULL; i++) {
        if (slice_is(language, group[i]))
            return true;
    }
    return false;
}

bool tag_are_close(const char *tag, const char *other)
{
    struct slice one = tag_primary(tag);
    struct slice two = tag_primary(other);

    for (size_t i = 0; i < sizeof close_groups / sizeof *close_groups; i++) {
        if (is_in_group(one, close_groups[i]) && is_in_group(two, close_groups[i]))
            return true;
    }
    return slice_equal(one, two);
}
