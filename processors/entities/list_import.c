#include "processors/entities/list_import.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "processors/entities/builtin.h"
#include "processors/entities/resource.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"

enum { PROBLEM_SIZE = 512, WORD_SIZE = 256, LONGEST_TAG = 15 };

void list_report(struct list_import *import, enum list_severity severity, const char *format, ...)
{
    char text[PROBLEM_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    import->errors += severity == LIST_ERROR;
    if (import->problem != NULL)
        import->problem(import->context, severity, import->file, import->line, text);
}

uint32_t list_take_entity(struct list_import *import, struct gazetteer_entity *entity)
{
    entity->line = import->lines_before + import->line;
    import->entities++;
    return gazetteer_add_entity(import->builder, entity);
}

static bool is_same_or_wider(struct slice wanted, struct slice language)
{
    return language.length >= wanted.length &&
           memcmp(language.data, wanted.data, wanted.length) == 0 &&
           (language.length == wanted.length || language.data[wanted.length] == '-');
}

bool list_wants_language(const struct list_import *import, struct slice language)
{
    const struct list_filter *filter = import->filter;

    if (filter == NULL || filter->language_count == 0 || slice_is(language, "any"))
        return true;
    for (uint32_t i = 0; i < filter->language_count; i++)
        if (is_same_or_wider(filter->languages[i], language))
            return true;
    return false;
}

static void take_as_written(struct list_import *import, const struct added_name *name)
{
    enum name_fault fault = gazetteer_add_alias(import->builder, name);

    if (fault == NAME_FINE) {
        import->names++;
        return;
    }
    import->left_out++;
    list_report(import, LIST_WARNING, "\"%.*s\" is not looked for: it %s", SLICE_FORMAT(name->text),
                name_fault_text(fault));
}

static void take_with(struct list_import *import, const struct added_name *name,
                      struct slice prefix, struct slice ending)
{
    char text[WORD_SIZE];
    struct slice stem = slice_of(name->text.data, name->text.length - 1);
    struct added_name form = *name;

    if (slice_is(ending, "-"))
        ending.length = 0;
    snprintf(text, sizeof(text), "%.*s%.*s%.*s", SLICE_FORMAT(prefix), SLICE_FORMAT(stem),
             SLICE_FORMAT(ending));
    form.text = slice_of_text(text);
    take_as_written(import, &form);
}

/* Every form of an adjective that languages.tsv knows for the language. */
static void take_forms(struct list_import *import, const struct added_name *name,
                       struct slice language)
{
    struct slice rest = slice_of(builtin_languages, builtin_languages_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        if (!slice_is(row.fields[1], "adjective") || !slice_equal(row.fields[0], language))
            continue;
        struct slice endings = row.fields[2];
        struct slice prefix = slice_is(row.fields[3], "-") ? slice_of("", 0) : row.fields[3];
        struct slice ending;

        while (table_part(&endings, '|', &ending))
            take_with(import, name, prefix, ending);
    }
}

/* Chinese names are written in either script: as given, and converted. */
static void take_converted(struct list_import *import, const struct added_name *name)
{
    static const char *const conversions[] = {"Hans-Hant", "Hant-Hans"};
    struct arena arena = {0};
    struct added_name converted = *name;

    for (size_t i = 0; i < 2; i++) {
        if (import->converters[i] == NULL)
            import->converters[i] = resource_converter(conversions[i]);
        if (import->converters[i] == NULL)
            continue;
        converted.text = resource_converted(&arena, import->converters[i], name->text);
        if (!slice_equal(converted.text, name->text))
            take_as_written(import, &converted);
    }
    arena_free(&arena);
}

void list_import_end(struct list_import *import)
{
    for (size_t i = 0; i < 2; i++)
        if (import->converters[i] != NULL)
            utrans_close(import->converters[i]);
    import->converters[0] = NULL;
    import->converters[1] = NULL;
}

void list_take_name(struct list_import *import, const struct added_name *name,
                    struct slice language)
{
    struct slice text = name->text;
    struct added_name numbered = *name;

    if (!list_wants_language(import, language))
        return;
    numbered.language = gazetteer_add_language(import->builder, language);
    if (text.length > 1 && text.length < WORD_SIZE / 2 && text.data[text.length - 1] == '*')
        take_forms(import, &numbered, language);
    else
        take_as_written(import, &numbered);
    if (slice_is(language, "zh"))
        take_converted(import, &numbered);
}

const char *list_kind_name(enum name_kind kind)
{
    static const char *const names[NAME_KINDS] = {
        [NAME_PERSON] = "person",
        [NAME_ORGANISATION] = "organisation",
        [NAME_PLACE] = "place",
        [NAME_ROLE] = "role",
        [NAME_NATIONALITY] = "nationality",
        [NAME_MINISTRY] = "ministry",
        [NAME_PORTFOLIO] = "portfolio",
        [NAME_BODY] = "body",
        [NAME_OFFICE] = "office",
        [NAME_INSTITUTION] = "institution",
        [NAME_FEATURE] = "feature",
        [NAME_GIVEN] = "given",
    };

    return names[kind];
}

enum name_kind list_kind(struct slice word)
{
    enum name_kind kind = NAME_PERSON;

    while (kind < NAME_KINDS && !slice_is(word, list_kind_name(kind)))
        kind++;
    return kind;
}

bool list_guard(struct slice word, enum gazetteer_guard *ret_guard)
{
    static const char *const guards[] = {"", "middle", "preposition", "noun", "home"};

    for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
        if (slice_is(word, guards[i])) {
            *ret_guard = (enum gazetteer_guard)i;
            return true;
        }
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool list_is_id(struct slice text)
{
    size_t prefix = 0;

    while (prefix < text.length && (is_letter(text.data[prefix]) || is_digit(text.data[prefix])))
        prefix++;
    if (prefix == 0 || prefix + 1 >= text.length || text.data[prefix] != ':' || text.length > 255)
        return false;
    for (size_t i = prefix; i < text.length; i++)
        if ((unsigned char)text.data[i] <= ' ')
            return false;
    return true;
}

/* A first part of two or three letters, then parts of letters and digits. */
bool list_is_language(struct slice text)
{
    size_t first = 0;

    if (slice_is(text, "any"))
        return true;
    while (first < text.length && text.data[first] >= 'a' && text.data[first] <= 'z')
        first++;
    if (first < 2 || first > 3 || text.length > LONGEST_TAG)
        return false;
    for (size_t i = first; i < text.length; i++)
        if (text.data[i] != '-' && !is_letter(text.data[i]) && !is_digit(text.data[i]))
            return false;
    return first == text.length || text.data[first] == '-';
}
