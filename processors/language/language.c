#include "processors/language/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/uscript.h>

#include "processors/language/cld2.h"
#include "processors/language/prose.h"
#include "processors/language/sample.h"
#include "processors/language/script.h"
#include "processors/language/second.h"
#include "processors/language/tag.h"

/* Thousandths, percent and letters from here on; docs/language.md gives the reasons. */
enum {
    MOST_CONFIDENT = 990,
    ONLY_SCRIPT_SHARE = 900, /* of letters: a script of one language then decides by itself */
    MAIN_SCRIPT_SHARE = 500, /* the same where CLD2 has no answer */
    LEAST_LETTERS = 4,       /* fewer are a sign or a code, not a text */
    USUAL_SCORE = 400,       /* of running text; less tells of lists, names, noise */
    DOUBT = 10,              /* a guess where CLD2 would rather be silent: a tenth */
    MIXED_PERCENT = 15,
    MODEL_CONFIDENT = 950,
    MOST_READ_AGAIN = 2400, /* bytes, where close languages are to be told apart */
};

struct language {
    const struct processor_services *services;
    struct model model;
    char models[96];
};

struct language_worker {
    const struct language *shared;
    struct script_counts counts;
    char sample[SAMPLE_MAX];
    size_t length; /* of the sample */
    struct second second;
};

/* What one article is found to be, with the article's memory at hand. */
struct finding {
    struct language_worker *worker;
    struct article *article;
    struct script_found script;
    struct language_result *result;
};

/* --- load --- */

static bool detects(const char *sentence, const char *code)
{
    struct cld2_answer answer;

    cld2_detect(sentence, strlen(sentence), false, &answer);
    return answer.count > 0 && strcmp(answer.guesses[0].code, code) == 0;
}

/* CLD2's small tables, which are what one gets by a mistake in linking, know neither language. */
static bool has_full_tables(void)
{
    return detects("Gwamnatin jihar ta sanar da cewa za a bude makarantu a ranar Litinin mai zuwa, "
                   "bayan an gama gyaran ajujuwan da ruwan sama ya lalata.",
                   "ha") &&
           detects("የከተማው አስተዳደር አዲስ የውኃ ማጣሪያ ጣቢያ በሚቀጥለው ወር ሥራ እንደሚጀምር ለነዋሪዎች አስታወቀ።", "am");
}

/* "V2.0 - 20140204" -> "cld2-full-2.0-20140204+udhr-0123456789abcdef". */
static void describe_models(const struct model *model, char *text, size_t size)
{
    int length = snprintf(text, size, "cld2-full-");

    for (const char *c = cld2_version(); *c != '\0' && (size_t)length + 1 < size; c++) {
        if (*c != ' ' && *c != 'V')
            text[length++] = *c;
    }
    snprintf(text + length, size - (size_t)length, "+udhr-%016llx",
             (unsigned long long)model->digest);
}

static int language_load(struct processor_host *host, const struct processor_services *services,
                         const void *options, void **ret_shared, char *ret_error, size_t error_size)
{
    (void)host;
    (void)options;
    if (!has_full_tables()) {
        snprintf(ret_error, error_size,
                 "CLD2 does not know Hausa or Amharic, so its small tables answer instead of the "
                 "full ones; link libcld2_full before libcld2");
        return -1;
    }
    struct language *language = calloc(1, sizeof *language);

    if (language == NULL) {
        snprintf(ret_error, error_size, "there is no memory left");
        return -1;
    }
    language->services = services;
    if (model_open_own(&language->model) != 0) {
        free(language);
        snprintf(ret_error, error_size,
                 "the model that is part of this program is damaged; "
                 "install it anew");
        return -1;
    }
    describe_models(&language->model, language->models, sizeof language->models);
    *ret_shared = language;
    return 0;
}

static int language_open(void *shared, void **ret_worker)
{
    struct language_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL)
        return -1;
    worker->shared = shared;
    worker->second.model = &worker->shared->model;
    *ret_worker = worker;
    return 0;
}

/* --- process --- */

static const struct processor_services *services_of(const struct finding *finding)
{
    return finding->worker->shared->services;
}

static struct slice keep(const struct finding *finding, const char *tag)
{
    size_t length = strlen(tag);

    return slice_of(
        memcpy(services_of(finding)->allocate(finding->article, length + 1), tag, length), length);
}

static unsigned at_most(unsigned value, unsigned most)
{
    return value < most ? value : most;
}

/* A guess that is listed beside the answer: as an alternative or as a part of a mixed text. */
static void add_guess(const struct finding *finding, const struct language_guess **list,
                      uint32_t *count, const char *tag, unsigned thousandths)
{
    struct language_guess *guesses = (struct language_guess *)(uintptr_t)*list;

    if (guesses == NULL)
        guesses = services_of(finding)->allocate(finding->article, CLD2_GUESSES * sizeof *guesses);
    guesses[*count] =
        (struct language_guess){.tag = keep(finding, tag), .thousandths = thousandths};
    *list = guesses;
    ++*count;
}

/* In proportion where a text scores less than running text does. */
static unsigned weigh(unsigned thousandths, unsigned score)
{
    return thousandths * at_most(score, USUAL_SCORE) / USUAL_SCORE;
}

static unsigned percent_of_close(const struct finding *finding, const struct cld2_answer *answer,
                                 const char *tag)
{
    unsigned percent = 0;

    for (unsigned i = 1; i < answer->count; i++) {
        char other[TAG_SIZE];

        if (tag_with_script(answer->guesses[i].code, finding->script.script, other) == 0 &&
            tag_are_close(tag, other))
            percent += answer->guesses[i].percent;
    }
    return percent;
}

/* What CLD2 found beside its first guess: a close language is another reading of the same text, any
 * other one a part of a mixed text. */
static void add_others(const struct finding *finding, const struct cld2_answer *answer,
                       const char *tag, unsigned percent)
{
    struct language_result *result = finding->result;

    for (unsigned i = 1; i < answer->count; i++) {
        const struct cld2_guess *guess = &answer->guesses[i];
        char other[TAG_SIZE];

        if (tag_with_script(guess->code, finding->script.script, other) != 0 ||
            strcmp(other, tag) == 0)
            continue;
        if (tag_are_close(tag, other))
            add_guess(
                finding, &result->alternatives, &result->alternative_count, other,
                weigh(at_most(1000 * guess->percent / percent, MOST_CONFIDENT), guess->score));
        else if (guess->percent >= MIXED_PERCENT)
            add_guess(finding, &result->mixed, &result->mixed_count, other, guess->percent * 10);
    }
}

static void read_again(const struct finding *finding)
{
    second_begin(&finding->worker->second, finding->worker->sample, finding->worker->length,
                 finding->script.script == USCRIPT_LATIN);
}

/* What close languages are told apart by is rare: in a long body it is looked for beyond the
 * sample. */
static const char *among_rivals(const struct finding *finding, const char *tag)
{
    struct slice body = services_of(finding)->view(finding->article, ROLE_BODY)->clean;

    if (body.length > SAMPLE_WHOLE)
        second_begin(&finding->worker->second, body.data,
                     body.length < MOST_READ_AGAIN ? body.length : MOST_READ_AGAIN,
                     finding->script.script == USCRIPT_LATIN);
    else
        read_again(finding);
    return second_among_rivals(&finding->worker->second, tag);
}

static bool conclude_from(const struct finding *finding, const struct cld2_answer *answer)
{
    const struct cld2_guess *first = &answer->guesses[0];
    char tag[TAG_SIZE];

    if (!answer->reliable || tag_with_script(first->code, finding->script.script, tag) != 0)
        return false;
    unsigned percent = first->percent + percent_of_close(finding, answer, tag);

    finding->result->confidence =
        weigh(at_most(1000 * first->percent / percent, MOST_CONFIDENT), first->score);
    if (second_has_rivals(tag)) {
        snprintf(tag, sizeof tag, "%s", among_rivals(finding, tag));
    }
    finding->result->tag = keep(finding, tag);
    add_others(finding, answer, tag, percent);
    return true;
}

static bool conclude_from_script(const struct finding *finding, unsigned least_share,
                                 const char *tag)
{
    if (tag == NULL || finding->script.share < least_share)
        return false;
    finding->result->tag = keep(finding, tag);
    finding->result->confidence = at_most(finding->script.share, MOST_CONFIDENT);
    return true;
}

/* Nothing is certain; the best guess is worth telling all the same. */
static void conclude_nothing(const struct finding *finding, const struct cld2_answer *guess)
{
    char tag[TAG_SIZE];

    if (guess->count == 0 ||
        tag_with_script(guess->guesses[0].code, finding->script.script, tag) != 0)
        return;
    add_guess(finding, &finding->result->alternatives, &finding->result->alternative_count, tag,
              weigh(guess->guesses[0].percent * 10 / DOUBT, guess->guesses[0].score));
}

/* CLD2 is not sure, nor is the script: the model may be. */
static bool conclude_from_model(const struct finding *finding, const struct cld2_answer *guess)
{
    char tag[TAG_SIZE];
    bool guessed = guess->count > 0 &&
                   tag_with_script(guess->guesses[0].code, finding->script.script, tag) == 0;

    read_again(finding);
    const char *found = second_guess(&finding->worker->second, guessed ? tag : NULL);

    if (found == NULL || tag_with_script(found, finding->script.script, tag) != 0)
        return false;
    finding->result->tag = keep(finding, among_rivals(finding, tag));
    finding->result->confidence = MODEL_CONFIDENT;
    return true;
}

/* CLD2 is not sure: the script may be, and then CLD2's guess still tells simplified Chinese from
 * traditional. */
static void find_in_doubt(const struct finding *finding, const char *only)
{
    struct cld2_answer guess;
    char tag[TAG_SIZE] = "";

    cld2_detect(finding->worker->sample, finding->worker->length, true, &guess);
    if (only != NULL && guess.count > 0)
        tag_with_script(guess.guesses[0].code, finding->script.script, tag);
    if (only != NULL && !slice_is(tag_primary(tag), only))
        snprintf(tag, sizeof tag, "%s", only);
    if (only != NULL && second_has_rivals(tag)) {
        snprintf(tag, sizeof tag, "%s", among_rivals(finding, tag));
    }
    if (!conclude_from_script(finding, MAIN_SCRIPT_SHARE, only != NULL ? tag : NULL) &&
        !conclude_from_model(finding, &guess))
        conclude_nothing(finding, &guess);
}

/* Program text and codes are in Latin letters; in other scripts letters are a text. */
static bool is_readable(const struct finding *finding)
{
    struct prose prose;

    if (finding->script.script != USCRIPT_LATIN)
        return true;
    prose = prose_count(finding->worker->sample, finding->worker->length);
    return prose_is_enough(&prose);
}

static void find_language(struct language_worker *worker, const struct finding *finding)
{
    const struct processor_services *services = services_of(finding);
    const char *only = script_only_language(finding->script.script);
    bool alone = only != NULL && finding->script.script != USCRIPT_HAN;
    struct cld2_answer answer;

    finding->result->tag = SLICE_LITERAL("und");
    if (finding->script.letters < LEAST_LETTERS ||
        (alone && conclude_from_script(finding, ONLY_SCRIPT_SHARE, only)))
        return;
    worker->length =
        sample_take(services->view(finding->article, ROLE_HEADLINE)->clean,
                    services->view(finding->article, ROLE_BODY)->clean, worker->sample);
    if (!is_readable(finding))
        return;
    cld2_detect(worker->sample, worker->length, false, &answer);
    if (!conclude_from(finding, &answer))
        find_in_doubt(finding, only);
}

/* --- script and declaration --- */

static struct script_found find_script(struct language_worker *worker, struct article *article)
{
    const struct processor_services *services = worker->shared->services;

    memset(&worker->counts, 0, sizeof worker->counts);
    script_count(&worker->counts, services->view(article, ROLE_HEADLINE));
    script_count(&worker->counts, services->view(article, ROLE_BODY));
    return script_dominant(&worker->counts);
}

/* Chinese in Han is written in one of two scripts, which only the language tells. */
static void write_script(const struct finding *finding)
{
    struct language_result *result = finding->result;

    if (finding->script.script == USCRIPT_HAN && slice_is(result->tag, "zh-Hans"))
        result->script = SLICE_LITERAL("Hans");
    else if (finding->script.script == USCRIPT_HAN && slice_is(result->tag, "zh-Hant"))
        result->script = SLICE_LITERAL("Hant");
    else
        result->script = slice_of_text(script_name(finding->script.script));
}

/* What is no language tag declares nothing. */
static void compare_with_declared(const struct finding *finding)
{
    struct slice given = services_of(finding)->text(finding->article, ROLE_LANGUAGE);
    char tag[TAG_SIZE];

    if (slice_is_absent(given) || tag_canonical(given, tag) != 0)
        return;
    finding->result->declared = keep(finding, tag);
    finding->result->agrees = slice_equal(tag_primary(tag), tag_primary(finding->result->tag.data));
}

static enum processor_outcome language_process(void *state, struct article *article)
{
    struct language_worker *worker = state;
    const struct processor_services *services = worker->shared->services;
    struct finding finding = {
        .worker = worker,
        .article = article,
        .script = find_script(worker, article),
        .result = services->allocate(article, sizeof(struct language_result)),
    };

    find_language(worker, &finding);
    write_script(&finding);
    compare_with_declared(&finding);
    services->set_language(article, finding.result);
    return OUTCOME_DONE;
}

static const char *language_model(void *shared)
{
    const struct language *language = shared;

    return language->models;
}

const struct processor language_processor = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "language",
    .version = COPYDESK_VERSION,
    .summary = "detects the language and the script",
    .load = language_load,
    .open = language_open,
    .process = language_process,
    .close = free,
    .unload = free,
    .model = language_model,
};
