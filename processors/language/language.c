#include "processors/language/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/uscript.h>

#include "base/memory.h"
#include "processors/language/detector.h"

struct language_options {
    struct option_list allowed; /* of const char * */
    int64_t least_confidence;
    struct {
        int64_t headline;
        int64_t body;
    } fields;
    struct {
        bool declared;
        struct option_map sources;
    } hints;
};

/* A source and the language that is usual there. */
struct usual {
    const char *source;
    struct detector_tag tag;
};

struct language {
    const struct processor_services *services;
    struct model model;
    struct detector_settings settings;
    struct detector_tag *allowed;
    struct usual *usual;
    size_t usual_count;
    bool declared_hints;
    char models[96];
};

/* What was declared before, and its canonical form: sources declare few languages. */
struct declaration {
    struct slice given; /* in text; absent: none yet */
    char text[TAG_SIZE];
    char tag[TAG_SIZE];
    bool is_tag;
};

/* A power of two, at which hardly two tags of two letters have one place. */
enum { DECLARATIONS = 256 };

struct language_worker {
    const struct language *shared;
    struct detector detector;
    struct declaration declarations[DECLARATIONS];
};

/* What one article is found to be, with the article's memory at hand. */
struct finding {
    const struct language *language;
    struct article *article;
    struct language_result *result;
};

/* --- options --- */

static const struct option tag_option = {.type = OPTION_TEXT, .description = "A BCP 47 tag."};

static const struct option field_options[] = {
    {.name = "headline",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct language_options, fields.headline) -
               offsetof(struct language_options, fields),
     .default_text = "1",
     .max = SAMPLE_MOST_WINDOWS,
     .unit = "windows",
     .description = "Of the headline; 0: it is not read."},
    {.name = "body",
     .type = OPTION_INTEGER,
     .offset =
         offsetof(struct language_options, fields.body) - offsetof(struct language_options, fields),
     .default_text = "5",
     .max = SAMPLE_MOST_WINDOWS,
     .unit = "windows",
     .description = "Of the body; 0: it is not read."},
    {.name = NULL},
};

static const struct option hint_options[] = {
    {.name = "declared",
     .type = OPTION_FLAG,
     .offset = offsetof(struct language_options, hints.declared) -
               offsetof(struct language_options, hints),
     .default_text = "false",
     .description = "The declared language is a hint. Then `agrees` is no longer the agreement of "
                    "two that know nothing of each other."},
    {.name = "sources",
     .type = OPTION_MAP,
     .offset = offsetof(struct language_options, hints.sources) -
               offsetof(struct language_options, hints),
     .description = "The language that is usual in a source, by `consumer.input.source`."},
    {.name = NULL},
};

static const struct option options[] = {
    {.name = "allowed",
     .type = OPTION_LIST,
     .offset = offsetof(struct language_options, allowed),
     .element = &tag_option,
     .description = "The only languages that are answered; without it, all. A tag without script "
                    "stands for all of the language's. An article in another language is `und`, or "
                    "the close one that is allowed (Croatian for Bosnian)."},
    {.name = "least_confidence",
     .type = OPTION_RATIO,
     .offset = offsetof(struct language_options, least_confidence),
     .default_text = "0",
     .max = 1000,
     .description = "An answer with less is `und`, and stands in `alternatives`."},
    {.name = "fields",
     .type = OPTION_TABLE,
     .offset = offsetof(struct language_options, fields),
     .table = field_options,
     .description = "The weight of the fields: how many windows of 112 bytes are read of each."},
    {.name = "hints",
     .type = OPTION_TABLE,
     .offset = offsetof(struct language_options, hints),
     .table = hint_options,
     .description = "What is likely before the text is read. A hint decides only where the text "
                    "leaves it open: between close languages, and where it is short or poor."},
    {.name = NULL},
};

static int language_check(const void *of, char *ret_error, size_t error_size)
{
    const struct language_options *given = of;
    const char *const *allowed = given->allowed.items;
    char tag[TAG_SIZE];

    for (size_t i = 0; i < given->allowed.count; i++) {
        if (tag_canonical(slice_of_text(allowed[i]), tag) != 0) {
            snprintf(ret_error, error_size, "allowed: \"%s\" is no language tag", allowed[i]);
            return -1;
        }
    }
    for (size_t i = 0; i < given->hints.sources.count; i++) {
        const struct option_pair *pair = &given->hints.sources.pairs[i];

        if (tag_canonical(slice_of_text(pair->value), tag) != 0) {
            snprintf(ret_error, error_size, "hints.sources: \"%s\" is no language tag",
                     pair->value);
            return -1;
        }
    }
    if (given->fields.headline == 0 && given->fields.body == 0) {
        snprintf(ret_error, error_size, "fields: neither the headline nor the body is read");
        return -1;
    }
    return 0;
}

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

/* Both checked that every tag is one. */
static void keep_allowed(struct language *language, const struct option_list *list)
{
    const char *const *tags = list->items;

    language->allowed = memory_zeroed(list->count + 1, sizeof *language->allowed);
    for (size_t i = 0; i < list->count; i++)
        tag_canonical(slice_of_text(tags[i]), language->allowed[i].text);
}

static void keep_usual(struct language *language, const struct option_map *sources)
{
    language->usual = memory_zeroed(sources->count + 1, sizeof *language->usual);
    language->usual_count = sources->count;
    for (size_t i = 0; i < sources->count; i++) {
        language->usual[i].source = sources->pairs[i].name;
        tag_canonical(slice_of_text(sources->pairs[i].value), language->usual[i].tag.text);
    }
}

static void keep_options(struct language *language, const struct language_options *given)
{
    keep_allowed(language, &given->allowed);
    keep_usual(language, &given->hints.sources);
    language->declared_hints = given->hints.declared;
    language->settings = (struct detector_settings){
        .headline_windows = (unsigned)given->fields.headline,
        .body_windows = (unsigned)given->fields.body,
        .least_confidence = (unsigned)given->least_confidence,
        .allowed = language->allowed,
        .allowed_count = given->allowed.count,
    };
}

static int language_load(struct processor_host *host, const struct processor_services *services,
                         const void *given, void **ret_shared, char *ret_error, size_t error_size)
{
    struct model model;

    (void)host;
    if (!has_full_tables()) {
        snprintf(ret_error, error_size,
                 "CLD2 does not know Hausa or Amharic, so its small tables answer instead of the "
                 "full ones; link libcld2_full before libcld2");
        return -1;
    }
    if (model_open_own(&model) != 0) {
        snprintf(ret_error, error_size,
                 "the model that is part of this program is damaged; install it anew");
        return -1;
    }
    struct language *language = memory_zeroed(1, sizeof *language);

    language->services = services;
    language->model = model;
    keep_options(language, given);
    describe_models(&language->model, language->models, sizeof language->models);
    *ret_shared = language;
    return 0;
}

static void language_unload(void *shared)
{
    struct language *language = shared;

    free(language->allowed);
    free(language->usual);
    free(language);
}

static int language_open(void *shared, void **ret_worker)
{
    struct language_worker *worker = memory_zeroed(1, sizeof *worker);

    worker->shared = shared;
    detector_init(&worker->detector, &worker->shared->model, &worker->shared->settings);
    *ret_worker = worker;
    return 0;
}

/* --- process --- */

static const struct processor_services *services_of(const struct finding *finding)
{
    return finding->language->services;
}

static struct slice keep(const struct finding *finding, const char *tag)
{
    size_t length = strlen(tag);

    return slice_of(
        memcpy(services_of(finding)->allocate(finding->article, length + 1), tag, length), length);
}

static const struct language_guess *
keep_guesses(const struct finding *finding, const struct detector_guess *guesses, unsigned count)
{
    struct language_guess *kept;

    if (count == 0)
        return NULL;
    kept = services_of(finding)->allocate(finding->article, count * sizeof *kept);
    for (unsigned i = 0; i < count; i++)
        kept[i] = (struct language_guess){keep(finding, guesses[i].tag), guesses[i].thousandths};
    return kept;
}

static void keep_detection(const struct finding *finding, const struct detection *detection)
{
    struct language_result *result = finding->result;

    result->tag = keep(finding, detection->tag);
    result->confidence = detection->confidence;
    result->alternatives =
        keep_guesses(finding, detection->alternatives, detection->alternative_count);
    result->alternative_count = detection->alternative_count;
    result->mixed = keep_guesses(finding, detection->mixed, detection->mixed_count);
    result->mixed_count = detection->mixed_count;
}

/* Chinese in Han is written in one of two scripts, which only the language tells. */
static void write_script(const struct finding *finding, int script)
{
    struct language_result *result = finding->result;

    if (script == USCRIPT_HAN && slice_is(result->tag, "zh-Hans"))
        result->script = SLICE_LITERAL("Hans");
    else if (script == USCRIPT_HAN && slice_is(result->tag, "zh-Hant"))
        result->script = SLICE_LITERAL("Hant");
    else
        result->script = slice_of_text(script_name(script));
}

static void compare_with_declared(const struct finding *finding, const char *declared)
{
    if (declared == NULL)
        return;
    finding->result->declared = keep(finding, declared);
    finding->result->agrees =
        slice_equal(tag_primary(declared), tag_primary(finding->result->tag.data));
}

/* --- declaration and hints --- */

/* Where a declaration is kept: by its letters, since few are in use at a time. */
static struct declaration *place_of(struct language_worker *worker, struct slice given)
{
    unsigned sum = 0;

    for (size_t i = 0; i < given.length; i++)
        sum = sum * 31 + (unsigned char)given.data[i];
    return &worker->declarations[sum % DECLARATIONS];
}

static void remember(struct declaration *declaration, struct slice given)
{
    memcpy(declaration->text, given.data, given.length);
    declaration->given = slice_of(declaration->text, given.length);
    declaration->is_tag = tag_canonical(given, declaration->tag) == 0;
}

/* What is no language tag declares nothing: NULL. Longer ones are none either. */
static const char *declared_of(struct language_worker *worker, struct slice given)
{
    if (slice_is_absent(given) || given.length >= TAG_SIZE)
        return NULL;
    struct declaration *declaration = place_of(worker, given);

    if (slice_is_absent(declaration->given) || !slice_equal(declaration->given, given))
        remember(declaration, given);
    return declaration->is_tag ? declaration->tag : NULL;
}

static const char *usual_of(const struct finding *finding)
{
    const struct language *language = finding->language;
    struct slice source = services_of(finding)->text(finding->article, ROLE_SOURCE);

    for (size_t i = 0; !slice_is_absent(source) && i < language->usual_count; i++) {
        if (slice_is(source, language->usual[i].source))
            return language->usual[i].tag.text;
    }
    return NULL;
}

static enum processor_outcome language_process(void *state, struct article *article)
{
    struct language_worker *worker = state;
    const struct processor_services *services = worker->shared->services;
    struct finding finding = {
        .language = worker->shared,
        .article = article,
        .result = services->allocate(article, sizeof(struct language_result)),
    };
    struct detection detection;
    const char *declared = declared_of(worker, services->text(article, ROLE_LANGUAGE));
    const char *hint =
        declared != NULL && finding.language->declared_hints ? declared : usual_of(&finding);

    detector_find(&worker->detector, services->view(article, ROLE_HEADLINE),
                  services->view(article, ROLE_BODY), hint, &detection);
    keep_detection(&finding, &detection);
    write_script(&finding, detection.script.script);
    compare_with_declared(&finding, declared);
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
    .options = options,
    .options_size = sizeof(struct language_options),
    .check = language_check,
    .load = language_load,
    .open = language_open,
    .process = language_process,
    .close = free,
    .unload = language_unload,
    .model = language_model,
};
