#include "processors/entities/list_yaml.h"

#include <stdlib.h>

#include "config/node.h"

enum { MOST_WEIGHT = 999999999 };

static const char *const known_keys[] = {"type",  "name",    "ids",  "weight",
                                         "names", "country", "when", "as_of"};

static void refuse(struct list_import *import, const struct config_node *node, const char *what)
{
    import->line = (uint32_t)node->line;
    list_report(import, LIST_ERROR, "%s", what);
}

static const char *text_of(const struct config_node *row, const char *key)
{
    const struct config_node *node = config_node_get(row, key);

    return node != NULL && node->kind == NODE_SCALAR && node->text != NULL ? node->text : "";
}

static bool has_known_keys(struct list_import *import, const struct config_node *row)
{
    for (const struct config_node *value = row->first; value != NULL; value = value->next) {
        size_t i = 0;

        while (i < sizeof(known_keys) / sizeof(known_keys[0]) &&
               strcmp(known_keys[i], value->key->text) != 0)
            i++;
        if (i == sizeof(known_keys) / sizeof(known_keys[0])) {
            refuse(import, value,
                   "a key that is none of type, name, ids, weight, names, country, "
                   "when, as_of");
            return false;
        }
    }
    return true;
}

static bool read_ids(struct list_import *import, const struct config_node *row,
                     struct gazetteer_entity *entity)
{
    const struct config_node *ids = config_node_get(row, "ids");

    if (ids == NULL)
        return true;
    for (const struct config_node *id = ids->kind == NODE_SEQUENCE ? ids->first : ids; id != NULL;
         id = ids->kind == NODE_SEQUENCE ? id->next : NULL) {
        if (id->text == NULL || !list_is_id(slice_of_text(id->text)) ||
            entity->id_count == GAZETTEER_IDS) {
            refuse(import, id, "an id is a prefix, a colon and more, such as wd:Q90; at most 8");
            return false;
        }
        entity->ids[entity->id_count++] = slice_of_text(id->text);
    }
    return true;
}

static bool read_weight(const char *text, uint32_t *ret_weight)
{
    char *end;
    unsigned long weight = strtoul(text, &end, 10);

    if (*text == '\0')
        return true;
    if (*end != '\0' || *text == '-' || weight > MOST_WEIGHT)
        return false;
    *ret_weight = (uint32_t)weight;
    return true;
}

static bool read_entity(struct list_import *import, const struct config_node *row,
                        struct gazetteer_entity *entity)
{
    enum name_kind kind = list_kind(slice_of_text(text_of(row, "type")));
    const char *country = text_of(row, "country");

    *entity = (struct gazetteer_entity){
        .kind = (uint8_t)kind,
        .weight = kind == NAME_PLACE ? NAME_WEIGHT_CITY : NAME_WEIGHT_LISTED,
        .name = slice_of_text(text_of(row, "name")),
    };
    if (kind == NAME_KINDS)
        refuse(import, row, "type is person, organisation or place");
    else if (entity->name.length == 0)
        refuse(import, row, "name is missing");
    else if (!read_weight(text_of(row, "weight"), &entity->weight))
        refuse(import, row, "weight is no number below 1,000,000,000");
    else if (strlen(country) != 0 && strlen(country) != 2)
        refuse(import, row, "country is no code of two letters");
    else {
        memcpy(entity->country, country, strlen(country));
        return read_ids(import, row, entity);
    }
    return false;
}

static void take_names_of(struct list_import *import, struct added_name *added,
                          const struct config_node *names)
{
    struct slice language = slice_of_text(names->key->text);

    if (!list_is_language(language)) {
        refuse(import, names, "names are by language, such as en or zh-Hant");
        return;
    }
    for (const struct config_node *name = names->kind == NODE_SEQUENCE ? names->first : names;
         name != NULL; name = names->kind == NODE_SEQUENCE ? name->next : NULL) {
        if (name->text == NULL || *name->text == '\0') {
            refuse(import, name, "a name is one text");
            return;
        }
        import->line = (uint32_t)name->line;
        added->text = slice_of_text(name->text);
        list_take_name(import, added, language);
    }
}

static void read_row(struct list_import *import, const struct config_node *row)
{
    struct gazetteer_entity entity;
    struct added_name added = {0};
    const struct config_node *names = config_node_get(row, "names");

    if (row->kind != NODE_MAPPING || names == NULL || names->kind != NODE_MAPPING) {
        refuse(import, row, "each entry is a mapping with type, name and names");
        return;
    }
    if (!list_guard(slice_of_text(text_of(row, "when")), &added.guard)) {
        refuse(import, row, "when is middle, preposition, noun or home");
        return;
    }
    if (!has_known_keys(import, row) || !read_entity(import, row, &entity))
        return;
    import->line = (uint32_t)row->line;
    added.entity = list_take_entity(import, &entity);
    for (const struct config_node *name = names->first; name != NULL; name = name->next)
        take_names_of(import, &added, name);
}

static void report_problems(struct list_import *import, const struct config_problems *problems)
{
    for (const struct config_problem *problem = problems->first; problem != NULL;
         problem = problem->next) {
        const char *text = strstr(problem->text, ": "); /* behind FILE:LINE:COL */

        import->line = (uint32_t)problem->line;
        list_report(import, LIST_ERROR, "%s", text != NULL ? text + 2 : problem->text);
    }
}

void list_read_yaml(struct list_import *import, struct slice text)
{
    struct arena arena = {0};
    struct config_problems problems = {0};
    const struct config_node *root = text.length <= CONFIG_MAX_BYTES
                                         ? config_node_parse(&arena, text, import->file, &problems)
                                         : NULL;

    import->line = 1;
    if (text.length > CONFIG_MAX_BYTES)
        list_report(import, LIST_ERROR, "is more than 1 MiB; write it as a table (.tsv)");
    report_problems(import, &problems);
    if (root != NULL && problems.count == 0 && root->kind != NODE_SEQUENCE)
        refuse(import, root, "is no list of entries");
    else if (root != NULL && problems.count == 0)
        for (const struct config_node *row = root->first; row != NULL; row = row->next)
            read_row(import, row);
    config_problems_free(&problems);
    arena_free(&arena);
}
