#include "processors/entities/list_tsv.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "processors/entities/table.h"

enum { COLUMNS = 64, NUMBER_LENGTH = 9 };

enum column_kind {
    COLUMN_TYPE,
    COLUMN_NAME,
    COLUMN_ID,
    COLUMN_WEIGHT,
    COLUMN_COUNTRY,
    COLUMN_WHEN,
    COLUMN_AS_OF,
    COLUMN_NOTE,
    COLUMN_LANGUAGE,
    COLUMN_NAMES,
    COLUMN_OF_LANGUAGES, /* the header names them */
};

struct column {
    enum column_kind kind;
    char languages[64]; /* separated by commas */
};

struct table {
    struct list_import *import;
    struct column columns[COLUMNS];
    uint32_t column_count; /* 0: the header has not come yet */
};

/* One row's fields, by column. */
struct fields {
    struct slice items[COLUMNS];
    uint32_t count;
};

static struct slice trimmed(struct slice text)
{
    while (text.length > 0 && text.data[0] == ' ')
        text = slice_of(text.data + 1, text.length - 1);
    while (text.length > 0 &&
           (text.data[text.length - 1] == ' ' || text.data[text.length - 1] == '\r'))
        text.length--;
    return text;
}

/* All fields, the empty ones too. Returns false where there are too many. */
static bool split(struct slice line, struct fields *ret_fields)
{
    ret_fields->count = 0;
    for (;;) {
        const char *tab = memchr(line.data, '\t', line.length);
        size_t length = tab != NULL ? (size_t)(tab - line.data) : line.length;

        if (ret_fields->count == COLUMNS)
            return false;
        ret_fields->items[ret_fields->count++] = trimmed(slice_of(line.data, length));
        if (tab == NULL)
            return true;
        line = slice_of(tab + 1, line.length - length - 1);
    }
}

/* ---- The header ---- */

static bool are_languages(struct slice names)
{
    struct slice name;

    if (names.length == 0)
        return false;
    while (table_part(&names, ',', &name))
        if (!list_is_language(name))
            return false;
    return true;
}

static bool read_column(struct slice name, struct column *column)
{
    static const char *const kinds[] = {"type", "name",  "id",   "weight",   "country",
                                        "when", "as_of", "note", "language", "names"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (slice_is(name, kinds[i])) {
            column->kind = (enum column_kind)i;
            return true;
        }
    column->kind = COLUMN_OF_LANGUAGES;
    if (!are_languages(name) || name.length >= sizeof(column->languages))
        return false;
    snprintf(column->languages, sizeof(column->languages), "%.*s", SLICE_FORMAT(name));
    return true;
}

static bool has_column(const struct table *table, enum column_kind kind)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].kind == kind)
            return true;
    return false;
}

static void read_header(struct table *table, const struct fields *fields)
{
    for (uint32_t i = 0; i < fields->count; i++)
        if (!read_column(fields->items[i], &table->columns[i]))
            list_report(table->import, LIST_ERROR,
                        "column \"%.*s\" is neither known nor a language",
                        SLICE_FORMAT(fields->items[i]));
    table->column_count = fields->count;
    if (!has_column(table, COLUMN_TYPE))
        list_report(table->import, LIST_ERROR, "no column \"type\" in the first row");
    if (has_column(table, COLUMN_LANGUAGE) != has_column(table, COLUMN_NAMES))
        list_report(table->import, LIST_ERROR,
                    "the columns \"language\" and \"names\" go together");
}

/* ---- Rows ---- */

static struct slice field_of(const struct table *table, const struct fields *fields,
                             enum column_kind kind)
{
    for (uint32_t i = 0; i < fields->count && i < table->column_count; i++)
        if (table->columns[i].kind == kind)
            return fields->items[i];
    return slice_of("", 0);
}

static bool read_number(struct slice text, uint32_t *ret_number)
{
    uint32_t number = 0;

    if (text.length == 0 || text.length > NUMBER_LENGTH)
        return text.length == 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = 10 * number + (uint32_t)(text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

static bool read_ids(struct list_import *import, struct slice text, struct gazetteer_entity *entity)
{
    struct slice id;

    while (table_part(&text, '|', &id)) {
        if (!list_is_id(id) || entity->id_count == GAZETTEER_IDS) {
            list_report(import, LIST_ERROR, "\"%.*s\" is no prefixed id, or one too many",
                        SLICE_FORMAT(id));
            return false;
        }
        entity->ids[entity->id_count++] = id;
    }
    return true;
}

static struct slice first_name(const struct table *table, const struct fields *fields)
{
    for (uint32_t i = 0; i < fields->count && i < table->column_count; i++) {
        struct slice names = fields->items[i];
        struct slice name;

        if (table->columns[i].kind >= COLUMN_NAMES && table_part(&names, '|', &name))
            return name;
    }
    return slice_of("", 0);
}

static bool read_entity(const struct table *table, const struct fields *fields,
                        struct gazetteer_entity *ret_entity)
{
    struct list_import *import = table->import;
    struct slice type = field_of(table, fields, COLUMN_TYPE);
    struct slice country = field_of(table, fields, COLUMN_COUNTRY);
    struct slice name = field_of(table, fields, COLUMN_NAME);
    enum name_kind kind = list_kind(type);
    struct gazetteer_entity entity = {
        .kind = (uint8_t)kind,
        .weight = kind == NAME_PLACE ? NAME_WEIGHT_CITY : NAME_WEIGHT_LISTED,
        .name = name.length > 0 ? name : first_name(table, fields),
    };

    if (kind == NAME_KINDS) {
        list_report(import, LIST_ERROR, "unknown type \"%.*s\"", SLICE_FORMAT(type));
        return false;
    }
    if (!read_number(field_of(table, fields, COLUMN_WEIGHT), &entity.weight)) {
        list_report(import, LIST_ERROR, "weight \"%.*s\" is no number below 1,000,000,000",
                    SLICE_FORMAT(field_of(table, fields, COLUMN_WEIGHT)));
        return false;
    }
    if (country.length != 0 && country.length != 2) {
        list_report(import, LIST_ERROR, "country \"%.*s\" is no code of two letters",
                    SLICE_FORMAT(country));
        return false;
    }
    memcpy(entity.country, country.data, country.length);
    *ret_entity = entity;
    return read_ids(import, field_of(table, fields, COLUMN_ID), ret_entity);
}

static void take_names(struct list_import *import, struct added_name *added, struct slice languages,
                       struct slice names)
{
    struct slice language;

    while (table_part(&languages, ',', &language)) {
        struct slice rest = names;

        while (table_part(&rest, '|', &added->text))
            if (added->text.length > 0)
                list_take_name(import, added, language);
    }
}

static void read_names(const struct table *table, const struct fields *fields,
                       struct added_name *added)
{
    struct slice language = field_of(table, fields, COLUMN_LANGUAGE);

    for (uint32_t i = 0; i < fields->count && i < table->column_count; i++) {
        const struct column *column = &table->columns[i];

        if (column->kind == COLUMN_OF_LANGUAGES)
            take_names(table->import, added, slice_of_text(column->languages), fields->items[i]);
        else if (column->kind == COLUMN_NAMES)
            take_names(table->import, added, language, fields->items[i]);
    }
}

static void read_row(const struct table *table, const struct fields *fields)
{
    struct list_import *import = table->import;
    struct gazetteer_entity entity;
    struct added_name added = {0};
    struct slice language = field_of(table, fields, COLUMN_LANGUAGE);
    struct slice when = field_of(table, fields, COLUMN_WHEN);

    if (fields->count > table->column_count) {
        list_report(import, LIST_ERROR, "%u fields where the header has %u", fields->count,
                    table->column_count);
        return;
    }
    if (language.length > 0 && !are_languages(language)) {
        list_report(import, LIST_ERROR, "\"%.*s\" is no language", SLICE_FORMAT(language));
        return;
    }
    if (!list_guard(when, &added.guard)) {
        list_report(import, LIST_ERROR, "when is middle, preposition, noun or home, not \"%.*s\"",
                    SLICE_FORMAT(when));
        return;
    }
    if (!read_entity(table, fields, &entity))
        return;
    if (entity.name.length == 0) {
        list_report(import, LIST_ERROR, "a row without a name");
        return;
    }
    added.entity = list_take_entity(import, &entity);
    read_names(table, fields, &added);
}

static void read_comment(struct list_import *import, struct slice line)
{
    static const struct slice as_of = SLICE_INITIALISER("# as_of: ");

    if (line.length > as_of.length && memcmp(line.data, as_of.data, as_of.length) == 0)
        gazetteer_set_as_of(import->builder,
                            slice_of(line.data + as_of.length, line.length - as_of.length));
}

static void read_line(struct table *table, struct slice line)
{
    struct fields fields;

    table->import->line++;
    if (!utf8_is_valid(line)) {
        list_report(table->import, LIST_ERROR, "is not UTF-8");
        return;
    }
    if (line.length == 0 || line.data[0] == '#') {
        read_comment(table->import, line);
        return;
    }
    if (!split(line, &fields))
        list_report(table->import, LIST_ERROR, "more than %d fields", (int)COLUMNS);
    else if (table->column_count == 0)
        read_header(table, &fields);
    else
        read_row(table, &fields);
}

void list_read_tsv_text(struct list_import *import, struct slice text)
{
    struct table table = {.import = import};
    struct slice line;

    import->line = 0;
    while (table_part(&text, '\n', &line))
        read_line(&table, line);
}

void list_read_tsv(struct list_import *import, FILE *file)
{
    struct table table = {.import = import};
    char *line = NULL;
    size_t capacity = 0;

    import->line = 0;
    for (ssize_t length; (length = getline(&line, &capacity, file)) >= 0;) {
        if (length > 0 && line[length - 1] == '\n')
            length--;
        read_line(&table, slice_of(line, (size_t)length));
    }
    free(line);
}
