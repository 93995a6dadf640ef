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

/* A bit for each hash by its highest bits: nearly every other word ends here. */
enum { FILTER_SHIFT = 52, FILTER_WORDS = (1 << (64 - FILTER_SHIFT)) / 64 };

static uint64_t filter[FILTER_WORDS];

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

static void hash_words(const char *const *words, size_t count, uint64_t *ret_hashes)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = ret_hashes[i] = hash_of(words[i]);

        filter[hash >> FILTER_SHIFT >> 6] |= UINT64_C(1) << (hash >> FILTER_SHIFT & 63);
    }
}

static void hash_all(void)
{
    hash_words(TITLES, TITLE_COUNT, title_hashes);
    hash_words(BEFORE_NUMBERS, NUMBER_COUNT, number_hashes);
}

static bool may_be_one(uint64_t hash)
{
    return (filter[hash >> FILTER_SHIFT >> 6] >> (hash >> FILTER_SHIFT & 63) & 1) != 0;
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
    return may_be_one(word_hash) &&
           (contains(title_hashes, TITLE_COUNT, word_hash) ||
            (before_number && contains(number_hashes, NUMBER_COUNT, word_hash)));
}
