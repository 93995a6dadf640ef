#include "processors/entities/lists.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ulocdata.h>

#include "base/memory.h"
#include "processors/entities/builtin.h"
#include "processors/entities/cldr.h"
#include "processors/entities/gazetteer_file.h"
#include "processors/entities/list_tsv.h"

enum { VERSION_SIZE = 512 };

#define WORLD "world"

/* A list for all languages. */
struct whole_list {
    struct gazetteer *gazetteer;
    char name[64];
};

struct language_list {
    struct language_list *next;
    char language[LANGUAGE_SIZE];
    struct gazetteer *places; /* CLDR's in this language; NULL where builtin is not asked */
    struct language_rules *rules;
    uint8_t *live[NAME_LAYERS];
    struct language_names names;
};

struct lists {
    struct cldr *cldr;
    bool builtin;
    struct whole_list wholes[NAME_LAYERS];
    uint32_t whole_count;
    pthread_mutex_t mutex; /* guards first; what it leads to never changes */
    struct language_list *first;
    char version[VERSION_SIZE];
};

/* ---- What ships ---- */

/* A table that ships; lines of the one before it come first in the numbers of rows. */
struct shipped {
    const char *name;
    const char *text;
    const size_t *size;
};

static const struct shipped shipped[] = {
    {"words.tsv", builtin_words, &builtin_words_size},
    {"nationalities.tsv", builtin_nationalities, &builtin_nationalities_size},
    {"given.tsv", builtin_given, &builtin_given_size},
    {"world.tsv", builtin_world, &builtin_world_size},
    {"people.tsv", builtin_people, &builtin_people_size},
    {"cities.tsv", builtin_cities, &builtin_cities_size},
};

enum { SHIPPED = sizeof(shipped) / sizeof(shipped[0]), TABLE_LINES = 1 << 16 };

struct gazetteer *lists_world(void)
{
    struct list_import import = {.builder = gazetteer_builder_new()};

    for (uint32_t i = 0; i < SHIPPED; i++) {
        import.lines_before = i * TABLE_LINES;
        list_read_tsv_text(&import, slice_of(shipped[i].text, *shipped[i].size));
    }
    list_import_end(&import);
    return gazetteer_build(import.builder);
}

const char *lists_table(const char *list, uint32_t line, uint32_t *ret_line)
{
    bool ours = strcmp(list, WORLD) == 0 && line / TABLE_LINES < SHIPPED;

    *ret_line = ours ? line % TABLE_LINES : line;
    return ours ? shipped[line / TABLE_LINES].name : list;
}

/* ---- Versions ---- */

static void append_version(struct lists *lists, const char *name, const char *version)
{
    size_t length = strlen(lists->version);

    snprintf(lists->version + length, sizeof(lists->version) - length, "%s%s%s%s",
             length > 0 ? " " : "", name, version[0] != '\0' ? "-" : "", version);
}

static void append_cldr(struct lists *lists)
{
    UVersionInfo cldr = {0};
    UErrorCode error = U_ZERO_ERROR;
    char version[16];

    ulocdata_getCLDRVersion(cldr, &error);
    snprintf(version, sizeof(version), "%u.%u", cldr[0], cldr[1]);
    append_version(lists, "cldr", version);
}

/* A compiled file's version is its content's. */
static void append_file(struct lists *lists, const struct whole_list *list)
{
    char version[24];

    snprintf(version, sizeof(version), "%016llx",
             (unsigned long long)gazetteer_checksum(list->gazetteer));
    append_version(lists, list->name, version);
}

/* ---- Loading ---- */

static struct whole_list *add_whole(struct lists *lists, struct gazetteer *gazetteer,
                                    const char *name)
{
    struct whole_list *list = &lists->wholes[lists->whole_count++];

    list->gazetteer = gazetteer;
    snprintf(list->name, sizeof(list->name), "%s", name);
    return list;
}

static bool load_builtin(struct lists *lists)
{
    if (lists->builtin)
        return true;
    lists->builtin = true;
    append_cldr(lists);
    struct whole_list *world = add_whole(lists, lists_world(), WORLD);

    append_version(lists, world->name, gazetteer_as_of(world->gazetteer));
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool load_list(struct lists *lists, const char *name, char *ret_error, size_t error_size)
{
    if (strcmp(name, "builtin") == 0)
        return load_builtin(lists);
    struct gazetteer *gazetteer = gazetteer_map(name, ret_error, error_size);

    if (gazetteer != NULL)
        append_file(lists, add_whole(lists, gazetteer, base_name(name)));
    return gazetteer != NULL;
}

struct lists *lists_new(const char *const *names, size_t count, char *ret_error, size_t error_size)
{
    struct cldr *cldr = cldr_new(ret_error, error_size);

    if (cldr == NULL)
        return NULL;
    struct lists *lists = memory_zeroed(1, sizeof(*lists));

    lists->cldr = cldr;
    pthread_mutex_init(&lists->mutex, NULL);
    for (size_t i = 0; i < count; i++) {
        if (lists->whole_count + 2 > NAME_LAYERS) {
            snprintf(ret_error, error_size, "more than %d lists", NAME_LAYERS - 1);
            lists_free(lists);
            return NULL;
        }
        if (!load_list(lists, names[i], ret_error, error_size)) {
            lists_free(lists);
            return NULL;
        }
    }
    return lists;
}

static void free_language(struct language_list *list)
{
    for (uint32_t i = 0; i < NAME_LAYERS; i++)
        free(list->live[i]);
    language_names_free_index(&list->names);
    gazetteer_free(list->places);
    language_rules_free(list->rules);
    free(list);
}

void lists_free(struct lists *lists)
{
    if (lists == NULL)
        return;
    while (lists->first != NULL) {
        struct language_list *list = lists->first;

        lists->first = list->next;
        free_language(list);
    }
    for (uint32_t i = 0; i < lists->whole_count; i++)
        gazetteer_free(lists->wholes[i].gazetteer);
    pthread_mutex_destroy(&lists->mutex);
    cldr_free(lists->cldr);
    free(lists);
}

/* ---- Languages ---- */

static struct language_list *find(const struct lists *lists, const char *language)
{
    struct language_list *list = lists->first;

    while (list != NULL && strcmp(list->language, language) != 0)
        list = list->next;
    return list;
}

/* Is a list's tag ("pt", "zh-Hant", "pt-BR") of the article's language ("zh_Hant")? Regions do not
 * count. Where the tag names no script, both scripts of the language hold. */
static bool is_tag_of(const struct lists *lists, const char *tag, const char *language)
{
    char full[LANGUAGE_SIZE];
    size_t primary = strcspn(tag, "-");

    if (strcspn(language, "_") != primary || strncmp(tag, language, primary) != 0)
        return strcmp(tag, "nb") == 0 && strncmp(language, "no_", 3) == 0;
    if (tag[primary] == '\0')
        return true;
    locales_language(cldr_locales(lists->cldr), slice_of_text(tag), full);
    return strcmp(full, language) == 0;
}

static enum name_liveness liveness(const struct lists *lists, const char *tag, const char *language)
{
    if (strcmp(tag, "any") == 0 || is_tag_of(lists, tag, language))
        return LIVE_ALL;
    return strcmp(tag, "en") == 0 ? LIVE_ENTITIES : LIVE_NONE;
}

static void add_layer(struct lists *lists, struct language_list *list,
                      const struct whole_list *whole)
{
    uint32_t count = gazetteer_language_count(whole->gazetteer);
    uint32_t layer = list->names.layer_count++;
    uint8_t *live = memory_zeroed(count, 1);

    for (uint32_t i = 0; i < count; i++)
        live[i] = (uint8_t)liveness(lists, gazetteer_language(whole->gazetteer, i), list->language);
    list->live[layer] = live;
    list->names.layers[layer] = (struct name_layer){whole->gazetteer, live, whole->name};
}

static void add_places(struct lists *lists, struct language_list *list)
{
    struct gazetteer_builder *builder = gazetteer_builder_new();

    cldr_add_places(lists->cldr, list->language, builder);
    list->places = gazetteer_build(builder);
    list->names.layers[list->names.layer_count++] = (struct name_layer){list->places, NULL, "cldr"};
}

static struct language_list *add(struct lists *lists, const char *language)
{
    struct language_list *list = memory_zeroed(1, sizeof(*list));

    snprintf(list->language, sizeof(list->language), "%s", language);
    if (lists->builtin)
        add_places(lists, list);
    for (uint32_t i = 0; i < lists->whole_count; i++)
        add_layer(lists, list, &lists->wholes[i]);
    list->rules = language_rules_new(language);
    list->names.rules = list->rules;
    language_names_index(&list->names);
    list->next = lists->first;
    lists->first = list;
    return list;
}

const struct language_names *lists_for(struct lists *lists, struct slice tag)
{
    char language[LANGUAGE_SIZE];

    locales_language(cldr_locales(lists->cldr), tag, language);
    pthread_mutex_lock(&lists->mutex);
    struct language_list *list = find(lists, language);

    if (list == NULL)
        list = add(lists, language);
    pthread_mutex_unlock(&lists->mutex);
    return &list->names;
}

size_t lists_bytes(struct lists *lists)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < lists->whole_count; i++)
        bytes += gazetteer_bytes(lists->wholes[i].gazetteer);
    pthread_mutex_lock(&lists->mutex);
    for (const struct language_list *list = lists->first; list != NULL; list = list->next)
        bytes += list->places != NULL ? gazetteer_bytes(list->places) : 0;
    pthread_mutex_unlock(&lists->mutex);
    return bytes;
}

const char *lists_version(const struct lists *lists)
{
    return lists->version;
}
