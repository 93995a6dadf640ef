#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/language_names.h"

enum { MANY = 60000 };

static struct text_view_builder *views;

static void add(struct gazetteer_builder *builder, const char *name)
{
    struct gazetteer_entity entity = {.kind = NAME_PLACE, .name = slice_of_text(name)};

    assert_true(gazetteer_add_name(builder, gazetteer_add_entity(builder, &entity),
                                   slice_of_text(name), GUARD_NONE));
}

/* Pxbar 0, Pxbar 1 ..., first words that begin with a capital. */
static const char *numbered(uint32_t number)
{
    static char name[32];

    snprintf(name, sizeof(name), "P%cq%cr%cz", 'a' + number % 26, 'a' + number / 26 % 26,
             'a' + number / 676 % 26);
    snprintf(name + 6, sizeof(name) - 6, "x%c Bay", 'a' + number / 17576 % 26);
    return name;
}

static unsigned asked(const struct state_sets *sets, const char *word)
{
    struct text_view view;
    unsigned bits = 0;

    text_view_build(views, slice_of_text(word), &view);
    uint64_t state = gazetteer_state(GAZETTEER_ROOT, view.tokens[0].hash, GAP_NONE);

    for (uint32_t i = 0; i < sets->count; i++)
        bits |= state_set_ask(&sets->items[i], state);
    return bits;
}

/* A short list, and one whose sets are too large to be merged. */
static struct language_names two_lists(void)
{
    struct gazetteer_builder *few = gazetteer_builder_new();
    struct gazetteer_builder *many = gazetteer_builder_new();

    add(few, "Kalmor");
    add(few, "isle of Kalmor");
    add(few, "كالمور");
    for (uint32_t i = 0; i < MANY; i++)
        add(many, numbered(i));
    struct language_names names = {
        .layers = {{gazetteer_build(few), NULL, "few"}, {gazetteer_build(many), NULL, "many"}},
        .layer_count = 2};

    language_names_index(&names);
    return names;
}

static void free_lists(struct language_names *names)
{
    language_names_free_index(names);
    for (uint32_t i = 0; i < names->layer_count; i++)
        gazetteer_free((struct gazetteer *)(uintptr_t)names->layers[i].gazetteer);
}

static void no_first_word_of_any_list_is_denied(void **state)
{
    struct language_names names = two_lists();

    (void)state;
    assert_int_equal(asked(&names.any, "Kalmor") & STATE_ENDS, STATE_ENDS);
    assert_int_equal(asked(&names.any, "كالمور") & STATE_ENDS, STATE_ENDS);
    assert_int_equal(asked(&names.any, "Isle") & STATE_GOES_ON, STATE_GOES_ON);
    assert_int_equal(asked(&names.small, "isle") & STATE_GOES_ON, STATE_GOES_ON);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(asked(&names.any, numbered(i)) & STATE_GOES_ON, STATE_GOES_ON);
    free_lists(&names);
}

static void small_words_are_not_asked_of_names_with_capitals(void **state)
{
    struct language_names names = two_lists();

    (void)state;
    assert_int_equal(asked(&names.small, "kalmor"), 0);
    free_lists(&names);
}

static void few_other_words_are_not_denied(void **state)
{
    struct language_names names = two_lists();
    uint32_t wrong = 0;
    char word[16];

    (void)state;
    for (uint32_t i = 0; i < 10000; i++) {
        snprintf(word, sizeof(word), "W%cq%cw%c", (char)(97 + i % 26), (char)(97 + i / 26 % 26),
                 (char)(97 + i / 676));
        wrong += asked(&names.any, word) != 0;
    }
    assert_true(wrong < 1000);
    free_lists(&names);
}

static int setup(void **state)
{
    (void)state;
    views = text_view_builder_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    text_view_builder_free(views);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_first_word_of_any_list_is_denied),
        cmocka_unit_test(small_words_are_not_asked_of_names_with_capitals),
        cmocka_unit_test(few_other_words_are_not_denied),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
