#include "processors/entities/lists.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ulocdata.h>

#include "base/memory.h"
#include "processors/entities/cldr.h"

struct language_list {
    struct language_list *next;
    char language[LANGUAGE_SIZE];
    struct gazetteer *gazetteer;
    struct language_rules *rules;
    struct language_names names;
};

struct lists {
    struct cldr *cldr;
    pthread_mutex_t mutex; /* guards first; what it leads to never changes */
    struct language_list *first;
    char version[32];
};

static void write_version(char version[32])
{
    UVersionInfo cldr = {0};
    UErrorCode error = U_ZERO_ERROR;

    ulocdata_getCLDRVersion(cldr, &error);
    snprintf(version, 32, "cldr-%u.%u", cldr[0], cldr[1]);
}

struct lists *lists_new(char *ret_error, size_t error_size)
{
    struct cldr *cldr = cldr_new(ret_error, error_size);

    if (cldr == NULL)
        return NULL;
    struct lists *lists = memory_zeroed(1, sizeof(*lists));

    lists->cldr = cldr;
    pthread_mutex_init(&lists->mutex, NULL);
    write_version(lists->version);
    return lists;
}

void lists_free(struct lists *lists)
{
    if (lists == NULL)
        return;
    while (lists->first != NULL) {
        struct language_list *list = lists->first;

        lists->first = list->next;
        gazetteer_free(list->gazetteer);
        language_rules_free(list->rules);
        free(list);
    }
    pthread_mutex_destroy(&lists->mutex);
    cldr_free(lists->cldr);
    free(lists);
}

static struct language_list *find(const struct lists *lists, const char *language)
{
    struct language_list *list = lists->first;

    while (list != NULL && strcmp(list->language, language) != 0)
        list = list->next;
    return list;
}

static struct language_list *add(struct lists *lists, const char *language)
{
    struct language_list *list = memory_zeroed(1, sizeof(*list));
    struct gazetteer_builder *builder = gazetteer_builder_new();

    cldr_add_places(lists->cldr, language, builder);
    list->gazetteer = gazetteer_build(builder);
    list->rules = language_rules_new(language);
    list->names = (struct language_names){list->gazetteer, list->rules};
    snprintf(list->language, sizeof(list->language), "%s", language);
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

const char *lists_version(const struct lists *lists)
{
    return lists->version;
}
