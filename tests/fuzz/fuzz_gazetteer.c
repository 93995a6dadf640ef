/* Any names in any text: the first byte chooses a language, the first line holds names separated by
 * |, the rest is the text. What is found in it, with these names and with the built-in lists, is in
 * order, apart, and the same place in bytes and in code points. */
#include <stdlib.h>

#include "base/utf8.h"
#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/lists.h"
#include "processors/entities/match.h"
#include "processors/entities/table.h"
#include "tests/fuzz/fuzz.h"

static const char *const tags[] = {"ar", "he", "ru", "zh-Hant", "ja", "th",
                                   "ko", "fi", "hr", "en",      "bn", "und"};

enum { TAGS = sizeof(tags) / sizeof(tags[0]) };

static struct lists *lists;
static struct matcher *matcher;
static struct text_view_builder *builder;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void prepare(void)
{
    char error[256];

    if (lists != NULL)
        return;
    const char *const builtin[] = {"builtin"};

    lists = lists_new(builtin, 1, error, sizeof(error));
    require(lists != NULL);
    matcher = matcher_new();
    builder = text_view_builder_new();
}

static void require_sound(const struct text_view *view, const struct match *matches, uint32_t count)
{
    uint32_t behind = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct match *match = &matches[i];

        require(behind <= match->start_byte && match->start_byte < match->end_byte);
        require(match->end_byte <= view->value.length);
        require(utf8_count(slice_of(view->value.data, match->start_byte)) == match->start);
        require(utf8_count(slice_of(view->value.data, match->end_byte)) == match->end);
        behind = match->end_byte;
    }
}

static struct gazetteer *gazetteer_of(struct slice names)
{
    struct gazetteer_builder *names_builder = gazetteer_builder_new();
    struct slice name;

    while (table_part(&names, '|', &name)) {
        struct gazetteer_entity entity = {.kind = NAME_PLACE, .name = name};

        gazetteer_add_name(names_builder, gazetteer_add_entity(names_builder, &entity), name,
                           GUARD_NONE);
    }
    return gazetteer_build(names_builder);
}

static void search(const struct language_names *names, const struct text_view *view)
{
    uint32_t count = matcher_run(matcher, names, view);

    require_sound(view, matcher_matches(matcher), count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice input = slice_of((const char *)data, size);
    struct slice names;
    struct text_view view;

    if (size == 0 || !utf8_is_valid(slice_of(input.data + 1, size - 1)))
        return 0;
    prepare();
    const struct language_names *language = lists_for(lists, slice_of_text(tags[data[0] % TAGS]));

    input = slice_of(input.data + 1, size - 1);
    if (!table_part(&input, '\n', &names))
        return 0;
    text_view_build(builder, input, &view);
    search(language, &view);
    struct gazetteer *gazetteer = gazetteer_of(names);

    struct language_names own = {
        .layers = {{gazetteer, NULL, "own"}}, .layer_count = 1, .rules = language->rules};

    language_names_index(&own);

    text_view_build(builder, input, &view);
    search(&own, &view);
    language_names_free_index(&own);
    gazetteer_free(gazetteer);
    return 0;
}
