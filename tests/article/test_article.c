#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "article/article.h"
#include "base/hash.h"

static struct article *article_of(const char *payload)
{
    struct article_coordinates coordinates = {.topic = SLICE_LITERAL("raw"), .partition = 1};

    return article_new(slice_of_text(payload), coordinates, SLICE_LITERAL("key"));
}

static void an_article_keeps_copies_of_what_it_is_given(void **state)
{
    char payload[] = "payload";
    char topic[] = "raw";
    char key[] = "key";
    struct article_coordinates coordinates = {
        .topic = slice_of_text(topic), .partition = 3, .offset = INT64_C(1) << 40};
    struct article *article = article_new(slice_of_text(payload), coordinates, slice_of_text(key));

    (void)state;
    payload[0] = topic[0] = key[0] = '!';
    assert_true(slice_is(article->payload, "payload"));
    assert_true(slice_is(article->coordinates.topic, "raw"));
    assert_true(slice_is(article->fallback_id, "key"));
    assert_int_equal(article->coordinates.partition, 3);
    assert_true(article->coordinates.offset == INT64_C(1) << 40);
    assert_true(article->coordinates.payload_hash == hash_bytes(SLICE_LITERAL("payload")));
    article_free(article);
}

static void an_empty_payload_is_no_tombstone(void **state)
{
    struct article *empty = article_of("");
    struct article *tombstone = article_of(NULL);

    (void)state;
    assert_false(slice_is_absent(empty->payload));
    assert_true(slice_is_absent(tombstone->payload));
    article_free(empty);
    article_free(tombstone);
    article_free(NULL);
}

static void views_are_built_once_and_are_the_articles_own(void **state)
{
    struct article_scratch *scratch = article_scratch_new();
    struct article *first = article_of("");
    struct article *second = article_of("");

    (void)state;
    first->texts[ROLE_HEADLINE] = SLICE_LITERAL("One two");
    first->texts[ROLE_BODY] = SLICE_LITERAL("Three");
    second->texts[ROLE_BODY] = SLICE_LITERAL("Four five six");
    first->scratch = second->scratch = scratch;
    const struct text_view *headline = article_view(first, ROLE_HEADLINE);
    const struct text_view *body = article_view(first, ROLE_BODY);

    assert_int_equal(headline->token_count, 2);
    assert_int_equal(body->token_count, 1);
    assert_ptr_equal(article_view(first, ROLE_BODY), body);
    assert_int_equal(article_view(second, ROLE_BODY)->token_count, 3);
    assert_int_equal(article_view(second, ROLE_HEADLINE)->token_count, 0);
    assert_int_equal(article_view(first, ROLE_BODY)->token_count, 1);
    assert_int_equal(article_view(first, ROLE_ID)->token_count, 0);
    article_free(first);
    article_free(second);
    article_scratch_free(scratch);
}

static void a_rejection_has_reason_text_and_processor(void **state)
{
    struct article *article = article_of("x");

    (void)state;
    assert_int_equal(article_reject(article, REASON_REJECTED, "language", "no %s", "words"), -1);
    assert_int_equal(article->reason, REASON_REJECTED);
    assert_string_equal(article->reason_text, "no words");
    assert_string_equal(article->reason_processor, "language");
    article_free(article);
}

static void a_long_reason_is_cut_between_code_points(void **state)
{
    struct article *article = article_of("x");
    char text[2 * sizeof article->reason_text] = "x";

    (void)state;
    for (size_t i = 1; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "é", 3);
    article_reject(article, REASON_REJECTED, NULL, "%s", text);
    assert_int_equal(strlen(article->reason_text), sizeof article->reason_text - 1);
    article_reject(article, REASON_REJECTED, NULL, "%s", text + 1);
    assert_int_equal(strlen(article->reason_text), sizeof article->reason_text - 2);
    article_free(article);
}

static void reasons_have_the_contracts_names(void **state)
{
    static const char *const NAMES[REASON_COUNT] = {
        "none",     "malformed_json", "not_an_object",   "invalid_utf8", "duplicate_key",
        "no_body",  "too_large",      "too_deep",        "too_slow",     "framing",
        "rejected", "crashed",        "output_too_large"};

    (void)state;
    for (int reason = 0; reason < REASON_COUNT; reason++)
        assert_string_equal(article_reason_name((enum article_reason)reason), NAMES[reason]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_article_keeps_copies_of_what_it_is_given),
        cmocka_unit_test(an_empty_payload_is_no_tombstone),
        cmocka_unit_test(views_are_built_once_and_are_the_articles_own),
        cmocka_unit_test(a_rejection_has_reason_text_and_processor),
        cmocka_unit_test(a_long_reason_is_cut_between_code_points),
        cmocka_unit_test(reasons_have_the_contracts_names),
    };

    return cmocka_run_group_tests_name("article", tests, NULL, NULL);
}
