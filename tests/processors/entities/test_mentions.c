#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/mentions.h"

static struct arena arena;
static struct gazetteer *gazetteer;

/* Stands for the host's: the article is not looked at. */
static void *allocate(struct article *article, size_t size)
{
    assert_null(article);
    return arena_allocate(&arena, size);
}

static struct language_names names;

static int setup(void **state)
{
    struct gazetteer_builder *builder = gazetteer_builder_new();

    (void)state;
    gazetteer_add_entity(builder, &(struct gazetteer_entity){
                                      .kind = NAME_PLACE,
                                      .name = SLICE_LITERAL("Azerbaijan"),
                                      .ids = {SLICE_LITERAL("iso:AZ"), SLICE_LITERAL("wd:Q227")},
                                      .id_count = 2});
    gazetteer_add_entity(builder, &(struct gazetteer_entity){.kind = NAME_ORGANISATION,
                                                             .name = SLICE_LITERAL("UN")});
    gazetteer = gazetteer_build(builder);
    names = (struct language_names){.layers = {{gazetteer, NULL, "test"}}, .layer_count = 1};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gazetteer_free(gazetteer);
    arena_free(&arena);
    return 0;
}

static void entities_come_by_first_mention_with_all_their_mentions(void **state)
{
    const struct match matches[] = {{.entity = 0, .end = 2, .end_byte = 2},
                                    {.entity = 0, .end = 2, .end_byte = 2, .field = 1},
                                    {1, 3, 7, 3, 7, .field = 1},
                                    {0, 8, 10, 8, 10, .field = 1},
                                    {1, 11, 15, 11, 15, .field = 1}};
    const struct found_entity entities[] = {{.type = ENTITY_ORGANISATION, .entity = 1},
                                            {.type = ENTITY_PLACE, .entity = 0}};
    const struct matched_field fields[] = {
        {ROLE_HEADLINE, SLICE_LITERAL("UN")},
        {ROLE_BODY, SLICE_LITERAL("UN abcd UN wxyz")},
    };
    const struct found_names found = {&names, fields, matches, 5, entities, 2, OFFSET_CODE_POINTS};
    const struct entities_result *result = mentions_collect(&found, allocate, NULL);

    (void)state;
    assert_int_equal(result->entity_count, 2);
    const struct entity *un = &result->entities[0];
    const struct entity *azerbaijan = &result->entities[1];

    assert_true(slice_is(un->name, "UN"));
    assert_int_equal(un->type, ENTITY_ORGANISATION);
    assert_int_equal(un->mention_count, 3);
    assert_int_equal(un->mentions[0].field, ROLE_HEADLINE);
    assert_int_equal(un->mentions[1].field, ROLE_BODY);
    assert_int_equal(un->mentions[2].start, 8);
    assert_true(slice_is(azerbaijan->ids[1], "wd:Q227"));
    assert_int_equal(azerbaijan->id_count, 2);
    assert_int_equal(azerbaijan->mention_count, 2);
    assert_true(slice_is(azerbaijan->mentions[0].text, "abcd"));
    assert_true(slice_is(azerbaijan->mentions[1].text, "wxyz"));
}

/* Positions in each unit lead to the same text. */
static void positions_count_what_is_asked_for(void **state)
{
    const struct matched_field fields[] = {
        {ROLE_BODY, SLICE_LITERAL("a\xf0\x9f\x98\x80\xc3\xa9 UN")}};
    const struct match matches[] = {{.start = 4, .end = 6, .start_byte = 8, .end_byte = 10}};
    const struct found_entity entities[] = {{.type = ENTITY_ORGANISATION, .entity = 1}};
    static const uint32_t starts[] = {4, 5, 8};
    static const enum offset_unit units[] = {OFFSET_CODE_POINTS, OFFSET_UTF16, OFFSET_BYTES};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct found_names found = {&names, fields, matches, 1, entities, 1, units[i]};
        const struct entities_result *result = mentions_collect(&found, allocate, NULL);

        assert_int_equal(result->entities[0].mentions[0].start, starts[i]);
        assert_int_equal(result->entities[0].mentions[0].end, starts[i] + 2);
        assert_true(slice_is(result->entities[0].mentions[0].text, "UN"));
    }
}

static void nothing_found_is_an_empty_result(void **state)
{
    const struct matched_field fields[] = {{ROLE_BODY, SLICE_LITERAL("")}};
    const struct found_names found = {.names = &names, .fields = fields};
    const struct entities_result *result = mentions_collect(&found, allocate, NULL);

    (void)state;
    assert_non_null(result);
    assert_int_equal(result->entity_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_come_by_first_mention_with_all_their_mentions),
        cmocka_unit_test(positions_count_what_is_asked_for),
        cmocka_unit_test(nothing_found_is_an_empty_result),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
