/* For tests of importers: a reading of sources whose problems are kept as text. */
#ifndef COPYDESK_TESTS_LIST_FIXTURE_H
#define COPYDESK_TESTS_LIST_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "processors/entities/list_import.h"

struct list_fixture {
    struct list_import import;
    struct list_filter filter;
    struct buffer problems; /* "FILE:LINE: text\n", warnings with "warning: " */
};

static inline void list_fixture_note(void *context, enum list_severity severity, const char *file,
                                     uint32_t line, const char *text)
{
    struct list_fixture *fixture = context;

    buffer_append_format(&fixture->problems, "%s:%u: %s%s\n", file, line,
                         severity == LIST_WARNING ? "warning: " : "", text);
}

static inline void list_fixture_begin(struct list_fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture->import.builder = gazetteer_builder_new();
    fixture->import.filter = &fixture->filter;
    fixture->import.problem = list_fixture_note;
    fixture->import.context = fixture;
    fixture->import.file = "names";
}

static inline const char *list_fixture_problems(struct list_fixture *fixture)
{
    buffer_append_byte(&fixture->problems, '\0');
    fixture->problems.length--;
    return fixture->problems.data;
}

static inline void list_fixture_end(struct list_fixture *fixture)
{
    list_import_end(&fixture->import);
    gazetteer_builder_free(fixture->import.builder);
    buffer_free(&fixture->problems);
}

static inline FILE *list_fixture_file(const char *text)
{
    return fmemopen((void *)(uintptr_t)text, strlen(text), "r");
}

/* The rows of a name, "language type entity ids weight country" each, joined by "; ". Takes the
 * builder. */
static inline const char *list_fixture_look(struct list_fixture *fixture, const char *name)
{
    static char found[1024];
    static struct gazetteer *gazetteer;
    struct text_view_builder *views = text_view_builder_new();
    struct text_view view;
    size_t length = 0;

    if (fixture->import.builder != NULL) {
        gazetteer_free(gazetteer);
        gazetteer = gazetteer_build(fixture->import.builder);
        fixture->import.builder = NULL;
    }
    text_view_build(views, slice_of_text(name), &view);
    found[0] = '\0';
    for (uint32_t next = gazetteer_find(gazetteer, &view); next != 0;
         next = gazetteer_next_row(gazetteer, next - 1)) {
        struct gazetteer_row row = gazetteer_row_of(gazetteer, next - 1);
        struct gazetteer_entity entity = gazetteer_entity_of(gazetteer, row.entity);

        length += (size_t)snprintf(
            found + length, sizeof(found) - length, "%s%s %s %.*s", length > 0 ? "; " : "",
            gazetteer_language(gazetteer, row.language),
            list_kind_name((enum name_kind)entity.kind), SLICE_FORMAT(entity.name));
        for (uint32_t i = 0; i < entity.id_count; i++)
            length += (size_t)snprintf(found + length, sizeof(found) - length, " %.*s",
                                       SLICE_FORMAT(entity.ids[i]));
        length += (size_t)snprintf(found + length, sizeof(found) - length, " %u %s", entity.weight,
                                   entity.country);
    }
    text_view_builder_free(views);
    return found;
}

#endif
