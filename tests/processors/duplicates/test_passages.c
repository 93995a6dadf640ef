#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "processors/duplicates/passages.h"

enum { MOST = 8 };

/* Two articles and what they share. */
struct pair {
    struct text_view_builder *builders[4];
    struct text_view views[4];
    struct passage passages[MOST];
    uint32_t count;
    uint32_t tokens;
};

static void find(struct pair *pair, const char *headline, const char *body, const char *headline2,
                 const char *body2, uint32_t most)
{
    const char *const texts[4] = {headline, body, headline2, body2};

    for (int i = 0; i < 4; i++) {
        pair->builders[i] = text_view_builder_new();
        text_view_build(pair->builders[i], slice_of_text(texts[i]), &pair->views[i]);
    }
    const struct passage_text first = {&pair->views[0], &pair->views[1]};
    const struct passage_text second = {&pair->views[2], &pair->views[3]};

    pair->count = passages_find(&first, &second, pair->passages, most, &pair->tokens);
}

static void forget(struct pair *pair)
{
    for (int i = 0; i < 4; i++)
        text_view_builder_free(pair->builders[i]);
}

static void assert_text(const struct passage_place *place, const struct text_view *headline,
                        const char *expected)
{
    const struct text_view *view = place->field == ROLE_HEADLINE ? headline : headline + 1;

    assert_true(slice_is(
        slice_of(view->value.data + place->start_byte, place->end_byte - place->start_byte),
        expected));
}

static void shared_runs_are_found_where_they_stand(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "Snow fell on the pass. The road is closed until noon, the police said.", "",
         "Police: the road is CLOSED, until noon. Nothing else, though snow fell on the coast.",
         MOST);
    assert_int_equal(pair.count, 2);
    assert_int_equal(pair.passages[0].tokens, 6);
    assert_text(&pair.passages[0].first, &pair.views[0], "The road is closed until noon");
    assert_text(&pair.passages[0].second, &pair.views[2], "the road is CLOSED, until noon");
    assert_int_equal(pair.passages[0].second.start, 8);
    assert_text(&pair.passages[1].first, &pair.views[0], "Snow fell on the");
    assert_int_equal(pair.tokens, 10);
    forget(&pair);
}

static void two_words_are_no_passage(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "the road was icy", "", "the road is open", MOST);
    assert_int_equal(pair.count, 0);
    assert_int_equal(pair.tokens, 0);
    forget(&pair);
}

static void a_passage_ends_with_its_field(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "one two three", "four five six seven", "", "one two three four five six seven",
         MOST);
    assert_int_equal(pair.count, 2);
    assert_int_equal(pair.passages[0].first.field, ROLE_HEADLINE);
    assert_int_equal(pair.passages[0].second.field, ROLE_BODY);
    assert_int_equal(pair.passages[0].tokens, 3);
    assert_int_equal(pair.passages[1].first.field, ROLE_BODY);
    assert_int_equal(pair.passages[1].tokens, 4);
    forget(&pair);
}

static void the_longest_of_several_places_counts(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "a b c x. a b c d e f.", "", "a b c d e f", MOST);
    assert_int_equal(pair.count, 1);
    assert_int_equal(pair.passages[0].tokens, 6);
    assert_int_equal(pair.passages[0].first.start, 9);
    forget(&pair);
}

static void ideographs_need_six(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "大桥关闭检修", "", "大桥关闭检，大桥关闭检修", MOST);
    assert_int_equal(pair.count, 1);
    assert_int_equal(pair.passages[0].tokens, 6);
    assert_int_equal(pair.passages[0].second.start, 6);
    forget(&pair);
}

static void what_finds_no_room_is_counted_still(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "a b c. d e f. g h i.", "", "g h i x d e f x a b c", 1);
    assert_int_equal(pair.count, 1);
    assert_int_equal(pair.tokens, 9);
    assert_text(&pair.passages[0].second, &pair.views[2], "g h i");
    forget(&pair);
}

static void empty_texts_share_nothing(void **state)
{
    struct pair pair;

    (void)state;
    find(&pair, "", "", "", "one two three", MOST);
    assert_int_equal(pair.count, 0);
    forget(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_runs_are_found_where_they_stand),
        cmocka_unit_test(two_words_are_no_passage),
        cmocka_unit_test(a_passage_ends_with_its_field),
        cmocka_unit_test(the_longest_of_several_places_counts),
        cmocka_unit_test(ideographs_need_six),
        cmocka_unit_test(what_finds_no_room_is_counted_still),
        cmocka_unit_test(empty_texts_share_nothing),
    };

    return cmocka_run_group_tests_name("duplicates passages", tests, NULL, NULL);
}
