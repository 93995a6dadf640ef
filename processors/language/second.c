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
    SURE = 256,       /* so far ahead: the rest of the text is not read */
    HINTED = 128,     /* for the language that is usual there: four markers */
    EARLY = 600,      /* features that are enough for an answer before the end */
    CLEAR = 125,      /* eight units a feature ahead of the next stand out as clearly as can be */
    ALL = 1000,
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
static const struct bar agreed = {.features = 60, .seen = 60, .mean = 34, .margin = 10};

/* Left: what CLD2 answers. Right: what it may be in truth. handicap: by how many units a feature
 * the rivals may lie behind; Tashelhit is learnt from another alphabet, and Arabic texts are twice
 * as far away from it. */
struct rivalry {
    const char *answer;
    const char *rivals[MOST_RIVALS];
    unsigned handicap;
};

static const struct rivalry rivalries[] = {
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

static const struct rivalry *rivalry_of(const char *tag)
{
    for (size_t i = 0; i < sizeof rivalries / sizeof *rivalries; i++) {
        if (strcmp(rivalries[i].answer, tag) == 0)
            return &rivalries[i];
    }
    return NULL;
}

bool second_has_rivals(const char *tag)
{
    return rivalry_of(tag) != NULL;
}

void second_begin(struct second *second, const char *text, size_t length, bool latin)
{
    second->latin = latin;
    second->text = text;
    second->length = length;
    second->count = 0;
    second->seen = 0;
    memset(second->scores, 0, sizeof second->scores);
}

/* Where the next step ends: between words where there is a space, else between code points. */
static size_t step_length(const struct second *second)
{
    const char *space;
    size_t length = SECOND_STEP;

    if (second->length <= SECOND_STEP)
        return second->length;
    space = memrchr(second->text, ' ', SECOND_STEP);
    if (space != NULL)
        return (size_t)(space - second->text) + 1;
    while (length > SECOND_STEP - 4 && ((unsigned char)second->text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

/* Returns false where the text is at its end. */
static bool read_step(struct second *second)
{
    size_t length = step_length(second);
    size_t count =
        ngram_hashes(second->text, length, second->latin, second->hashes, SECOND_FEATURES);

    second->seen += model_score(second->model, second->hashes, count, second->scores);
    second->count += count;
    second->text += length;
    second->length -= length;
    return length > 0;
}

/* One of a rivalry: its labels in the model, -1 where that has none. */
struct contender {
    const char *tag;
    int letters;
    int marker;        /* of words that only it has */
    uint32_t handicap; /* units a feature */
    int64_t favour;    /* units before the text is read */
};

static int marker_of(const struct model *model, const char *tag)
{
    char marked[TAG_SIZE];

    snprintf(marked, sizeof marked, "=%s", tag);
    return model_label(model, marked);
}

static struct contender contender_of(const struct model *model, const char *tag, const char *hint)
{
    bool hinted = hint != NULL && slice_equal(tag_primary(tag), tag_primary(hint));

    return (struct contender){.tag = tag,
                              .letters = model_label(model, tag),
                              .marker = marker_of(model, tag),
                              .favour = hinted ? HINTED : 0};
}

/* The one that CLD2 answers stands first. Returns how many there are. */
static size_t gather(const struct model *model, const struct rivalry *rivalry, const char *hint,
                     struct contender contenders[MOST_RIVALS + 1])
{
    size_t count = 1;

    contenders[0] = contender_of(model, rivalry->answer, hint);
    contenders[0].favour += BENEFIT;
    for (; count <= MOST_RIVALS && rivalry->rivals[count - 1] != NULL; count++) {
        contenders[count] = contender_of(model, rivalry->rivals[count - 1], hint);
        contenders[count].handicap = rivalry->handicap;
    }
    return count;
}

static uint32_t score_of(const struct second *second, int label)
{
    return label >= 0 ? second->scores[label] : 0;
}

/* Letters and markers together. */
static int64_t evidence_for(const struct second *second, const struct contender *contender)
{
    return (int64_t)score_of(second, contender->letters) / RUNS_OVERLAP +
           MARKER * (int64_t)score_of(second, contender->marker) +
           (int64_t)(contender->handicap * second->count / RUNS_OVERLAP) + contender->favour;
}

/* How the members of a rivalry stand after what is read so far. */
struct standing {
    const char *best;
    int64_t most; /* evidence for the best, and for the next */
    int64_t next;
};

static void stand(struct standing *standing, const char *tag, int64_t evidence)
{
    if (standing->best == NULL || evidence > standing->most) {
        standing->next = standing->best != NULL ? standing->most : 0;
        standing->most = evidence;
        standing->best = tag;
    } else if (evidence > standing->next) {
        standing->next = evidence;
    }
}

static struct standing stand_now(const struct second *second, const struct contender *contenders,
                                 size_t count)
{
    struct standing standing = {.best = NULL};

    for (size_t i = 0; i < count; i++)
        stand(&standing, contenders[i].tag, evidence_for(second, &contenders[i]));
    return standing;
}

static unsigned at_most_all(uint64_t strength)
{
    return strength < ALL ? (unsigned)strength : ALL;
}

const char *second_among_rivals(struct second *second, const char *tag, const char *hint,
                                unsigned *ret_strength)
{
    const struct rivalry *rivalry = rivalry_of(tag);
    struct contender contenders[MOST_RIVALS + 1];
    struct standing standing;

    if (rivalry == NULL)
        return tag;
    size_t count = gather(second->model, rivalry, hint, contenders);

    do {
        standing = stand_now(second, contenders, count);
    } while (standing.most - standing.next < SURE && read_step(second));
    *ret_strength = at_most_all((uint64_t)(standing.most - standing.next) * ALL / SURE);
    return standing.best;
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

/* What stands out after what is read so far. */
static const char *guess_now(const struct second *second, const char *guess, unsigned *ret_strength)
{
    size_t best;
    uint32_t next;

    find_two_best(second, &best, &next);
    const char *tag = second->model->tags[best].text;
    bool agree = guess != NULL && slice_equal(tag_primary(guess), tag_primary(tag));

    if (!clears(second, agree ? &agreed : &alone, second->scores[best], next))
        return NULL;
    *ret_strength =
        at_most_all((uint64_t)(second->scores[best] - next) * CLEAR / (second->count + 1));
    return tag;
}

const char *second_guess(struct second *second, const char *guess, unsigned *ret_strength)
{
    const char *found = NULL;

    while ((found == NULL || second->count < EARLY) && read_step(second))
        found = guess_now(second, guess, ret_strength);
    return found;
}
