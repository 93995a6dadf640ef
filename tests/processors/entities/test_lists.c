#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "processors/entities/lists.h"

static struct lists *lists;
static const char *const builtin[] = {"builtin"};

static int new_lists(void **state)
{
    char error[256];

    (void)state;
    lists = lists_new(builtin, 1, error, sizeof(error));
    return lists != NULL ? 0 : -1;
}

static int free_lists(void **state)
{
    (void)state;
    lists_free(lists);
    return 0;
}

static void a_language_has_one_list(void **state)
{
    (void)state;
    assert_ptr_equal(lists_for(lists, SLICE_LITERAL("pt-BR")),
                     lists_for(lists, SLICE_LITERAL("pt-PT")));
    assert_ptr_not_equal(lists_for(lists, SLICE_LITERAL("pt")),
                         lists_for(lists, SLICE_LITERAL("es")));
    assert_ptr_equal(lists_for(lists, SLICE_LITERAL("tlh")), lists_for(lists, (struct slice){0}));
}

static void *look_up(void *found)
{
    static const char *const tags[] = {"ar", "en", "de", "fr"};
    const struct language_names **names = found;

    for (int i = 0; i < 4; i++)
        names[i] = lists_for(lists, slice_of_text(tags[i]));
    return NULL;
}

static void threads_that_ask_at_once_get_the_same(void **state)
{
    const struct language_names *found[4][4];
    pthread_t threads[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_up, found[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i < 4; i++)
        assert_memory_equal(found[i], found[0], sizeof(found[0]));
}

static void the_order_of_languages_does_not_matter(void **state)
{
    char error[256];
    struct lists *other = lists_new(builtin, 1, error, sizeof(error));

    (void)state;
    lists_for(other, SLICE_LITERAL("ja"));
    const struct gazetteer *late = lists_for(other, SLICE_LITERAL("ar"))->layers[0].gazetteer;
    const struct gazetteer *early = lists_for(lists, SLICE_LITERAL("ar"))->layers[0].gazetteer;

    assert_int_equal(gazetteer_name_count(late), gazetteer_name_count(early));
    assert_int_equal(gazetteer_entity_count(late), gazetteer_entity_count(early));
    lists_free(other);
}

static void the_version_says_which_cldr(void **state)
{
    (void)state;
    assert_memory_equal(lists_version(lists), "cldr-", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_language_has_one_list, new_lists, free_lists),
        cmocka_unit_test_setup_teardown(threads_that_ask_at_once_get_the_same, new_lists,
                                        free_lists),
        cmocka_unit_test_setup_teardown(the_order_of_languages_does_not_matter, new_lists,
                                        free_lists),
        cmocka_unit_test_setup_teardown(the_version_says_which_cldr, new_lists, free_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
