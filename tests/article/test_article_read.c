/* What the cases in tests/article/cases do not show: roles, limits, ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "article/article.h"

static struct article_paths *paths;
static struct article_scratch *scratch;

static struct article *read_with(struct slice payload, enum article_format format,
                                 struct slice fallback_id, size_t max_bytes)
{
    struct article_input input = {
        .format = format, .paths = paths, .max_bytes = max_bytes, .max_depth = 64};
    struct article_coordinates coordinates = {
        .topic = SLICE_LITERAL("raw"), .partition = 2, .offset = 7};
    struct article *article = article_new(payload, coordinates, fallback_id);
    int result = article_read(article, &input, scratch);

    assert_int_equal(result, article->reason == REASON_NONE ? 0 : -1);
    return article;
}

static struct article *read_json(const char *payload)
{
    return read_with(slice_of_text(payload), FORMAT_JSON, (struct slice){0}, 1 << 20);
}

static void an_id_that_carries_its_version_is_taken_apart(void **state)
{
    char error[256];
    struct article *article;

    (void)state;
    assert_int_equal(
        article_paths_add(paths, ROLE_ID, "itemid as {id}:{version}", error, sizeof error), 0);
    article = read_json("{\"itemid\":\"ap-7:12\",\"body\":\"b\"}");
    assert_true(slice_is(article->texts[ROLE_ID], "ap-7"));
    assert_true(slice_is(article->texts[ROLE_VERSION], "12"));
    article_free(article);
    article = read_json("{\"itemid\":\"ap-7:12\",\"version\":3,\"body\":\"b\"}");
    assert_true(slice_is(article->texts[ROLE_ID], "ap-7"));
    assert_true(slice_is(article->texts[ROLE_VERSION], "3"));
    article_free(article);
    article = read_json("{\"itemid\":\"ap-7\",\"body\":\"b\"}");
    assert_true(slice_is(article->texts[ROLE_ID], "ap-7"));
    assert_true(slice_is_absent(article->texts[ROLE_VERSION]));
    article_free(article);
    article = read_json("{\"id\":\"own:1\",\"itemid\":\"ap-7:12\",\"body\":\"b\"}");
    assert_true(slice_is(article->texts[ROLE_ID], "own:1"));
    article_free(article);
}

static void the_words_for_a_kill_can_be_others(void **state)
{
    static const char *const words[] = {"tillbakadragen"};
    const struct option_list canceled = {words, 1};
    struct article_input input = {.format = FORMAT_JSON,
                                  .paths = paths,
                                  .max_bytes = 1 << 20,
                                  .max_depth = 64,
                                  .canceled = &canceled};
    static const struct {
        const char *payload;
        enum article_kind kind;
    } cases[] = {
        {"{\"id\":1,\"pubstatus\":\"TILLBAKADRAGEN\",\"body\":\"b\"}", KIND_KILL},
        {"{\"id\":1,\"pubstatus\":\"canceled\",\"body\":\"b\"}", KIND_ARTICLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct article *article = article_new(slice_of_text(cases[i].payload),
                                              (struct article_coordinates){0}, (struct slice){0});

        assert_int_equal(article_read(article, &input, scratch), 0);
        assert_int_equal(article->kind, cases[i].kind);
        article_free(article);
    }
}

static void roles_are_decoded(void **state)
{
    struct article *article = read_json(
        "{\"id\":\"a\\u002d1\",\"source\":\"afp\",\"version\":12,\"versioncreated\":\"2020\","
        "\"headline\":\"Rain \\u2013 again\",\"body\":\"It\\nrained.\",\"language\":\"en\","
        "\"pubstatus\":\"usable\",\"signal\":[\"sig:correction\"],\"ednote\":\"n\","
        "\"evolvedfrom\":\"a-0\"}");
    struct {
        enum article_role role;
        const char *text;
    } expected[] = {{ROLE_ID, "a-1"},
                    {ROLE_SOURCE, "afp"},
                    {ROLE_VERSION, "12"},
                    {ROLE_VERSIONCREATED, "2020"},
                    {ROLE_HEADLINE, "Rain – again"},
                    {ROLE_BODY, "It\nrained."},
                    {ROLE_LANGUAGE, "en"},
                    {ROLE_STATUS, "usable"},
                    {ROLE_SIGNAL, "[\"sig:correction\"]"},
                    {ROLE_EDNOTE, "n"},
                    {ROLE_EVOLVEDFROM, "a-0"}};

    (void)state;
    assert_int_equal(article->kind, KIND_ARTICLE);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(slice_is(article->texts[expected[i].role], expected[i].text));
    article_free(article);
}

static void a_text_without_escapes_is_read_in_place(void **state)
{
    struct article *article = read_json("{\"id\":\"a\",\"body\":\"It rained.\"}");
    const char *payload = article->payload.data;

    (void)state;
    assert_ptr_equal(article->texts[ROLE_BODY].data, payload + 18);
    article_free(article);
}

static void a_rejected_article_still_says_its_id(void **state)
{
    struct article *article = read_json("{\"id\":\"a-1\",\"body\":\"x\",}");

    (void)state;
    assert_int_equal(article->reason, REASON_MALFORMED_JSON);
    assert_true(slice_is(article->texts[ROLE_ID], "a-1"));
    assert_true(slice_is_absent(article->texts[ROLE_HEADLINE]));
    article_free(article);
}

static void a_tombstone_is_accepted_in_both_formats(void **state)
{
    (void)state;
    for (int format = FORMAT_JSON; format <= FORMAT_TEXT; format++) {
        struct article *article =
            read_with((struct slice){0}, (enum article_format)format, SLICE_LITERAL("key"), 10);

        assert_int_equal(article->kind, KIND_TOMBSTONE);
        assert_int_equal(article->reason, REASON_NONE);
        article_free(article);
    }
}

static void the_limit_on_size_comes_first_and_is_exact(void **state)
{
    struct slice payload = SLICE_LITERAL("{\"body\":\"x\"}");
    struct article *article = read_with(payload, FORMAT_JSON, (struct slice){0}, payload.length);

    (void)state;
    assert_int_equal(article->reason, REASON_NONE);
    article_free(article);
    article = read_with(payload, FORMAT_JSON, (struct slice){0}, payload.length - 1);
    assert_int_equal(article->reason, REASON_TOO_LARGE);
    assert_string_equal(article->reason_text, "the record has 12 bytes; limits.article accepts 11");
    article_free(article);
    article = read_with(SLICE_LITERAL("\xFF\xFF\xFF"), FORMAT_TEXT, (struct slice){0}, 2);
    assert_int_equal(article->reason, REASON_TOO_LARGE);
    article_free(article);
}

static void a_text_is_named_by_its_key(void **state)
{
    struct article *article =
        read_with(SLICE_LITERAL("It rained."), FORMAT_TEXT, SLICE_LITERAL("wire/7"), 100);

    (void)state;
    assert_true(slice_is(article->texts[ROLE_ID], "wire/7"));
    assert_true(slice_is(article->texts[ROLE_BODY], "It rained."));
    assert_true(slice_is_absent(article->texts[ROLE_HEADLINE]));
    article_free(article);
}

static void a_key_that_is_no_text_gives_way_to_the_coordinates(void **state)
{
    struct article *article =
        read_with(SLICE_LITERAL("It rained."), FORMAT_TEXT, SLICE_LITERAL("\xFF\x00\x01"), 100);

    (void)state;
    assert_true(slice_is(article->texts[ROLE_ID], "raw-2-7"));
    article_free(article);
}

static void a_text_may_hold_zero_bytes(void **state)
{
    struct article *article =
        read_with(SLICE_LITERAL("a\0b"), FORMAT_TEXT, SLICE_LITERAL("k"), 100);

    (void)state;
    assert_int_equal(article->reason, REASON_NONE);
    assert_int_equal(article->texts[ROLE_BODY].length, 3);
    article_free(article);
}

static void a_frame_is_kept_and_what_follows_is_read(void **state)
{
    const struct article_input input = {.format = FORMAT_JSON,
                                        .framing = FRAMING_CONFLUENT,
                                        .paths = paths,
                                        .max_bytes = 1000,
                                        .max_depth = 64};
    const struct slice framed = SLICE_LITERAL("\0\0\0\0\x2A{\"id\":1,\"body\":\"b\"}");
    struct article *article =
        article_new(framed, (struct article_coordinates){.offset = 1}, slice_of(NULL, 0));
    const struct article_made_by made_by = {SLICE_LITERAL("{}")};
    struct buffer out = {0};

    (void)state;
    assert_int_equal(article_read(article, &input, scratch), 0);
    assert_true(slice_is(article->texts[ROLE_BODY], "b"));
    article_render(article, FORMAT_JSON, &made_by, &out);
    assert_memory_equal(out.data, framed.data, framed.length - 1);
    assert_int_equal(out.data[out.length - 1], '}');
    buffer_free(&out);
    article_free(article);
}

static void a_value_without_the_frame_is_rejected(void **state)
{
    const struct article_input input = {.format = FORMAT_JSON,
                                        .framing = FRAMING_CONFLUENT,
                                        .paths = paths,
                                        .max_bytes = 1000,
                                        .max_depth = 64};
    const struct slice cases[] = {SLICE_LITERAL(""), SLICE_LITERAL("\0\0\0\0"),
                                  SLICE_LITERAL("{\"id\":1,\"body\":\"b\"}")};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct article *article =
            article_new(cases[i], (struct article_coordinates){.offset = 1}, slice_of(NULL, 0));

        assert_int_equal(article_read(article, &input, scratch), -1);
        assert_int_equal(article->reason, REASON_FRAMING);
        article_free(article);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_decoded),
        cmocka_unit_test(an_id_that_carries_its_version_is_taken_apart),
        cmocka_unit_test(the_words_for_a_kill_can_be_others),
        cmocka_unit_test(a_text_without_escapes_is_read_in_place),
        cmocka_unit_test(a_rejected_article_still_says_its_id),
        cmocka_unit_test(a_tombstone_is_accepted_in_both_formats),
        cmocka_unit_test(the_limit_on_size_comes_first_and_is_exact),
        cmocka_unit_test(a_text_is_named_by_its_key),
        cmocka_unit_test(a_key_that_is_no_text_gives_way_to_the_coordinates),
        cmocka_unit_test(a_text_may_hold_zero_bytes),
        cmocka_unit_test(a_frame_is_kept_and_what_follows_is_read),
        cmocka_unit_test(a_value_without_the_frame_is_rejected),
    };

    paths = article_paths_default();
    scratch = article_scratch_new();
    int failed = cmocka_run_group_tests_name("article_read", tests, NULL, NULL);

    article_scratch_free(scratch);
    article_paths_free(paths);
    return failed;
}
