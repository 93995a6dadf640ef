#include "processors/entities/list_wikidata.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/utf8.h"
#include "processors/entities/table.h"

enum { ID_SIZE = 64, WEIGHT_A_SITE = 1000 };

struct item {
    struct list_import *import;
    const json_t *json;
    const json_t *claims;
};

/* ---- Claims ---- */

/* The value of a claim that is not deprecated; NULL where it has none. */
static const json_t *value_of(const json_t *claim)
{
    const char *rank = json_string_value(json_object_get(claim, "rank"));
    const json_t *snak = json_object_get(claim, "mainsnak");

    if (rank != NULL && strcmp(rank, "deprecated") == 0)
        return NULL;
    return json_object_get(json_object_get(snak, "datavalue"), "value");
}

/* The first value of a property. */
static const json_t *first_value(const struct item *item, const char *property)
{
    const json_t *claims = json_object_get(item->claims, property);

    for (size_t i = 0; i < json_array_size(claims); i++) {
        const json_t *value = value_of(json_array_get(claims, i));

        if (value != NULL)
            return value;
    }
    return NULL;
}

static bool is_instance_of(const struct item *item, struct slice class)
{
    const json_t *claims = json_object_get(item->claims, "P31");

    for (size_t i = 0; i < json_array_size(claims); i++) {
        const json_t *value = value_of(json_array_get(claims, i));
        const char *id = json_string_value(json_object_get(value, "id"));

        if (id != NULL && slice_is(class, id))
            return true;
    }
    return false;
}

/* The type of the first wanted class that the item is an instance of; NAME_KINDS: of none. */
static enum name_kind kind_of(const struct item *item)
{
    const struct list_filter *filter = item->import->filter;
    struct slice classes = slice_of_text(
        filter != NULL && filter->classes != NULL ? filter->classes : LIST_WIKIDATA_CLASSES);
    struct slice entry;

    while (table_part(&classes, ',', &entry)) {
        struct slice class;

        if (table_part(&entry, ':', &class) && is_instance_of(item, class))
            return list_kind(entry);
    }
    return NAME_KINDS;
}

/* P1082, a quantity such as "+2102650". */
static uint64_t population_of(const struct item *item)
{
    const char *amount = json_string_value(json_object_get(first_value(item, "P1082"), "amount"));

    return amount != NULL && amount[0] == '+' ? strtoull(amount + 1, NULL, 10) : 0;
}

static uint32_t weight_of(const struct item *item, enum name_kind kind, uint64_t population)
{
    size_t sites = json_object_size(json_object_get(item->json, "sitelinks"));

    if (kind != NAME_PLACE)
        return (uint32_t)(sites < 1000 ? sites : 1000) * WEIGHT_A_SITE;
    if (first_value(item, "P297") != NULL)
        return NAME_WEIGHT_COUNTRY;
    return (uint32_t)(population < NAME_WEIGHT_LISTED ? population : NAME_WEIGHT_LISTED - 1);
}

/* ---- Names ---- */

static const char *label_of(const struct item *item, const char *language)
{
    const json_t *labels = json_object_get(item->json, "labels");

    return json_string_value(json_object_get(json_object_get(labels, language), "value"));
}

static const char *usual_name(const struct item *item)
{
    const char *name = label_of(item, "en");
    const char *language;
    json_t *label;

    if (name != NULL)
        return name;
    json_object_foreach((json_t *)(uintptr_t)json_object_get(item->json, "labels"), language,
                        label) return json_string_value(json_object_get(label, "value"));
    return NULL;
}

static void take_name(const struct item *item, uint32_t entity, const char *language,
                      const json_t *name)
{
    const char *text = json_string_value(json_object_get(name, "value"));
    struct slice tag = slice_of_text(language);

    if (slice_is(tag, "mul"))
        tag = SLICE_LITERAL("any");
    if (text != NULL && *text != '\0' && list_is_language(tag))
        list_take_name(item->import,
                       &(struct added_name){.entity = entity, .text = slice_of_text(text)}, tag);
}

static void take_names(const struct item *item, uint32_t entity)
{
    const char *language;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)json_object_get(item->json, "labels"), language, value)
        take_name(item, entity, language, value);
    json_object_foreach((json_t *)(uintptr_t)json_object_get(item->json, "aliases"), language,
                        value) for (size_t i = 0; i < json_array_size(value); i++)
        take_name(item, entity, language, json_array_get(value, i));
}

/* ---- Items ---- */

static void add_id(struct gazetteer_entity *entity, char text[ID_SIZE], const char *prefix,
                   const char *value)
{
    if (value == NULL || strlen(value) > ID_SIZE - 8)
        return;
    snprintf(text, ID_SIZE, "%s:%s", prefix, value);
    if (list_is_id(slice_of_text(text)))
        entity->ids[entity->id_count++] = slice_of_text(text);
}

static void take_item(const struct item *item, const char *id)
{
    char ids[3][ID_SIZE];
    const char *name = usual_name(item);
    enum name_kind kind = kind_of(item);
    uint64_t population = population_of(item);
    const struct list_filter *filter = item->import->filter;

    if (kind == NAME_KINDS || name == NULL ||
        (filter != NULL && kind == NAME_PLACE && population < filter->least_population))
        return;
    struct gazetteer_entity entity = {.kind = (uint8_t)kind,
                                      .weight = weight_of(item, kind, population),
                                      .name = slice_of_text(name)};
    const char *country = json_string_value(first_value(item, "P297"));

    add_id(&entity, ids[0], "wd", id);
    add_id(&entity, ids[1], "iso", country);
    add_id(&entity, ids[2], "gn", json_string_value(first_value(item, "P1566")));
    if (country != NULL && strlen(country) == 2)
        memcpy(entity.country, country, 2);
    take_names(item, list_take_entity(item->import, &entity));
}

static void read_item(struct list_import *import, struct slice line)
{
    json_error_t error;
    json_t *json = json_loadb(line.data, line.length, 0, &error);
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *type = json_string_value(json_object_get(json, "type"));
    const struct item item = {import, json, json_object_get(json, "claims")};

    if (json == NULL)
        list_report(import, LIST_ERROR, "is no JSON: %s at column %d", error.text, error.column);
    else if (id == NULL)
        list_report(import, LIST_ERROR, "is no item of Wikidata: it has no id");
    else if (type == NULL || strcmp(type, "item") == 0)
        take_item(&item, id);
    json_decref(json);
}

/* The array's brackets stand on lines of their own; items end in a comma. */
static struct slice item_of(struct slice line)
{
    while (line.length > 0 && strchr(" \r\n\t,", line.data[line.length - 1]) != NULL)
        line.length--;
    if (slice_is(line, "[") || slice_is(line, "]"))
        line.length = 0;
    return line;
}

void list_read_wikidata(struct list_import *import, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;

    import->line = 0;
    for (ssize_t length; (length = getline(&line, &capacity, file)) >= 0;) {
        struct slice item = item_of(slice_of(line, (size_t)length));

        import->line++;
        if (item.length > 0)
            read_item(import, item);
    }
    free(line);
}
