/* The processor in a chain: options, lists of boilerplate, articles in flight. What verdicts mean
 * is told by cases/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "processors/duplicates/mix.h"
#include "tests/processors/harness.h"

enum { STORY_WORDS = 60, STANDING_WORDS = 40 };

static void assert_problem(const char *processors, const char *part)
{
    char *problems = harness_problems(processors);

    if (strstr(problems, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, problems);
    free(problems);
}

static void options_that_cannot_hold_are_refused_with_a_sentence(void **state)
{
    (void)state;
    assert_problem("- duplicates: {scope: group, clock: article}\n", "a topic of its own");
    assert_problem("- duplicates: {scope: cluster}\n", "scope");
    assert_problem("- duplicates: {window: 0s}\n", "window");
    assert_problem("- duplicates: {articles: 0}\n", "articles");
}

/* Words of a story that no other number has, then count words of the newsroom's standing text. */
static void story(struct buffer *json, const char *id, uint64_t number, int standing)
{
    buffer_clear(json);
    buffer_append_format(json, "{\"id\":\"%s\",\"body\":\"", id);
    for (uint64_t i = 0; i < STORY_WORDS; i++)
        buffer_append_format(json, "w%llx ",
                             (unsigned long long)mix(number * STORY_WORDS + i + 1) >> 40);
    for (int i = 0; i < standing; i++)
        buffer_append_format(json, "standing%c%c ", 'a' + i % 26, 'a' + i / 26);
    buffer_append_text(json, "\"}");
}

static enum duplicate_verdict push(struct harness *harness, struct slice payload)
{
    assert_int_equal(harness_push_bytes(harness, payload), CHAIN_DONE);
    return harness_article(harness)->results.duplicate->verdict;
}

static void push_stories(struct harness *harness, uint64_t first, uint64_t count)
{
    struct buffer json = {0};

    for (uint64_t i = first; i < first + count; i++) {
        char id[32];

        snprintf(id, sizeof id, "s%llu", (unsigned long long)i);
        story(&json, id, i, i % 8 == 0 ? STANDING_WORDS : 0);
        harness_push_bytes(harness, buffer_slice(&json));
    }
    buffer_free(&json);
}

/* Ten words of news in front of forty that stand under everything: alike until those are known. */
static enum duplicate_verdict push_flash(struct harness *harness, const char *id, const char *news)
{
    struct buffer json = {0};

    buffer_append_format(&json, "{\"id\":\"%s\",\"body\":\"%s ", id, news);
    for (int i = 0; i < STANDING_WORDS; i++)
        buffer_append_format(&json, "standing%c%c ", 'a' + i % 26, 'a' + i / 26);
    buffer_append_text(&json, "\"}");
    enum duplicate_verdict verdict = push(harness, buffer_slice(&json));

    buffer_free(&json);
    return verdict;
}

static void standing_text_is_left_out_once_it_is_known(void **state)
{
    struct harness *harness = harness_new("- duplicates: {}\n");

    (void)state;
    push_flash(harness, "a", "The harbour of Holm is closed since noon because of fog and ice");
    assert_int_equal(
        push_flash(harness, "b", "Parliament elected a new speaker today by seven votes only"),
        VERDICT_NEAR);
    push_stories(harness, 1, 600);
    assert_int_equal(
        push_flash(harness, "c", "Two climbers were found alive on the north face this morning"),
        VERDICT_NEW);
    assert_int_equal(
        push_flash(harness, "d", "Two climbers were found alive on the north face this morning"),
        VERDICT_EXACT);
    harness_free(harness);
}

/* Fingerprints are made in order of settling, so that it does not matter how far a worker was
 * ahead. */
static void verdicts_do_not_depend_on_what_is_in_flight(void **state)
{
    enum { STORIES = 700, IN_FLIGHT = 100 };
    struct harness *one = harness_new("- duplicates: {}\n");
    struct harness *many = harness_new("- duplicates: {}\n");
    struct article *articles[IN_FLIGHT];
    struct buffer json = {0};
    char id[32];

    (void)state;
    for (uint64_t first = 0; first < STORIES; first += IN_FLIGHT) {
        for (uint64_t i = 0; i < IN_FLIGHT; i++) {
            enum chain_outcome outcome;

            snprintf(id, sizeof id, "s%llu", (unsigned long long)(first + i));
            story(&json, id, (first + i) * 7 / 9, STANDING_WORDS);
            articles[i] = harness_process(many, buffer_slice(&json), &outcome);
            assert_int_equal(outcome, CHAIN_DONE);
        }
        for (uint64_t i = 0; i < IN_FLIGHT; i++) {
            snprintf(id, sizeof id, "s%llu", (unsigned long long)(first + i));
            story(&json, id, (first + i) * 7 / 9, STANDING_WORDS);
            harness_push_bytes(one, buffer_slice(&json));
            assert_int_equal(harness_settle(many, articles[i]), CHAIN_DONE);
            const struct duplicate_result *a = harness_article(one)->results.duplicate;
            const struct duplicate_result *b = articles[i]->results.duplicate;

            assert_int_equal(a->verdict, b->verdict);
            assert_int_equal(a->similarity, b->similarity);
            assert_true(slice_equal(a->of, b->of));
            article_free(articles[i]);
        }
    }
    buffer_free(&json);
    harness_free(one);
    harness_free(many);
}

static void an_id_that_is_too_long_is_known_by_its_hash(void **state)
{
    struct harness *harness = harness_new("- duplicates: {}\n");
    struct buffer json = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        buffer_clear(&json);
        buffer_append_text(&json, "{\"id\":\"");
        for (int j = 0; j < 3000; j++)
            buffer_append_byte(&json, 'x');
        buffer_append_text(&json, "\",\"body\":\"One two three.\"}");
        enum duplicate_verdict verdict = push(harness, buffer_slice(&json));

        assert_int_equal(verdict, i == 0 ? VERDICT_NEW : VERDICT_EXACT);
    }
    const struct duplicate_result *result = harness_article(harness)->results.duplicate;

    assert_int_equal(result->by, EVIDENCE_IDENTITY);
    assert_true(slice_is(result->of, "articles-0-1"));
    buffer_free(&json);
    harness_free(harness);
}

static void the_enrichment_has_the_verdict(void **state)
{
    struct harness *harness = harness_new("- duplicates: {}\n");
    const char *body = "A headline of its own makes no other story, nor does a house of its own, "
                       "as long as the text is the one that the wire had sent to all of them.";

    (void)state;
    json_t *first = json_object_get(harness_enrich_text(harness, "One", body), "duplicate");

    assert_string_equal(json_string_value(json_object_get(first, "verdict")), "new");
    assert_null(json_object_get(first, "of"));
    assert_int_equal(
        harness_push(harness, "{\"id\":\"2\",\"title\":\"Other\",\"text\":\"A headline of its own "
                              "makes no other story, nor does a house of its own, as long as the "
                              "text is the one that the wire had sent to all of them.\"}"),
        CHAIN_DONE);
    json_t *second = json_object_get(harness_enrichment(harness), "duplicate");

    assert_string_equal(json_string_value(json_object_get(second, "verdict")), "near");
    assert_string_equal(json_string_value(json_object_get(second, "of")), "1");
    assert_string_equal(json_string_value(json_object_get(second, "by")), "text");
    assert_true(json_is_real(json_object_get(second, "similarity")));
    harness_free(harness);
}

static struct article *settle_bound_for(struct harness *harness, const char *payload,
                                        const char *destinations)
{
    enum chain_outcome outcome;
    struct article *article = harness_process(harness, slice_of_text(payload), &outcome);

    assert_int_equal(outcome, CHAIN_DONE);
    if (destinations != NULL)
        article->destinations = slice_of_text(destinations);
    assert_int_equal(harness_settle(harness, article), CHAIN_DONE);
    return article;
}

static void assert_kill_is_bound_for(struct harness *harness, const char *id,
                                     const char *destinations, enum duplicate_verdict verdict)
{
    char payload[64];

    snprintf(payload, sizeof payload, "{\"id\":\"%s\",\"pubstatus\":\"canceled\"}", id);
    struct article *kill = settle_bound_for(harness, payload, NULL);
    const struct duplicate_result *result = kill->results.duplicate;

    assert_int_equal(result->verdict, VERDICT_KILL);
    if (destinations == NULL) {
        assert_true(slice_is_absent(result->destinations));
    } else {
        assert_true(slice_is(result->destinations, destinations));
        assert_int_equal(result->killed_verdict, verdict);
    }
    article_free(kill);
}

static void a_kill_brings_back_where_the_killed_article_went(void **state)
{
    struct harness *harness = harness_new("- duplicates: {}\n");
    static const char *const sent[][2] = {
        {"{\"id\":\"a\",\"version\":1,\"body\":\"One two three.\"}", "first"},
        {"{\"id\":\"a\",\"version\":3,\"body\":\"Four five six.\"}", "second"},
        {"{\"id\":\"a\",\"version\":3,\"body\":\"Four five six.\"}", "retry"},
        {"{\"id\":\"a\",\"version\":2,\"body\":\"Seven eight nine.\"}", "stale"},
        {"{\"id\":\"b\",\"body\":\"One two three.\"}", "copy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        article_free(settle_bound_for(harness, sent[i][0], sent[i][1]));
    assert_kill_is_bound_for(harness, "a", "second", VERDICT_REVISION);
    assert_kill_is_bound_for(harness, "a", "second", VERDICT_REVISION);
    assert_kill_is_bound_for(harness, "b", "copy", VERDICT_EXACT);
    assert_kill_is_bound_for(harness, "c", NULL, VERDICT_NEW);
    harness_free(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_cannot_hold_are_refused_with_a_sentence),
        cmocka_unit_test(standing_text_is_left_out_once_it_is_known),
        cmocka_unit_test(verdicts_do_not_depend_on_what_is_in_flight),
        cmocka_unit_test(an_id_that_is_too_long_is_known_by_its_hash),
        cmocka_unit_test(the_enrichment_has_the_verdict),
        cmocka_unit_test(a_kill_brings_back_where_the_killed_article_went),
    };

    return cmocka_run_group_tests_name("duplicates", tests, NULL, NULL);
}
