#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/entities/gazetteer_builder.h"

static struct gazetteer_builder *builder;

static int new_builder(void **state)
{
    (void)state;
    builder = gazetteer_builder_new();
    return 0;
}

static uint32_t entity(const char *name, uint32_t weight)
{
    return gazetteer_add_entity(builder,
                                &(struct gazetteer_entity){.kind = NAME_PLACE,
                                                           .weight = weight,
                                                           .name = slice_of_text(name),
                                                           .ids = {SLICE_LITERAL("iso:XX")},
                                                           .id_count = 1});
}

static bool add(uint32_t number, const char *name)
{
    return gazetteer_add_name(builder, number, slice_of_text(name), GUARD_NONE);
}

/* The row of the name that text is, as a whole; NULL where it is none. */
static const struct gazetteer_row *look(const struct gazetteer *gazetteer, const char *text)
{
    static struct gazetteer_row row;
    struct text_view_builder *views = text_view_builder_new();
    struct text_view view;

    text_view_build(views, slice_of_text(text), &view);
    uint32_t found = gazetteer_find(gazetteer, &view);

    text_view_builder_free(views);
    if (found == 0)
        return NULL;
    row = gazetteer_row_of(gazetteer, found - 1);
    return &row;
}

static void a_name_leads_to_its_entity_whatever_its_case_and_marks(void **state)
{
    uint32_t number = entity("Curacao", 1);

    (void)state;
    assert_true(add(number, "Curaçao"));
    struct gazetteer *gazetteer = gazetteer_build(builder);
    const struct gazetteer_row *row = look(gazetteer, "CURACAO");

    assert_non_null(row);
    const struct gazetteer_entity found = gazetteer_entity_of(gazetteer, row->entity);

    assert_true(slice_is(found.name, "Curacao"));
    assert_int_equal(found.id_count, 1);
    assert_true(slice_is(found.ids[0], "iso:XX"));
    assert_null(look(gazetteer, "Curaca"));
    gazetteer_free(gazetteer);
}

static void beginnings_and_continuations_of_names_are_no_names(void **state)
{
    (void)state;
    add(entity("New York", 1), "New York");
    add(entity("York City", 1), "York City Hall");
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_non_null(look(gazetteer, "New York"));
    assert_non_null(look(gazetteer, "New-York"));
    assert_null(look(gazetteer, "New"));
    assert_null(look(gazetteer, "York"));
    assert_null(look(gazetteer, "New York City"));
    assert_null(look(gazetteer, "New York City Hall"));
    gazetteer_free(gazetteer);
}

static void punctuation_inside_is_only_where_the_name_has_it(void **state)
{
    (void)state;
    add(entity("Antigua", 1), "Antigua & Barbuda");
    add(entity("Sao Paulo", 1), "Sao Paulo");
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_non_null(look(gazetteer, "Antigua & Barbuda"));
    assert_non_null(look(gazetteer, "Antigua Barbuda"));
    assert_null(look(gazetteer, "Sao, Paulo"));
    assert_null(look(gazetteer, "Sao. Paulo"));
    gazetteer_free(gazetteer);
}

static void of_equal_names_the_heavier_entity_has_it_else_the_first(void **state)
{
    uint32_t city = entity("city", 10);
    uint32_t country = entity("country", 30);
    uint32_t other = entity("other country", 30);

    (void)state;
    add(city, "Tunis");
    add(country, "Tunis");
    add(other, "Tunis");
    add(city, "Tunis");
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_int_equal(look(gazetteer, "Tunis")->entity, country);
    assert_int_equal(gazetteer_name_count(gazetteer), 1);
    gazetteer_free(gazetteer);
}

static void add_in(const char *language, uint32_t number, const char *name)
{
    const struct added_name added = {.entity = number,
                                     .text = slice_of_text(name),
                                     .language =
                                         gazetteer_add_language(builder, slice_of_text(language))};

    assert_int_equal(gazetteer_add_alias(builder, &added), NAME_FINE);
}

/* The entity of the first row of a name in a live language; UINT32_MAX where there is none. */
static uint32_t live_entity(const struct gazetteer *gazetteer, const char *name,
                            const uint8_t *live)
{
    struct text_view_builder *views = text_view_builder_new();
    struct text_view view;

    text_view_build(views, slice_of_text(name), &view);
    uint32_t row = gazetteer_live_row(gazetteer, gazetteer_find(gazetteer, &view), live);

    text_view_builder_free(views);
    return row != 0 ? gazetteer_row_of(gazetteer, row - 1).entity : UINT32_MAX;
}

static void rows_of_languages_that_are_not_live_are_passed_over(void **state)
{
    uint32_t heavy = entity("heavy", 20);
    uint32_t light = entity("light", 10);

    (void)state;
    add_in("fr", heavy, "Tunis");
    add_in("de", light, "Tunis");
    add_in("de", light, "Zunis");
    struct gazetteer *gazetteer = gazetteer_build(builder);
    const uint8_t german[] = {0, 0, 1};
    const uint8_t none[] = {0, 0, 0};

    assert_int_equal(live_entity(gazetteer, "Tunis", NULL), heavy);
    assert_int_equal(live_entity(gazetteer, "Tunis", german), light);
    assert_int_equal(live_entity(gazetteer, "Tunis", none), UINT32_MAX);
    assert_int_equal(live_entity(gazetteer, "Sunis", german), UINT32_MAX);
    gazetteer_free(gazetteer);
}

static void names_that_would_do_harm_stay_out(void **state)
{
    static const char *const harmful[] = {"", "  ", "12", "A", "Of", "world", "中", "ก", "١٩٩٠"};
    static const char *const useful[] = {"US", "Oman", "sur de Asia", "中国", "عمان", "인도"};
    uint32_t number = entity("any", 1);

    (void)state;
    for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
        assert_false(add(number, harmful[i]));
    for (size_t i = 0; i < sizeof(useful) / sizeof(useful[0]); i++)
        assert_true(add(number, useful[i]));
    gazetteer_free(gazetteer_build(builder));
}

static void a_name_of_more_words_than_fit_stays_out(void **state)
{
    char longest[2 * GAZETTEER_NAME_TOKENS + 3];
    uint32_t number = entity("any", 1);

    (void)state;
    for (size_t i = 0; i <= GAZETTEER_NAME_TOKENS; i++)
        snprintf(longest + 2 * i, 3, "B ");
    assert_false(add(number, longest));
    longest[2 * GAZETTEER_NAME_TOKENS] = '\0';
    assert_true(add(number, longest));
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_non_null(look(gazetteer, longest));
    gazetteer_free(gazetteer);
}

static void rows_say_which_words_must_be_capitals(void **state)
{
    uint32_t number = entity("any", 1);

    (void)state;
    add(number, "Isle of Man");
    add(number, "UAE");
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_int_equal(look(gazetteer, "isle of man")->upper, 5);
    assert_false(look(gazetteer, "isle of man")->acronym);
    assert_true(look(gazetteer, "uae")->acronym);
    gazetteer_free(gazetteer);
}

static void many_names_keep_apart(void **state)
{
    enum { NAMES = 20000 };
    char name[32];

    (void)state;
    for (uint32_t i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "Place %u Bay", i);
        add(entity(name, 1), name);
    }
    struct gazetteer *gazetteer = gazetteer_build(builder);

    assert_int_equal(gazetteer_name_count(gazetteer), NAMES);
    assert_int_equal(gazetteer_entity_count(gazetteer), NAMES);
    for (uint32_t i = 0; i < NAMES; i += 997) {
        snprintf(name, sizeof(name), "Place %u Bay", i);
        assert_int_equal(look(gazetteer, name)->entity, i);
    }
    assert_true(gazetteer_bytes(gazetteer) / NAMES < 80);
    gazetteer_free(gazetteer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_name_leads_to_its_entity_whatever_its_case_and_marks, new_builder),
        cmocka_unit_test_setup(beginnings_and_continuations_of_names_are_no_names, new_builder),
        cmocka_unit_test_setup(punctuation_inside_is_only_where_the_name_has_it, new_builder),
        cmocka_unit_test_setup(of_equal_names_the_heavier_entity_has_it_else_the_first,
                               new_builder),
        cmocka_unit_test_setup(rows_of_languages_that_are_not_live_are_passed_over, new_builder),
        cmocka_unit_test_setup(names_that_would_do_harm_stay_out, new_builder),
        cmocka_unit_test_setup(a_name_of_more_words_than_fit_stays_out, new_builder),
        cmocka_unit_test_setup(rows_say_which_words_must_be_capitals, new_builder),
        cmocka_unit_test_setup(many_names_keep_apart, new_builder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
