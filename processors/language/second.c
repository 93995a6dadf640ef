#include "processors/language/second.h"

#include <stdio.h>
#include <string.h>

#include "processors/language/ngram.h"
#include "processors/language/tag.h"

/* Scores in the model's units, sixteenths of a natural logarithm. */
enum {
    MOST_RIVALS = 3,
    RUNS_OVERLAP = 8, /* every letter is in so many features: they are no independent witnesses */
    MARKER = 32,      /* a word that only one of close languages has: e^2 times as likely */
    BENEFIT = 64,     /* of the doubt, for CLD2's answer: two markers */
};

/* What a text must have for the model's word alone, and with CLD2's guess beside it: in
 * running text the model has seen most of the features, and one language stands out. */
struct bar {
    unsigned features;
    unsigned seen;   /* percent */
    unsigned mean;   /* score of a feature */
    unsigned margin; /* to the second best, hundredths of a unit a feature */
};

static const struct bar alone = {.features = 60, .seen = 78, .mean = 43, .margin = 100};
static const struct bar agreed = {.features = 30, .seen = 60, .mean = 34, .margin = 10};

/* Left: what CLD2 answers. Right: what it may be in truth. handicap: by how many units a feature
 * the rivals may lie behind; Tashelhit is learnt from another alphabet, and Arabic texts are twice
 * as far away from it. */
static const struct {
    const char *answer;
    const char *rivals[MOST_RIVALS];
    unsigned handicap;
} rivalries[] = {
    {"hr", {"bs", "sr-Latn"}, 0},
    {"bs", {"hr", "sr-Latn"}, 0},
    {"sr-Latn", {"bs", "hr"}, 0},
    {"st", {"nso", "tn"}, 0},
    {"tn", {"nso"}, 0},
    {"zu", {"nd", "xh", "ss"}, 0},
    {"xh", {"nd", "zu", "ss"}, 0},
    {"mi", {"ty"}, 0},
    {"haw", {"ty"}, 0},
    {"sm", {"ty"}, 0},
    {"zh-Hans", {"yue"}, 0},
    {"zh-Hant", {"yue"}, 0},
    {"ar", {"shi"}, 6},
};

enum { RIVALRIES = sizeof rivalries / sizeof *rivalries };

static size_t rivalry_of(const char *tag)
{
    size_t i = 0;

    while (i < RIVALRIES && strcmp(rivalries[i].answer, tag) != 0)
        i++;
    return i;
}

bool second_has_rivals(const char *tag)
{
    return rivalry_of(tag) < RIVALRIES;
}

void second_read(struct second *second, const char *text, size_t length)
{
    second->count = ngram_hashes(text, length, second->hashes, SECOND_FEATURES);
    second->seen = model_score(second->model, second->hashes, second->count, second->scores);
}

static uint32_t score_of(const struct second *second, const char *tag)
{
    int label = model_label(second->model, tag);

    return label >= 0 ? second->scores[label] : 0;
}

/* Letters and markers together. */
static uint32_t evidence_for(const struct second *second, const char *tag)
{
    char marked[TAG_SIZE];

    snprintf(marked, sizeof marked, "=%s", tag);
    return score_of(second, tag) / RUNS_OVERLAP + MARKER * score_of(second, marked);
}

const char *second_among_rivals(const struct second *second, const char *tag)
{
    size_t row = rivalry_of(tag);

    if (row == RIVALRIES)
        return tag;
    uint32_t handicap = rivalries[row].handicap * (uint32_t)second->count / RUNS_OVERLAP;
    const char *best = rivalries[row].answer;
    uint32_t most = evidence_for(second, best) + BENEFIT;

    for (int i = 0; i < MOST_RIVALS && rivalries[row].rivals[i] != NULL; i++) {
        uint32_t evidence = evidence_for(second, rivalries[row].rivals[i]) + handicap;

        if (evidence > most) {
            most = evidence;
            best = rivalries[row].rivals[i];
        }
    }
    return best;
}

static bool is_marker(const struct model *model, size_t label)
{
    return model->tags[label].text[0] == '=';
}

static void find_two_best(const struct second *second, size_t *ret_best, uint32_t *ret_next)
{
    uint32_t most = 0;

    *ret_next = 0;
    *ret_best = 0;
    for (size_t i = 0; i < second->model->label_count; i++) {
        uint32_t score = is_marker(second->model, i) ? 0 : second->scores[i];

        if (score > most) {
            *ret_next = most;
            most = score;
            *ret_best = i;
        } else if (score > *ret_next) {
            *ret_next = score;
        }
    }
}

static bool clears(const struct second *second, const struct bar *bar, uint32_t best, uint32_t next)
{
    return second->count >= bar->features && second->seen * 100 >= second->count * bar->seen &&
           best >= second->count * bar->mean &&
           (uint64_t)(best - next) * 100 >= (uint64_t)second->count * bar->margin;
}

const char *second_guess(const struct second *second, const char *guess)
{
    size_t best;
    uint32_t next;

    find_two_best(second, &best, &next);
    const char *tag = second->model->tags[best].text;
    bool agree = guess != NULL && slice_equal(tag_primary(guess), tag_primary(tag));

    return clears(second, agree ? &agreed : &alone, second->scores[best], next) ? tag : NULL;
}
