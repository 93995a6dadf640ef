#include "processors/entities/entities.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "processors/entities/gazetteer_file.h"
#include "processors/entities/lists.h"
#include "processors/entities/match.h"
#include "processors/entities/mentions.h"

/* Languages whose gazetteer a worker remembers by tag; more only cost a look-up under a lock. */
enum { KNOWN_LANGUAGES = 32, TAG_SIZE = 24 };

struct entities_options {
    struct option_list lists; /* of const char * */
    int offsets;              /* enum offset_unit */
    int overlaps;
};

struct shared {
    const struct processor_services *services;
    struct lists *lists;
    enum offset_unit offsets;
    bool inner; /* names inside of longer ones count */
};

struct known_language {
    char tag[TAG_SIZE];
    const struct language_names *names;
};

struct worker {
    const struct shared *shared;
    struct known_language known[KNOWN_LANGUAGES];
    uint32_t known_count;
    struct matcher *matcher;
};

static const char *const overlaps[] = {"longest", "all", NULL};

static const char *const offset_units[] = {"code_points", "utf16", "bytes", NULL};

static const struct option list_name = {.type = OPTION_TEXT};

static const struct option options[] = {
    {
        .name = "lists",
        .type = OPTION_LIST,
        .offset = offsetof(struct entities_options, lists),
        .default_text = "[builtin]",
        .element = &list_name,
        .description = "The lists of names to look for. `builtin`: countries, regions of the "
                       "world and major cities in some two hundred languages, from Unicode's "
                       "CLDR, and the world list of a news desk. Others: paths of files that "
                       "`copydesk gazetteer build` made.",
    },
    {
        .name = "offsets",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct entities_options, offsets),
        .default_text = "code_points",
        .choices = offset_units,
        .description = "What `start` and `end` of mentions count in the field's decoded value: "
                       "Unicode code points, UTF-16 units (Java, JavaScript), or bytes of UTF-8.",
    },
    {
        .name = "overlaps",
        .type = OPTION_CHOICE,
        .offset = offsetof(struct entities_options, overlaps),
        .default_text = "longest",
        .choices = overlaps,
        .description =
            "`longest`: of names that overlap only the longest. `all`: also the names of "
            "lists inside of it, as of the place in a university's.",
    },
    {.name = NULL},
};

static bool is_compiled(const char *path, char *ret_error, size_t error_size)
{
    struct gazetteer *gazetteer = gazetteer_map(path, ret_error, error_size);

    gazetteer_free(gazetteer);
    return gazetteer != NULL;
}

static int check(const void *values, char *ret_error, size_t error_size)
{
    const struct entities_options *chosen = values;
    const char *const *names = chosen->lists.items;

    if (chosen->lists.count == 0) {
        snprintf(ret_error, error_size, "lists: it names no list; write [builtin]");
        return -1;
    }
    for (size_t i = 0; i < chosen->lists.count; i++) {
        int length = snprintf(ret_error, error_size, "lists[%zu]: ", i);

        if (strcmp(names[i], "builtin") == 0)
            continue;
        if (strchr(names[i], '/') != NULL) {
            if (is_compiled(names[i], ret_error + length, error_size - (size_t)length))
                continue;
            return -1;
        }
        snprintf(ret_error + length, error_size - (size_t)length,
                 "unknown list \"%s\"; there is builtin, and files by their path (with a /) that "
                 "`copydesk gazetteer build` made",
                 names[i]);
        return -1;
    }
    return 0;
}

static int load(struct processor_host *host, const struct processor_services *services,
                const void *values, void **ret_shared, char *ret_error, size_t error_size)
{
    const struct entities_options *chosen = values;
    struct lists *lists = lists_new((const char *const *)chosen->lists.items, chosen->lists.count,
                                    ret_error, error_size);

    (void)host;
    if (lists == NULL)
        return -1;
    struct shared *shared = memory_zeroed(1, sizeof(*shared));

    shared->services = services;
    shared->lists = lists;
    shared->offsets = (enum offset_unit)chosen->offsets;
    shared->inner = chosen->overlaps == 1;
    *ret_shared = shared;
    return 0;
}

static void unload(void *shared_state)
{
    struct shared *shared = shared_state;

    lists_free(shared->lists);
    free(shared);
}

static int open(void *shared, void **ret_worker)
{
    struct worker *worker = memory_zeroed(1, sizeof(*worker));

    worker->shared = shared;
    worker->matcher = matcher_new();
    matcher_keep_inner(worker->matcher, worker->shared->inner);
    *ret_worker = worker;
    return 0;
}

static void close(void *worker_state)
{
    struct worker *worker = worker_state;

    matcher_free(worker->matcher);
    free(worker);
}

struct slice entities_language(const struct article_results *results, struct slice declared)
{
    const struct language_result *language = results->language;

    if (language == NULL)
        return declared;
    if (!slice_is(language->tag, "und"))
        return language->tag;
    if (!slice_is_absent(language->declared))
        return language->declared;
    return language->alternative_count > 0 ? language->alternatives[0].tag : language->tag;
}

const struct option_list *entities_lists(const struct settings *settings)
{
    const struct option_one_of *entries = settings->processors.items;

    for (size_t i = 0; i < settings->processors.count; i++)
        if (entries[i].owner == &entities_processor)
            return &((const struct entities_options *)entries[i].options)->lists;
    return NULL;
}

static const struct language_names *known_names(const struct worker *worker, struct slice tag)
{
    for (uint32_t i = 0; i < worker->known_count; i++)
        if (slice_is(tag, worker->known[i].tag))
            return worker->known[i].names;
    return NULL;
}

static const struct language_names *names_for(struct worker *worker, struct slice tag)
{
    const struct language_names *names = known_names(worker, tag);

    if (names != NULL)
        return names;
    names = lists_for(worker->shared->lists, tag);
    if (worker->known_count < KNOWN_LANGUAGES && tag.length < TAG_SIZE) {
        struct known_language *known = &worker->known[worker->known_count++];

        snprintf(known->tag, sizeof(known->tag), "%.*s", SLICE_FORMAT(tag));
        known->names = names;
    }
    return names;
}

static enum processor_outcome process(void *worker_state, struct article *article)
{
    struct worker *worker = worker_state;
    const struct processor_services *services = worker->shared->services;
    const struct language_names *names =
        names_for(worker, entities_language(services->results(article),
                                            services->text(article, ROLE_LANGUAGE)));
    static const enum article_role roles[] = {ROLE_HEADLINE, ROLE_BODY};
    struct matched_field fields[MATCHER_FIELDS];

    matcher_begin(worker->matcher, names);
    for (size_t i = 0; i < MATCHER_FIELDS; i++) {
        fields[i] = (struct matched_field){roles[i], services->text(article, roles[i])};
        matcher_read(worker->matcher, services->view(article, roles[i]));
    }
    const struct found_names found = {
        .names = names,
        .fields = fields,
        .match_count = matcher_finish(worker->matcher),
        .matches = matcher_matches(worker->matcher),
        .entities = matcher_entities(worker->matcher),
        .entity_count = matcher_entity_count(worker->matcher),
        .unit = worker->shared->offsets,
    };

    services->set_entities(article, mentions_collect(&found, services->allocate, article));
    return OUTCOME_DONE;
}

static const char *model(void *shared_state)
{
    const struct shared *shared = shared_state;

    return lists_version(shared->lists);
}

static size_t memory(void *shared_state)
{
    const struct shared *shared = shared_state;

    return lists_bytes(shared->lists);
}

const struct processor entities_processor = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "entities",
    .version = COPYDESK_VERSION,
    .summary = "finds the persons, organisations and places that an article names",
    .options = options,
    .options_size = sizeof(struct entities_options),
    .check = check,
    .load = load,
    .open = open,
    .process = process,
    .close = close,
    .unload = unload,
    .model = model,
    .memory = memory,
};
