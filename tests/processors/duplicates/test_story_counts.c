#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/duplicates/mix.h"
#include "processors/duplicates/story_counts.h"

enum { PHRASE = 20, STORY = 200 };

/* A story of its own words, with a phrase of the newsroom in it. */
static void add_story(struct story_counts *counts, uint64_t story, bool with_phrase)
{
    uint64_t hashes[STORY];

    for (uint64_t i = 0; i < STORY; i++)
        hashes[i] = mix(with_phrase && i < PHRASE ? i + 1 : story * 100000 + i + 5000);
    story_counts_add(counts, hashes, STORY);
}

static void what_eight_stories_share_is_listed(void **state)
{
    struct story_counts *counts = story_counts_new();
    uint32_t count;

    (void)state;
    for (uint64_t story = 1; story < STORY_COUNTS_THRESHOLD; story++)
        add_story(counts, story, true);
    story_counts_list(counts, &count);
    assert_int_equal(count, 0);
    add_story(counts, STORY_COUNTS_THRESHOLD, true);
    const uint32_t *tags = story_counts_list(counts, &count);

    assert_int_equal(count, PHRASE);
    for (uint64_t i = 0; i < PHRASE; i++) {
        bool found = false;

        for (uint32_t j = 0; j < count; j++)
            found |= tags[j] == boilerplate_tag(mix(i + 1));
        assert_true(found);
    }
    story_counts_free(counts);
}

static void one_story_that_repeats_itself_lists_nothing(void **state)
{
    struct story_counts *counts = story_counts_new();
    uint64_t hashes[64];
    uint32_t count;

    (void)state;
    for (int i = 0; i < 64; i++)
        hashes[i] = mix(7);
    story_counts_add(counts, hashes, 64);
    story_counts_list(counts, &count);
    assert_int_equal(count, 0);
    story_counts_free(counts);
}

static void unrelated_stories_list_hardly_anything(void **state)
{
    struct story_counts *counts = story_counts_new();
    uint32_t count;

    (void)state;
    for (uint64_t story = 1; story <= 2 * STORY_COUNTS_WINDOW; story++)
        add_story(counts, story, false);
    story_counts_list(counts, &count);
    assert_in_range(count, 0, 20);
    assert_int_equal(story_counts_stories(counts), 2 * STORY_COUNTS_WINDOW);
    story_counts_free(counts);
}

static void what_is_not_said_any_more_leaves_the_list(void **state)
{
    struct story_counts *counts = story_counts_new();
    uint32_t count;

    (void)state;
    for (uint64_t story = 1; story <= STORY_COUNTS_THRESHOLD; story++)
        add_story(counts, story, true);
    story_counts_list(counts, &count);
    assert_int_equal(count, PHRASE);
    for (uint64_t story = 100; story_counts_stories(counts) < 3 * STORY_COUNTS_WINDOW; story++)
        add_story(counts, story, false);
    const uint32_t *tags = story_counts_list(counts, &count);

    for (uint32_t i = 0; i < count; i++)
        assert_true(tags[i] != boilerplate_tag(mix(1)));
    story_counts_free(counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_eight_stories_share_is_listed),
        cmocka_unit_test(one_story_that_repeats_itself_lists_nothing),
        cmocka_unit_test(unrelated_stories_list_hardly_anything),
        cmocka_unit_test(what_is_not_said_any_more_leaves_the_list),
    };

    return cmocka_run_group_tests_name("story counts", tests, NULL, NULL);
}
