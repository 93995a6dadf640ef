#include "processors/language/script.h"

#include <stdbool.h>
#include <unicode/uscript.h>

/* Kana in one of ten letters is more than a name in a Chinese text and less than any Japanese. */
enum { KANA_ONE_IN = 10 };

/* Of a long view, runs of tokens evenly spread over it: the cost does not grow with the length. */
enum { RUNS = 8, RUN_TOKENS = 64 };

static void count_token(struct script_counts *counts, const struct text_token *token)
{
    if (token->kind == TOKEN_NUMBER || token->flags & TOKEN_URL)
        return;
    counts->letters[token->script] += token->length;
    counts->total += token->length;
}

void script_count(struct script_counts *counts, const struct text_view *view)
{
    bool whole = view->token_count <= RUNS * RUN_TOKENS;
    uint32_t runs = whole ? 1 : RUNS;
    uint32_t tokens = whole ? view->token_count : RUN_TOKENS;

    for (uint32_t run = 0; run < runs; run++) {
        uint64_t room = view->token_count - tokens;
        const struct text_token *first = &view->tokens[whole ? 0 : room * run / (RUNS - 1)];

        for (uint32_t i = 0; i < tokens; i++)
            count_token(counts, &first[i]);
    }
}

/* The scripts that are written together count as one. */
static uint32_t letters_of(const struct script_counts *counts, int script)
{
    const uint32_t *letters = counts->letters;
    uint32_t kana = letters[USCRIPT_HIRAGANA] + letters[USCRIPT_KATAKANA];

    switch (script) {
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
        return 0;
    case USCRIPT_JAPANESE:
        return kana > 0 && kana * KANA_ONE_IN >= kana + letters[USCRIPT_HAN]
                   ? kana + letters[USCRIPT_HAN]
                   : 0;
    case USCRIPT_KOREAN:
        return letters[USCRIPT_HANGUL] > 0 ? letters[USCRIPT_HANGUL] + letters[USCRIPT_HAN] : 0;
    default:
        return letters[script];
    }
}

/* Best of two candidates; the earlier one where they are equal. */
static void consider(const struct script_counts *counts, int script, struct script_found *best)
{
    uint32_t letters = letters_of(counts, script);

    if (letters > best->letters) {
        best->script = script;
        best->letters = letters;
    }
}

/* Not only beside another one. */
static bool is_written_alone(int script)
{
    return script != USCRIPT_HIRAGANA && script != USCRIPT_KATAKANA && script != USCRIPT_HANGUL &&
           script != USCRIPT_JAPANESE && script != USCRIPT_KOREAN && script != USCRIPT_UNKNOWN;
}

struct script_found script_dominant(const struct script_counts *counts)
{
    struct script_found best = {.script = USCRIPT_UNKNOWN};

    for (int script = 0; script < 256; script++) {
        if (counts->letters[script] > best.letters && is_written_alone(script))
            consider(counts, script, &best);
    }
    if (counts->letters[USCRIPT_HANGUL] >= counts->letters[USCRIPT_HAN])
        consider(counts, USCRIPT_KOREAN, &best);
    /* Japanese Kana and the Han beside it outweigh the same Han alone. */
    consider(counts, USCRIPT_JAPANESE, &best);
    if (counts->total > 0)
        best.share = (unsigned)((uint64_t)best.letters * 1000 / counts->total);
    return best;
}

const char *script_name(int script)
{
    return script != USCRIPT_UNKNOWN ? uscript_getShortName((UScriptCode)script) : NULL;
}

static const struct {
    int script;
    const char *tag;
} only_languages[] = {
    {USCRIPT_GREEK, "el"},     {USCRIPT_ARMENIAN, "hy"},  {USCRIPT_GEORGIAN, "ka"},
    {USCRIPT_THAI, "th"},      {USCRIPT_LAO, "lo"},       {USCRIPT_KHMER, "km"},
    {USCRIPT_SINHALA, "si"},   {USCRIPT_TAMIL, "ta"},     {USCRIPT_TELUGU, "te"},
    {USCRIPT_KANNADA, "kn"},   {USCRIPT_MALAYALAM, "ml"}, {USCRIPT_GUJARATI, "gu"},
    {USCRIPT_GURMUKHI, "pa"},  {USCRIPT_ORIYA, "or"},     {USCRIPT_THAANA, "dv"},
    {USCRIPT_KOREAN, "ko"},    {USCRIPT_JAPANESE, "ja"},  {USCRIPT_CHEROKEE, "chr"},
    {USCRIPT_TIFINAGH, "zgh"}, {USCRIPT_NKO, "nqo"},      {USCRIPT_OL_CHIKI, "sat"},
    {USCRIPT_HAN, "zh"},
};

const char *script_only_language(int script)
{
    for (size_t i = 0; i < sizeof only_languages / sizeof *only_languages; i++) {
        if (only_languages[i].script == script)
            return only_languages[i].tag;
    }
    return NULL;
}
