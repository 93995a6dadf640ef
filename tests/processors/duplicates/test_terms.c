#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/duplicates/terms.h"

static const char *const marks[] = {"sig:correction", "korrektur"};

static struct terms some_terms(void)
{
    return (struct terms){.window_ms = 604800000,
                          .articles = 1000000,
                          .clock = CLOCK_ARTICLE,
                          .signal = {marks, 2},
                          .ednote = {marks, 1},
                          .withheld = {marks, 1},
                          .algorithm = terms_algorithm(7)};
}

static void terms_are_read_as_they_were_written(void **state)
{
    const struct terms terms = some_terms();
    struct arena arena = {.first = NULL};
    struct buffer bytes = {0};
    struct terms read;

    (void)state;
    terms_write(&terms, &bytes);
    assert_int_equal(terms_read(buffer_slice(&bytes), &arena, &read), 0);
    assert_true(read.window_ms == terms.window_ms && read.articles == terms.articles);
    assert_int_equal(read.clock, CLOCK_ARTICLE);
    assert_int_equal(read.signal.count, 2);
    assert_string_equal(((const char *const *)read.signal.items)[1], "korrektur");
    assert_true(terms_id(&read) == terms_id(&terms));
    arena_free(&arena);
    buffer_free(&bytes);
}

static void whatever_differs_has_another_id(void **state)
{
    const struct terms terms = some_terms();
    struct terms others[6] = {terms, terms, terms, terms, terms, terms};

    (void)state;
    others[0].window_ms++;
    others[1].articles++;
    others[2].clock = CLOCK_LOG;
    others[3].signal.count = 1;
    others[4].algorithm = terms_algorithm(8);
    others[5].withheld.count = 2;
    for (int i = 0; i < 6; i++)
        assert_true(terms_id(&others[i]) != terms_id(&terms));
    assert_true(terms_same_algorithm(terms_id(&others[0]), terms_id(&terms)));
    assert_false(terms_same_algorithm(terms_id(&others[4]), terms_id(&terms)));
}

static void cut_longer_and_senseless_terms_are_refused(void **state)
{
    struct terms terms = some_terms();
    struct arena arena = {.first = NULL};
    struct buffer bytes = {0};
    struct terms read;

    (void)state;
    terms_write(&terms, &bytes);
    for (size_t length = 0; length < bytes.length; length++)
        assert_int_equal(terms_read(slice_of(bytes.data, length), &arena, &read), -1);
    buffer_append_byte(&bytes, 0);
    assert_int_equal(terms_read(buffer_slice(&bytes), &arena, &read), -1);
    terms.window_ms = 0;
    buffer_clear(&bytes);
    terms_write(&terms, &bytes);
    assert_int_equal(terms_read(buffer_slice(&bytes), &arena, &read), -1);
    terms = some_terms();
    terms.articles = TERMS_MAX_ARTICLES + 1LL;
    buffer_clear(&bytes);
    terms_write(&terms, &bytes);
    assert_int_equal(terms_read(buffer_slice(&bytes), &arena, &read), -1);
    arena_free(&arena);
    buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_read_as_they_were_written),
        cmocka_unit_test(whatever_differs_has_another_id),
        cmocka_unit_test(cut_longer_and_senseless_terms_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
