#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/view.h"

static const struct view_options plain = {.columns = 80};
static const struct view_options coloured = {.columns = 80, .colour = true};

/* A page, NUL-terminated; freed by the next call and at the end. */
static const char *page_of(const struct article *article, const struct view_options *options)
{
    static struct buffer page;

    buffer_clear(&page);
    if (article == NULL) {
        buffer_free(&page);
        return NULL;
    }
    view_article(article, options, &page);
    buffer_append_byte(&page, '\0');
    return page.data;
}

static int forget_page(void **state)
{
    (void)state;
    page_of(NULL, NULL);
    return 0;
}

static void head_names_language_and_verdict_with_its_reason(void **state)
{
    const struct language_result language = {.tag = SLICE_LITERAL("zh-Hans"),
                                             .script = SLICE_LITERAL("Hans"),
                                             .confidence = 990,
                                             .declared = SLICE_LITERAL("ja"),
                                             .agrees = false};
    const struct duplicate_result duplicate = {
        .verdict = VERDICT_NEAR, .of = SLICE_LITERAL("wire-1"), .similarity = 873};
    const struct article article = {
        .texts[ROLE_ID] = SLICE_LITERAL("wire-2"),
        .results = {.language = &language, .duplicate = &duplicate},
    };

    (void)state;
    assert_string_equal(
        page_of(&article, &plain),
        "━━ wire-2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━\n"
        "language   Chinese (Simplified) (zh-Hans), Simplified Han script (Hans),\n"
        "           confidence 0.99; declared ja, which it is not\n"
        "duplicate  near: 87.3 % the same text as wire-1\n"
        "\n");
}

static const struct slice baku_ids[] = {{"gn:587084", 9}, {"wd:Q9248", 8}};

static void entities_are_marked_in_the_text_and_listed_below(void **state)
{
    const struct entity_mention baku[] = {
        {ROLE_BODY, 5, 9, SLICE_LITERAL("Baku")},
        {ROLE_HEADLINE, 0, 4, SLICE_LITERAL("Baku")},
        {ROLE_BODY, 23, 27, SLICE_LITERAL("Baku")},
    };
    const struct entity_mention opec[] = {{ROLE_BODY, 10, 14, SLICE_LITERAL("OPEC")}};
    const struct entity_mention curie[] = {{ROLE_BODY, 15, 22, SLICE_LITERAL("M Curie")}};
    const struct entity entities[] = {
        {ENTITY_PERSON, SLICE_LITERAL("Marie Curie"), NULL, 0, curie, 1},
        {ENTITY_ORGANISATION, SLICE_LITERAL("OPEC"), NULL, 0, opec, 1},
        {ENTITY_PLACE, SLICE_LITERAL("Baku"), baku_ids, 2, baku, 3},
    };
    const struct entities_result result = {entities, 3};
    const struct article article = {
        .texts[ROLE_HEADLINE] = SLICE_LITERAL("Baku"),
        .texts[ROLE_BODY] = SLICE_LITERAL("from Baku OPEC M Curie Baku"),
        .results = {.entities = &result},
    };

    (void)state;
    const char *page = page_of(&article, &plain);

    assert_non_null(strstr(page, "\n\n  ⟦Baku⟧\n\n  from ⟦Baku⟧ ⟨OPEC⟩ ⟪M Curie⟫ ⟦Baku⟧\n\n"));
    assert_non_null(strstr(page, "\n  ⟦place⟧         3     Baku                    gn:587084\n"
                                 "  ⟨organisation⟩  1     OPEC\n"
                                 "  ⟪person⟫        1     Marie Curie                             "
                                 "M Curie\n"));
}

static void a_mention_inside_another_is_not_marked_twice(void **state)
{
    const struct entity_mention outer[] = {{ROLE_BODY, 0, 8, SLICE_LITERAL("New York")}};
    const struct entity_mention inner[] = {{ROLE_BODY, 4, 8, SLICE_LITERAL("York")},
                                           {ROLE_BODY, 9, 13, SLICE_LITERAL("York")}};
    const struct entity entities[] = {
        {ENTITY_PLACE, SLICE_LITERAL("New York"), NULL, 0, outer, 1},
        {ENTITY_PLACE, SLICE_LITERAL("York"), NULL, 0, inner, 2},
    };
    const struct entities_result result = {entities, 2};
    const struct article article = {.texts[ROLE_BODY] = SLICE_LITERAL("New York York"),
                                    .results = {.entities = &result}};

    (void)state;
    assert_non_null(strstr(page_of(&article, &plain), "\n  ⟦New York⟧ ⟦York⟧\n"));
}

static void right_to_left_text_is_marked_in_logical_order(void **state)
{
    const struct entity_mention baku[] = {{ROLE_BODY, 4, 8, SLICE_LITERAL("باكو")}};
    const struct entity entity = {ENTITY_PLACE, SLICE_LITERAL("Baku"), NULL, 0, baku, 1};
    const struct entities_result result = {&entity, 1};
    const struct article article = {.texts[ROLE_BODY] = SLICE_LITERAL("في لباكو أمس"),
                                    .results = {.entities = &result}};

    (void)state;
    const char *page = page_of(&article, &plain);

    assert_non_null(strstr(page, "\n  في ل⟦باكو⟧ أمس\n"));
    assert_non_null(strstr(page, "Baku                                    باكو\n"));
}

static void markup_is_left_out_and_paragraphs_stay_apart(void **state)
{
    const struct entity_mention cologne[] = {{ROLE_BODY, 3, 7, SLICE_LITERAL("Köln")},
                                             {ROLE_BODY, 22, 31, SLICE_LITERAL("K&ouml;ln")}};
    const struct entity entity = {ENTITY_PLACE, SLICE_LITERAL("Cologne"), NULL, 0, cologne, 2};
    const struct entities_result result = {&entity, 1};
    const struct article article = {
        .texts[ROLE_BODY] = SLICE_LITERAL("<p>Köln &amp; x</p><p>K&ouml;ln <b>2 < 3</b></p>"),
        .results = {.entities = &result}};

    (void)state;
    assert_non_null(strstr(page_of(&article, &plain), "\n\n  ⟦Köln⟧ & x\n\n  ⟦Köln⟧ 2 < 3\n\n"));
}

static void colour_is_added_to_the_marks(void **state)
{
    const struct entity_mention baku[] = {{ROLE_BODY, 0, 4, SLICE_LITERAL("Baku")}};
    const struct entity entity = {ENTITY_PLACE, SLICE_LITERAL("Baku"), NULL, 0, baku, 1};
    const struct entities_result result = {&entity, 1};
    const struct article article = {.texts[ROLE_BODY] = SLICE_LITERAL("Baku."),
                                    .results = {.entities = &result}};

    (void)state;
    assert_non_null(strstr(page_of(&article, &coloured), "  \x1b[36m⟦Baku⟧\x1b[0m.\n"));
    assert_null(strchr(page_of(&article, &plain), '\x1b'));
}

static void nothing_from_an_article_steers_the_terminal(void **state)
{
    static const char hostile[] = "\x1b]0;owned\a\x1b[2J\xC2\x9B"
                                  "31m\r\b";
    const struct slice text = SLICE_LITERAL(hostile);
    const struct duplicate_result duplicate = {.verdict = VERDICT_NEAR, .of = text};
    const struct language_result language = {.tag = SLICE_LITERAL("en"), .declared = text};
    const struct plugin_section section = {SLICE_LITERAL("x"), text};
    const struct entity_mention mention[] = {{ROLE_BODY, 0, 2, text}};
    const struct entity entity = {ENTITY_PLACE, text, &text, 1, mention, 1};
    const struct entities_result entities = {&entity, 1};
    const struct article article = {
        .texts = {[ROLE_ID] = text, [ROLE_HEADLINE] = text, [ROLE_BODY] = text},
        .results = {&language, &entities, &duplicate, &section, 1},
    };

    (void)state;
    for (const char *c = page_of(&article, &plain); *c != '\0'; c++)
        assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
    assert_null(strstr(page_of(&article, &plain), "\xC2\x9B"));
}

static void no_line_is_wider_than_the_page(void **state)
{
    static char long_text[2000];
    const struct slice text = {long_text, sizeof long_text};

    (void)state;
    memset(long_text, 'x', sizeof long_text);
    const struct entity_mention mention[] = {{ROLE_BODY, 3, 1900, text}};
    const struct entity entity = {ENTITY_ORGANISATION, text, &text, 1, mention, 1};
    const struct entities_result entities = {&entity, 1};
    const struct article article = {
        .texts = {[ROLE_ID] = text, [ROLE_HEADLINE] = text, [ROLE_BODY] = text},
        .results = {.entities = &entities},
    };
    const struct view_options narrow = {.columns = 40};
    unsigned columns = 0;

    /* Only marks, lines and the ellipsis are beyond ASCII here, and each is one column wide. */
    for (const char *c = page_of(&article, &narrow); *c != '\0'; c++) {
        columns = *c == '\n' ? 0 : columns + ((*c & 0xC0) != 0x80);
        assert_true(columns <= 40);
    }
}

static void a_rejected_article_says_why_and_where(void **state)
{
    struct article article = {.reason = REASON_MALFORMED_JSON, .reason_text = "no value at 1:7"};
    struct buffer page = {0};

    (void)state;
    view_refused(&article, "a.json:3", &plain, &page);
    buffer_append_byte(&page, '\0');
    assert_non_null(strstr(page.data, "━━ a.json:3 ━"));
    assert_non_null(strstr(page.data, "rejected   malformed_json\nwhy        no value at 1:7\n"));
    buffer_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_names_language_and_verdict_with_its_reason),
        cmocka_unit_test(entities_are_marked_in_the_text_and_listed_below),
        cmocka_unit_test(a_mention_inside_another_is_not_marked_twice),
        cmocka_unit_test(right_to_left_text_is_marked_in_logical_order),
        cmocka_unit_test(markup_is_left_out_and_paragraphs_stay_apart),
        cmocka_unit_test(colour_is_added_to_the_marks),
        cmocka_unit_test(nothing_from_an_article_steers_the_terminal),
        cmocka_unit_test(no_line_is_wider_than_the_page),
        cmocka_unit_test(a_rejected_article_says_why_and_where),
    };

    return cmocka_run_group_tests_name("view", tests, NULL, forget_page);
}
