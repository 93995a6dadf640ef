#include "article/abbreviation.h"

#include <pthread.h>
#include <stddef.h>

#include "article/text_view.h"
#include "base/utf8.h"

/* Folded. Only what is no common word of its own in another language. */
static const char *const TITLES[] = {
    "mr",   "mrs",  "ms",   "dr",   "dra",  "st",  "ste", "gen",  "sen",  "rep",  "gov",  "col",
    "lt",   "maj",  "sgt",  "capt", "cmdr", "adm", "rev", "hon",  "prof", "jr",   "sr",   "sra",
    "srta", "mme",  "mlle", "mgr",  "ing",  "hr",  "vs",  "inc",  "ltd",  "corp", "bros", "mt",
    "ft",   "dept", "univ", "ул",   "им",   "тыс", "млн", "млрд", "проф", "акад", "гр",   "руб",
};

static const char *const BEFORE_NUMBERS[] = {
    "no",  "nos", "nr",  "num", "art", "fig", "vol",  "pp",  "par", "abs", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "ca",  "approx",
};

enum {
    TITLE_COUNT = sizeof TITLES / sizeof *TITLES,
    NUMBER_COUNT = sizeof BEFORE_NUMBERS / sizeof *BEFORE_NUMBERS,
    MAX_WORD = 16
};

static uint64_t title_hashes[TITLE_COUNT];
static uint64_t number_hashes[NUMBER_COUNT];

static uint64_t hash_of(const char *word)
{
    uint32_t points[MAX_WORD];
    uint32_t count = 0;

    while (*word != '\0' && count < MAX_WORD) {
        points[count++] = utf8_decode((const unsigned char *)word);
        word += utf8_length((unsigned char)*word);
    }
    return text_token_hash(points, count);
}

static void hash_all(void)
{
    for (size_t i = 0; i < TITLE_COUNT; i++)
        title_hashes[i] = hash_of(TITLES[i]);
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        number_hashes[i] = hash_of(BEFORE_NUMBERS[i]);
}

static bool contains(const uint64_t *hashes, size_t count, uint64_t wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (hashes[i] == wanted)
            return true;
    }
    return false;
}

bool abbreviation_is(uint64_t word_hash, bool before_number)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, hash_all);
    return contains(title_hashes, TITLE_COUNT, word_hash) ||
           (before_number && contains(number_hashes, NUMBER_COUNT, word_hash));
}
