#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "article/json_scan.h"

enum { DEPTH = 16, RANDOM_TEXTS = 200000, MAX_TEXT = 160 };

struct fixture {
    struct json_scanner *scanner;
    struct article_paths *paths;
    struct arena arena;
    struct json_found found;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.scanner = json_scanner_new(), .paths = article_paths_default()};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    json_scanner_free(fixture->scanner);
    article_paths_free(fixture->paths);
    arena_free(&fixture->arena);
    return 0;
}

static int scan(struct fixture *fixture, struct slice text)
{
    arena_reset(&fixture->arena, 1 << 16);
    return json_scan(fixture->scanner, text, fixture->paths, DEPTH, &fixture->arena,
                     &fixture->found);
}

static void assert_field(const struct fixture *fixture, enum article_role role, const char *json)
{
    struct slice found = fixture->found.fields[role].json;

    if (!slice_equal(found, slice_of_text(json)) || slice_is_absent(found) != (json == NULL))
        fail_msg("%s is %.*s", article_role_name(role), SLICE_FORMAT(found));
}

static void the_first_alternative_that_is_not_null_wins(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"guid\":1,\"uri\":\"u\",\"id\":null}")), 0);
    assert_field(fixture, ROLE_ID, "\"u\"");
    assert_true(fixture->found.fields[ROLE_ID].is_string);
    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"id\":\"\",\"guid\":\"g\"}")), 0);
    assert_field(fixture, ROLE_ID, "\"\"");
    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"id\":null}")), 0);
    assert_field(fixture, ROLE_ID, NULL);
}

static void values_that_are_no_strings_are_found_as_their_text(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"version\": 1.50e3 ,\"id\":[1, {\"a\":2}] ,"
                                                 "\"source\":{ },\"status\":0}")),
                     0);
    assert_field(fixture, ROLE_VERSION, "1.50e3");
    assert_field(fixture, ROLE_ID, "[1, {\"a\":2}]");
    assert_field(fixture, ROLE_SOURCE, "{ }");
    assert_false(fixture->found.fields[ROLE_ID].is_string);
}

static void paths_lead_into_objects_and_arrays(void **state)
{
    struct fixture *fixture = *state;
    char error[128];

    article_paths_add(fixture->paths, ROLE_EDNOTE, "a.b[1].\"c.d\"", error, sizeof error);
    article_paths_add(fixture->paths, ROLE_SIGNAL, "a.b", error, sizeof error);
    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"x\":{\"b\":[0,{\"c.d\":0}]},"
                                                 "\"a\":{\"b\":[{\"c.d\":1},{\"c\":{\"d\":2},"
                                                 "\"c\\u002ed\":\"here\"},{\"c.d\":3}]}}")),
                     0);
    assert_field(fixture, ROLE_EDNOTE, "\"here\"");
    assert_field(fixture, ROLE_SIGNAL,
                 "[{\"c.d\":1},{\"c\":{\"d\":2},\"c\\u002ed\":\"here\"},{\"c.d\":3}]");
}

static void what_was_found_before_a_problem_stays(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(scan(fixture, SLICE_LITERAL("{\"id\":\"a-1\",\"body\":\"x")), -1);
    assert_field(fixture, ROLE_ID, "\"a-1\"");
    assert_field(fixture, ROLE_BODY, NULL);
}

static void the_cut_takes_one_comma(void **state)
{
    struct fixture *fixture = *state;
    struct {
        const char *text;
        size_t start, end;
        uint32_t members;
    } cases[] = {{"{\"enrichment\":1}", 1, 15, 0},
                 {"{ \"enrichment\":1 , \"a\":2}", 2, 18, 1},
                 {"{\"a\":2 , \"enrichment\":1 }", 7, 23, 1},
                 {"{\"a\":2,\"enrichment\":[{}],\"b\":3}", 6, 24, 2},
                 {"{\"a\":{\"enrichment\":1}}", 0, 0, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(scan(fixture, slice_of_text(cases[i].text)), 0);
        assert_int_equal(fixture->found.cut_start, cases[i].start);
        assert_int_equal(fixture->found.cut_end, cases[i].end);
        assert_int_equal(fixture->found.members, cases[i].members);
        assert_int_equal(fixture->found.close, strlen(cases[i].text) - 1);
    }
}

static void content_is_any_member_beside_the_life_cycle(void **state)
{
    struct fixture *fixture = *state;
    struct {
        const char *text;
        bool content;
    } cases[] = {{"{\"id\":1,\"version\":2,\"ednote\":\"x\"}", false},
                 {"{\"id\":1,\"enrichment\":{}}", false},
                 {"{\"id\":1,\"headline\":null}", true},
                 {"{\"id\":1,\"urgency\":2}", true}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(scan(fixture, slice_of_text(cases[i].text)), 0);
        assert_int_equal(fixture->found.has_content, cases[i].content);
    }
}

static void many_members_are_compared_with_one_another(void **state)
{
    struct fixture *fixture = *state;
    struct buffer text = {0};

    buffer_append_text(&text, "{\"n7777\":0");
    for (int i = 0; i < 20000; i++)
        buffer_append_format(&text, ",\"n%d\":0", i);
    buffer_append_byte(&text, '}');
    assert_int_equal(scan(fixture, buffer_slice(&text)), -1);
    assert_int_equal(fixture->found.problem.reason, REASON_DUPLICATE_KEY);
    assert_non_null(strstr(fixture->found.problem.text, "\"n7777\""));
    buffer_free(&text);
}

static void the_second_of_a_few_equal_members_is_told(void **state)
{
    struct fixture *fixture = *state;
    const char *text = "{\"a\":1,\"b\":2,\"c\":3,\"\\u0062\":4,\"a\":5}";

    assert_int_equal(scan(fixture, slice_of_text(text)), -1);
    assert_int_equal(fixture->found.problem.reason, REASON_DUPLICATE_KEY);
    assert_non_null(strstr(fixture->found.problem.text, "column 20"));
}

static void the_depth_is_counted_exactly(void **state)
{
    struct fixture *fixture = *state;

    for (int depth = 1; depth <= DEPTH + 1; depth++) {
        struct buffer text = {0};

        buffer_append_text(&text, "{\"a\":");
        for (int i = 1; i < depth; i++)
            buffer_append_byte(&text, '[');
        for (int i = 1; i < depth; i++)
            buffer_append_byte(&text, ']');
        buffer_append_text(&text, depth == 1 ? "0}" : "}");
        assert_int_equal(scan(fixture, buffer_slice(&text)), depth <= DEPTH ? 0 : -1);
        buffer_free(&text);
    }
    assert_int_equal(fixture->found.problem.reason, REASON_TOO_DEEP);
}

/* --- against jansson --- */

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

/* Pieces that make valid JSON often enough. */
static size_t random_text(char *text)
{
    static const char *const PIECES[] = {"{",           "}",
                                         "[",           "]",
                                         ",",           ":",
                                         "\"a\"",       "\"b\"",
                                         "\"\\n\"",     "\"é\"",
                                         "\"",          "true",
                                         "false",       "null",
                                         "0",           "12",
                                         "-1.5",        "1e3",
                                         "01",          " ",
                                         "\n",          "\\",
                                         "\\u00",       "\"\\u00e9\"",
                                         "\"\\uD800\"", "\xFF",
                                         "\xC3",        "\x01",
                                         "\"c\":1",     "\"d\":[]",
                                         ",\"e\":",     "nul",
                                         "-",           ".",
                                         "1.",          "{\"a\":",
                                         "[1,",         "\"\\ud83c\\udf0d\""};
    size_t length = 0;
    uint32_t pieces = 1 + random_below(14);

    if (random_below(2) == 0)
        text[length++] = '{';
    for (uint32_t i = 0; i < pieces; i++) {
        const char *piece = PIECES[random_below(sizeof PIECES / sizeof *PIECES)];

        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    if (random_below(2) == 0)
        text[length++] = '}';
    return length;
}

/* One byte of a valid text changed, dropped or doubled. */
static size_t changed_text(char *text)
{
    static const char VALID[] = "{\"id\": \"a\\u00e9\\n\", \"n\": [1, -2.5e+3, 0.1, true, null], "
                                "\"o\": {\"k\": {}, \"l\": [[], {}]}, \"body\": \"日本 x\"}";
    size_t length = sizeof VALID - 1;
    size_t at = random_below((uint32_t)length);

    memcpy(text, VALID, length);
    switch (random_below(3)) {
    case 0:
        text[at] = (char)random_below(256);
        break;
    case 1:
        memmove(text + at, text + at + 1, length - at - 1);
        length--;
        break;
    default:
        memmove(text + at + 1, text + at, length - at);
        length++;
        break;
    }
    return length;
}

static bool is_ours_to_accept(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);

    /* Duplicates below the top and NUL in names are the producer's own. */
    return code == json_error_duplicate_key || code == json_error_numeric_overflow ||
           code == json_error_null_byte_in_key;
}

static void assert_agrees_with_jansson(struct fixture *fixture, struct slice text)
{
    json_error_t error = {0};
    json_t *value = json_loadb(text.data, text.length,
                               JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    bool expected = json_is_object(value);
    bool accepted = scan(fixture, text) == 0;

    json_decref(value);
    if (value == NULL && accepted && is_ours_to_accept(&error))
        return;
    if (accepted != expected)
        fail_msg("%.*s: we %s, jansson: %s; %s", SLICE_FORMAT(text), accepted ? "accept" : "refuse",
                 error.text, fixture->found.problem.text);
}

static void random_texts_are_accepted_where_jansson_accepts_them(void **state)
{
    char text[MAX_TEXT * 2];
    int accepted = 0;

    random_state = 1960;
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        size_t length = i % 2 == 0 ? random_text(text) : changed_text(text);

        assert_agrees_with_jansson(*state, slice_of(text, length));
        accepted += ((struct fixture *)*state)->found.problem.reason == REASON_NONE;
    }
    assert_true(accepted > RANDOM_TEXTS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_alternative_that_is_not_null_wins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(values_that_are_no_strings_are_found_as_their_text, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(paths_lead_into_objects_and_arrays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_found_before_a_problem_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cut_takes_one_comma, set_up, tear_down),
        cmocka_unit_test_setup_teardown(content_is_any_member_beside_the_life_cycle, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_members_are_compared_with_one_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_second_of_a_few_equal_members_is_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_depth_is_counted_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_texts_are_accepted_where_jansson_accepts_them,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests_name("json_scan", tests, NULL, NULL);
}
