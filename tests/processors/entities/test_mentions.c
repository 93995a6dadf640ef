#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "processors/entities/mentions.h"

static struct arena arena;
static struct gazetteer *gazetteer;

/* Stands for the host's: the article is not looked at. */
static void *allocate(struct article *article, size_t size)
{
    assert_null(article);
    return arena_allocate(&arena, size);
}

static int setup(void **state)
{
    struct gazetteer_builder *builder = gazetteer_builder_new();
    struct slice ids[] = {SLICE_LITERAL("iso:AZ"), SLICE_LITERAL("wd:Q227")};

    (void)state;
    gazetteer_add_entity(
        builder, &(struct gazetteer_entity){ENTITY_PLACE, 1, SLICE_LITERAL("Azerbaijan"), ids, 2});
    gazetteer_add_entity(
        builder, &(struct gazetteer_entity){ENTITY_ORGANISATION, 1, SLICE_LITERAL("UN"), NULL, 0});
    gazetteer = gazetteer_build(builder);
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
    const struct match matches[] = {
        {1, 0, 2, 0, 2}, {1, 0, 2, 0, 2}, {0, 3, 7, 3, 7}, {1, 8, 10, 8, 10}, {0, 11, 15, 11, 15}};
    const struct field_matches fields[] = {
        {ROLE_HEADLINE, SLICE_LITERAL("UN"), 1},
        {ROLE_BODY, SLICE_LITERAL("UN abcd UN wxyz"), 4},
    };
    const struct entities_result *result =
        mentions_collect(gazetteer, matches, fields, 2, allocate, NULL);

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

static void nothing_found_is_an_empty_result(void **state)
{
    const struct field_matches fields[] = {{ROLE_BODY, SLICE_LITERAL(""), 0}};
    const struct entities_result *result =
        mentions_collect(gazetteer, NULL, fields, 1, allocate, NULL);

    (void)state;
    assert_non_null(result);
    assert_int_equal(result->entity_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_come_by_first_mention_with_all_their_mentions),
        cmocka_unit_test(nothing_found_is_an_empty_result),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
