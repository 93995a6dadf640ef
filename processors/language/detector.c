#include "processors/language/detector.h"

#include <stdio.h>
#include <unicode/uscript.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "processors/language/lookalike.h"
#include "processors/language/prose.h"

/* Thousandths, percent and letters from here on; docs/language.md gives the reasons. */
enum {
    ONLY_SCRIPT_SHARE = 900, /* of letters: a script of one language then decides by itself */
    MAIN_SCRIPT_SHARE = 500, /* the same where CLD2 has no answer */
    ONE_SCRIPT_SHARE = 700,  /* less is two languages: letters of the one are no sign of another */
    LEAST_LETTERS = 4,       /* fewer are a sign or a code, not a text */
    USUAL_SCORE = 400,       /* of running text; less tells of lists, names, noise */
    DOUBT = 10,              /* a guess where CLD2 would rather be silent: a tenth */
    MIXED_PERCENT = 15,
    PARTS_PERCENT = 90,     /* of two languages together */
    PART_SCORE = 300,       /* of each */
    MOST_READ_AGAIN = 2400, /* bytes, where close languages are to be told apart */
    CERTAIN = 1000,
};

/* Of bytes that are no article, and have no limit. */
enum { PIECES = 16, PIECE = 64 << 10 };

const struct detector_settings detector_usual = {.headline_windows = 1, .body_windows = 5};

/* One text on its way to an answer. */
struct finding {
    struct detector *detector;
    struct slice body; /* clean */
    const char *hint;
    struct prose prose;
    struct detection *result;
};

static unsigned at_most(unsigned value, unsigned most)
{
    return value < most ? value : most;
}

static void copy_tag(char to[TAG_SIZE], const char *tag)
{
    snprintf(to, TAG_SIZE, "%s", tag);
}

static void add_guess(struct detector_guess *list, unsigned *count, const char *tag,
                      unsigned thousandths)
{
    copy_tag(list[*count].tag, tag);
    list[*count].thousandths = thousandths;
    ++*count;
}

static void answer(const struct finding *finding, const char *tag, enum ground ground,
                   unsigned strength)
{
    struct detection *result = finding->result;

    result->evidence = (struct evidence){ground, strength, finding->prose.letters};
    result->confidence = confidence_of(&result->evidence);
    copy_tag(result->tag, tag);
}

/* --- what CLD2 says --- */

static int tag_of_guess(const struct finding *finding, const struct cld2_guess *guess,
                        char ret_tag[TAG_SIZE])
{
    return tag_with_script(guess->code, finding->result->script.script, ret_tag);
}

/* In proportion where a text scores less than running text does. */
static unsigned weigh(unsigned thousandths, unsigned score)
{
    return thousandths * at_most(score, USUAL_SCORE) / USUAL_SCORE;
}

static unsigned percent_of_close(const struct finding *finding, const struct cld2_answer *found,
                                 const char *tag)
{
    unsigned percent = 0;

    for (unsigned i = 1; i < found->count; i++) {
        char other[TAG_SIZE];

        if (tag_of_guess(finding, &found->guesses[i], other) == 0 && tag_are_close(tag, other))
            percent += found->guesses[i].percent;
    }
    return percent;
}

/* What CLD2 found beside its first guess: a close language is another reading of the same text, any
 * other one a part of a mixed text. */
static void add_others(const struct finding *finding, const struct cld2_answer *found)
{
    struct detection *result = finding->result;
    unsigned rest = CERTAIN - at_most(result->confidence, CERTAIN);

    for (unsigned i = 1; i < found->count; i++) {
        const struct cld2_guess *guess = &found->guesses[i];
        char other[TAG_SIZE];

        if (tag_of_guess(finding, guess, other) != 0 || strcmp(other, result->tag) == 0)
            continue;
        if (tag_are_close(result->tag, other))
            add_guess(result->alternatives, &result->alternative_count, other,
                      at_most(guess->percent * 10, rest));
        else if (guess->percent >= MIXED_PERCENT)
            add_guess(result->mixed, &result->mixed_count, other, guess->percent * 10);
    }
}

/* --- the second opinion --- */

static bool is_latin(const struct finding *finding)
{
    return finding->result->script.script == USCRIPT_LATIN;
}

static void read_again(const struct finding *finding)
{
    struct detector *detector = finding->detector;

    second_begin(&detector->second, detector->sample, detector->length, is_latin(finding));
}

/* What close languages are told apart by is rare: in a long body it is looked for beyond the
 * sample. */
static const char *among_rivals(const struct finding *finding, const char *tag,
                                unsigned *ret_strength)
{
    struct detector *detector = finding->detector;
    unsigned windows = detector->settings->body_windows;

    if (windows > 0 && finding->body.length > (size_t)windows * SAMPLE_WINDOW)
        second_begin(&detector->second, finding->body.data,
                     finding->body.length < MOST_READ_AGAIN ? finding->body.length
                                                            : MOST_READ_AGAIN,
                     is_latin(finding));
    else
        read_again(finding);
    return second_among_rivals(&detector->second, tag, finding->hint, ret_strength);
}

static bool conclude_from(const struct finding *finding, const struct cld2_answer *found)
{
    const struct cld2_guess *first = &found->guesses[0];
    char tag[TAG_SIZE];

    if (!found->reliable || tag_of_guess(finding, first, tag) != 0)
        return false;
    unsigned percent = first->percent + percent_of_close(finding, found, tag);
    unsigned strength = weigh(at_most(CERTAIN * first->percent / percent, CERTAIN), first->score);

    if (second_has_rivals(tag) && finding->result->script.share >= ONE_SCRIPT_SHARE) {
        const char *best = among_rivals(finding, tag, &strength);

        answer(finding, best, GROUND_CLOSE, strength);
        if (strcmp(best, tag) != 0)
            add_guess(finding->result->alternatives, &finding->result->alternative_count, tag,
                      CERTAIN - finding->result->confidence);
    } else {
        answer(finding, tag, GROUND_CLD2, strength);
    }
    add_others(finding, found);
    return true;
}

/* --- in doubt --- */

/* CLD2 doubts halves in two scripts, but each is running text. */
static bool conclude_from_parts(const struct finding *finding, const struct cld2_answer *found)
{
    const struct cld2_guess *one = &found->guesses[0];
    const struct cld2_guess *two = &found->guesses[1];
    char tag[TAG_SIZE];
    char other[TAG_SIZE];

    if (found->count < 2 || one->score < PART_SCORE || two->score < PART_SCORE ||
        one->percent + two->percent < PARTS_PERCENT || two->percent < MIXED_PERCENT ||
        finding->result->script.share >= ONE_SCRIPT_SHARE || tag_of_guess(finding, one, tag) != 0 ||
        tag_of_guess(finding, two, other) != 0)
        return false;
    answer(finding, tag, GROUND_CLD2, one->percent * 10);
    add_others(finding, found);
    return true;
}

static bool is_hint(const struct finding *finding, const char *tag)
{
    return finding->hint != NULL && slice_equal(tag_primary(finding->hint), tag_primary(tag));
}

static bool conclude_from_script(const struct finding *finding, unsigned least_share,
                                 const char *tag)
{
    unsigned share = finding->result->script.share;

    if (tag == NULL || share < least_share)
        return false;
    answer(finding, tag, GROUND_SCRIPT, share);
    return true;
}

/* Han is Chinese: CLD2's guess tells simplified from traditional, the model Cantonese from both. */
static bool conclude_from_only_script(const struct finding *finding, const char *only,
                                      const char *guess)
{
    char tag[TAG_SIZE];
    unsigned strength;

    if (only == NULL || finding->result->script.share < MAIN_SCRIPT_SHARE)
        return false;
    copy_tag(tag, guess != NULL && slice_is(tag_primary(guess), only) ? guess : only);
    if (second_has_rivals(tag))
        copy_tag(tag, among_rivals(finding, tag, &strength));
    return conclude_from_script(finding, MAIN_SCRIPT_SHARE, tag);
}

static bool conclude_from_model(const struct finding *finding, const char *guess)
{
    struct second *second = &finding->detector->second;
    unsigned strength;
    char tag[TAG_SIZE];

    read_again(finding);
    const char *found = second_guess(second, guess != NULL ? guess : finding->hint, &strength);

    if (found == NULL || tag_with_script(found, finding->result->script.script, tag) != 0)
        return false;
    bool agreed = guess != NULL && slice_equal(tag_primary(guess), tag_primary(tag));

    if (second_has_rivals(tag))
        copy_tag(tag, among_rivals(finding, tag, &strength));
    answer(finding, tag, agreed ? GROUND_AGREED : GROUND_MODEL, strength);
    return true;
}

static bool conclude_from_hint(const struct finding *finding, const char *guess,
                               const struct cld2_guess *found)
{
    if (guess == NULL || !is_hint(finding, guess))
        return false;
    answer(finding, guess, GROUND_HINT, weigh(found->percent * 10, found->score));
    return true;
}

/* Nothing is certain; the best guess is worth telling all the same. */
static void conclude_nothing(const struct finding *finding, const char *guess,
                             const struct cld2_guess *found)
{
    if (guess != NULL)
        add_guess(finding->result->alternatives, &finding->result->alternative_count, guess,
                  weigh(found->percent * 10 / DOUBT, found->score));
}

static void find_in_doubt(const struct finding *finding, const char *only, bool is_text)
{
    struct cld2_answer found;
    char tag[TAG_SIZE];

    cld2_detect(finding->detector->sample, finding->detector->length, true, &found);
    bool guessed = found.count > 0 && tag_of_guess(finding, &found.guesses[0], tag) == 0;
    const char *guess = guessed ? tag : NULL;

    if ((is_text && conclude_from_parts(finding, &found)) ||
        (is_text && conclude_from_only_script(finding, only, guess)) ||
        (is_text && conclude_from_model(finding, guess)) ||
        conclude_from_hint(finding, guess, &found.guesses[0]))
        return;
    if (is_text)
        conclude_nothing(finding, guess, &found.guesses[0]);
}

/* --- the whole --- */

static void find_script(struct detector *detector, const struct text_view *headline,
                        const struct text_view *body, struct detection *result)
{
    memset(&detector->counts, 0, sizeof detector->counts);
    if (detector->settings->headline_windows > 0)
        script_count(&detector->counts, headline);
    if (detector->settings->body_windows > 0)
        script_count(&detector->counts, body);
    result->script = script_dominant(&detector->counts);
}

static void take_sample(struct detector *detector, struct slice headline, struct slice body)
{
    const struct detector_settings *settings = detector->settings;

    detector->length = sample_take(headline, settings->headline_windows, detector->sample);
    detector->length +=
        sample_take(body, settings->body_windows, detector->sample + detector->length);
}

/* Where Cyrillic and Latin letters are mixed. */
static void repair_cyrillic(struct detector *detector, const struct script_found *script)
{
    if (script->script != USCRIPT_CYRILLIC || detector->counts.letters[USCRIPT_LATIN] == 0)
        return;
    memcpy(detector->spoilt, detector->sample, detector->length);
    detector->length = lookalike_to_cyrillic(detector->spoilt, detector->length, detector->sample);
}

/* Program text and codes are in Latin letters; in other scripts letters are a text. */
static bool is_text(const struct finding *finding)
{
    return !is_latin(finding) || prose_is_enough(&finding->prose);
}

static void find_language(struct finding *finding)
{
    struct detector *detector = finding->detector;
    const char *only = script_only_language(finding->result->script.script);
    bool alone = only != NULL && finding->result->script.script != USCRIPT_HAN;
    struct cld2_answer found;

    finding->prose.letters = finding->result->script.letters;
    if (finding->result->script.letters < LEAST_LETTERS ||
        (alone && conclude_from_script(finding, ONLY_SCRIPT_SHARE, only)))
        return;
    finding->prose = prose_count(detector->sample, detector->length);
    if (!is_text(finding)) {
        if (finding->hint != NULL && prose_is_words(&finding->prose))
            find_in_doubt(finding, NULL, false);
        return;
    }
    cld2_detect(detector->sample, detector->length, false, &found);
    if (!conclude_from(finding, &found))
        find_in_doubt(finding, only, true);
}

static bool is_allowed(const struct detector_settings *settings, const char *tag)
{
    for (size_t i = 0; i < settings->allowed_count; i++) {
        const char *allowed = settings->allowed[i].text;
        size_t length = strlen(allowed);

        if (strncmp(tag, allowed, length) == 0 && (tag[length] == '\0' || tag[length] == '-'))
            return true;
    }
    return settings->allowed_count == 0;
}

/* An answer that must not be given is the first alternative; the mixture goes with it. */
static void withdraw(struct detection *result)
{
    unsigned most = sizeof result->alternatives / sizeof *result->alternatives - 1;

    if (result->alternative_count > most)
        result->alternative_count = most;
    memmove(&result->alternatives[1], &result->alternatives[0],
            result->alternative_count * sizeof *result->alternatives);
    copy_tag(result->alternatives[0].tag, result->tag);
    result->alternatives[0].thousandths = result->confidence;
    result->alternative_count++;
    copy_tag(result->tag, "und");
    result->confidence = 0;
    result->mixed_count = 0;
}

/* Where the answer is not allowed, a close language that is stands in for it: a newsroom that has
 * Croatian and no Bosnian means Croatian. */
static const char *stand_in(const struct detector_settings *settings, const char *tag)
{
    if (strstr(tag, "-Cyrl") != NULL || strstr(tag, "-Arab") != NULL)
        return NULL; /* the close ones are in Latin letters */
    for (size_t i = 0; i < settings->allowed_count; i++) {
        if (tag_are_close(tag, settings->allowed[i].text))
            return settings->allowed[i].text;
    }
    return NULL;
}

static void keep_to_settings(const struct detector_settings *settings, struct detection *result)
{
    if (strcmp(result->tag, "und") == 0)
        return;
    if (!is_allowed(settings, result->tag)) {
        const char *other = stand_in(settings, result->tag);

        if (other == NULL)
            withdraw(result);
        else
            copy_tag(result->tag, other);
    }
    if (strcmp(result->tag, "und") != 0 && result->confidence < settings->least_confidence)
        withdraw(result);
}

void detector_init(struct detector *detector, const struct model *model,
                   const struct detector_settings *settings)
{
    detector->settings = settings;
    detector->second.model = model;
}

void detector_find(struct detector *detector, const struct text_view *headline,
                   const struct text_view *body, const char *hint, struct detection *ret_detection)
{
    struct finding finding = {
        .detector = detector, .body = body->clean, .hint = hint, .result = ret_detection};

    ret_detection->alternative_count = 0;
    ret_detection->mixed_count = 0;
    ret_detection->confidence = 0;
    ret_detection->evidence = (struct evidence){0};
    copy_tag(ret_detection->tag, "und");
    find_script(detector, headline, body, ret_detection);
    take_sample(detector, headline->clean, body->clean);
    repair_cyrillic(detector, &ret_detection->script);
    find_language(&finding);
    keep_to_settings(detector->settings, ret_detection);
}

/* The bytes that are UTF-8, and a space for each other one. */
static void append_valid(struct buffer *text, struct slice bytes)
{
    while (bytes.length > 0) {
        size_t valid = utf8_valid_prefix(bytes);

        buffer_append(text, slice_of(bytes.data, valid));
        if (valid < bytes.length)
            buffer_append_byte(text, ' ');
        valid += valid < bytes.length;
        bytes = slice_of(bytes.data + valid, bytes.length - valid);
    }
}

/* All of it, or pieces spread over it: more than a sample needs, less than memory has. */
static void append_pieces(struct buffer *text, struct slice bytes)
{
    if (bytes.length <= (size_t)PIECES * PIECE) {
        append_valid(text, bytes);
        return;
    }
    for (size_t i = 0; i < PIECES; i++)
        append_valid(text, slice_of(bytes.data + (bytes.length - PIECE) / (PIECES - 1) * i, PIECE));
}

void detector_find_in_bytes(struct detector *detector, struct text_view_builder *builder,
                            struct slice bytes, const char *hint, struct detection *ret_detection)
{
    static const struct text_view no_headline;
    struct buffer text = {0};
    struct text_view body;

    append_pieces(&text, bytes);
    text_view_build(builder, slice_of(text.data, text.length), &body);
    detector_find(detector, &no_headline, &body, hint, ret_detection);
    buffer_free(&text);
}
