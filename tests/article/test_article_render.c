#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "article/article.h"

static const struct article_made_by MADE_BY = {.json = {"{}", 2}};

static void assert_renders(const struct article *article, const char *expected)
{
    struct buffer out = {0};

    article_render_enrichment(article, &MADE_BY, &out);
    json_t *parsed = json_loadb(out.data, out.length, 0, NULL);

    assert_non_null(parsed);
    json_decref(parsed);
    buffer_append_byte(&out, '\0');
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void an_enrichment_without_results_says_who_made_it(void **state)
{
    struct article article = {0};

    (void)state;
    assert_renders(&article, "{\"version\":1,\"made_by\":{}}");
}

static void a_language_has_what_is_known_of_it(void **state)
{
    struct language_guess guess = {.tag = SLICE_LITERAL("fa"), .thousandths = 10};
    struct language_guess mixed = {.tag = SLICE_LITERAL("fr"), .thousandths = 200};
    struct language_result language = {.tag = SLICE_LITERAL("ar"),
                                       .script = SLICE_LITERAL("Arab"),
                                       .confidence = 990,
                                       .alternatives = &guess,
                                       .alternative_count = 1,
                                       .declared = SLICE_LITERAL("ar"),
                                       .agrees = true,
                                       .mixed = &mixed,
                                       .mixed_count = 1};
    struct language_result unknown = {.tag = SLICE_LITERAL("und")};
    struct article article = {.results.language = &language};

    (void)state;
    assert_renders(
        &article, "{\"version\":1,\"language\":{\"tag\":\"ar\",\"script\":\"Arab\","
                  "\"confidence\":0.99,\"alternatives\":[{\"tag\":\"fa\",\"confidence\":0.01}],"
                  "\"declared\":\"ar\",\"agrees\":true,\"mixed\":[{\"tag\":\"fr\",\"share\":0.2}]},"
                  "\"made_by\":{}}");
    article.results.language = &unknown;
    assert_renders(&article, "{\"version\":1,\"language\":{\"tag\":\"und\",\"confidence\":0,"
                             "\"alternatives\":[]},\"made_by\":{}}");
}

static void a_duplicate_has_of_similarity_and_by_where_they_apply(void **state)
{
    struct duplicate_result fresh = {.verdict = VERDICT_NEW};
    struct duplicate_result near = {.verdict = VERDICT_NEAR,
                                    .of = SLICE_LITERAL("afp-\"1\""),
                                    .compared = true,
                                    .similarity = 870,
                                    .by = EVIDENCE_TEXT};
    struct article article = {.results.duplicate = &fresh};

    (void)state;
    assert_renders(&article, "{\"version\":1,\"duplicate\":{\"verdict\":\"new\"},\"made_by\":{}}");
    article.results.duplicate = &near;
    assert_renders(&article,
                   "{\"version\":1,\"duplicate\":{\"verdict\":\"near\",\"of\":\"afp-\\\"1\\\"\","
                   "\"similarity\":0.870,\"by\":\"text\"},\"made_by\":{}}");
}

static void a_kill_names_its_copies_and_a_digest_its_stories(void **state)
{
    struct slice ids[] = {SLICE_LITERAL("a"), SLICE_LITERAL("b")};
    struct duplicate_result kill = {.verdict = VERDICT_KILL,
                                    .of = SLICE_LITERAL("a-1"),
                                    .by = EVIDENCE_IDENTITY,
                                    .copies = ids,
                                    .copy_count = 2,
                                    .copies_total = 1200};
    struct duplicate_result lonely = {.verdict = VERDICT_KILL};
    struct duplicate_result digest = {
        .verdict = VERDICT_NEW, .of_killed = true, .contains = ids, .contains_count = 1};
    struct article article = {.results.duplicate = &kill};

    (void)state;
    assert_renders(&article, "{\"version\":1,\"duplicate\":{\"verdict\":\"kill\",\"of\":\"a-1\","
                             "\"by\":\"identity\",\"copies\":[\"a\",\"b\"],\"copies_total\":1200},"
                             "\"made_by\":{}}");
    article.results.duplicate = &lonely;
    assert_renders(&article, "{\"version\":1,\"duplicate\":{\"verdict\":\"kill\",\"copies\":[],"
                             "\"copies_total\":0},\"made_by\":{}}");
    article.results.duplicate = &digest;
    assert_renders(&article, "{\"version\":1,\"duplicate\":{\"verdict\":\"new\","
                             "\"of_killed\":true,\"contains\":[\"a\"]},\"made_by\":{}}");
    digest = (struct duplicate_result){.verdict = VERDICT_NEW,
                                       .withheld = true,
                                       .embargoed = true,
                                       .of_withheld = true,
                                       .of_embargoed = true};
    assert_renders(&article, "{\"version\":1,\"duplicate\":{\"verdict\":\"new\","
                             "\"withheld\":true,\"embargoed\":true,\"of_withheld\":true,"
                             "\"of_embargoed\":true},\"made_by\":{}}");
}

static void entities_have_ids_and_mentions(void **state)
{
    struct slice ids[] = {SLICE_LITERAL("iso:AZ"), SLICE_LITERAL("wd:Q227")};
    struct entity_mention mentions[] = {
        {.field = ROLE_HEADLINE, .start = 0, .end = 4, .text = SLICE_LITERAL("باكو")},
        {.field = ROLE_BODY, .start = 10, .end = 14, .text = SLICE_LITERAL("باكو")}};
    struct entity all[] = {{.type = ENTITY_PLACE,
                            .name = SLICE_LITERAL("Baku"),
                            .ids = ids,
                            .id_count = 2,
                            .mentions = mentions,
                            .mention_count = 2},
                           {.type = ENTITY_PERSON,
                            .name = SLICE_LITERAL("Leyla"),
                            .mentions = mentions + 1,
                            .mention_count = 1}};
    struct entities_result entities = {.entities = all, .entity_count = 2};
    struct article article = {.results.entities = &entities};

    (void)state;
    assert_renders(&article, "{\"version\":1,\"entities\":[{\"type\":\"place\",\"name\":\"Baku\","
                             "\"id\":\"iso:AZ\",\"ids\":[\"wd:Q227\"],\"mentions\":["
                             "{\"field\":\"headline\",\"start\":0,\"end\":4,\"text\":\"باكو\"},"
                             "{\"field\":\"body\",\"start\":10,\"end\":14,\"text\":\"باكو\"}]},"
                             "{\"type\":\"person\",\"name\":\"Leyla\",\"mentions\":["
                             "{\"field\":\"body\",\"start\":10,\"end\":14,\"text\":\"باكو\"}]}],"
                             "\"made_by\":{}}");
}

static void keys_stand_in_the_contracts_order(void **state)
{
    struct language_result language = {.tag = SLICE_LITERAL("und")};
    struct duplicate_result duplicate = {.verdict = VERDICT_UNDETERMINED};
    struct entities_result entities = {0};
    struct plugin_section sections[] = {
        {.name = SLICE_LITERAL("words"), .json = SLICE_LITERAL("{\"n\":3}")},
        {.name = SLICE_LITERAL("silent")},
        {.name = SLICE_LITERAL("mood"), .json = SLICE_LITERAL("null")}};
    struct article article = {.results = {.language = &language,
                                          .entities = &entities,
                                          .duplicate = &duplicate,
                                          .sections = sections,
                                          .section_count = 3}};

    (void)state;
    assert_renders(&article, "{\"version\":1,\"language\":{\"tag\":\"und\",\"confidence\":0,"
                             "\"alternatives\":[]},\"duplicate\":{\"verdict\":\"undetermined\"},"
                             "\"entities\":[],\"words\":{\"n\":3},\"mood\":null,\"made_by\":{}}");
}

static void a_tombstone_stays_nothing(void **state)
{
    struct article article = {.kind = KIND_TOMBSTONE};
    struct buffer out = {0};

    (void)state;
    article_render(&article, FORMAT_JSON, &MADE_BY, &out);
    article_render(&article, FORMAT_TEXT, &MADE_BY, &out);
    assert_int_equal(out.length, 0);
}

static void an_output_over_the_ceiling_is_told(void **state)
{
    struct article article = {.content = SLICE_LITERAL("{\"body\":\"x\"}"), .splice.close = 11};
    struct buffer out = {.ceiling = 50};

    (void)state;
    article_render(&article, FORMAT_JSON, &MADE_BY, &out);
    assert_true(out.overflow);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enrichment_without_results_says_who_made_it),
        cmocka_unit_test(a_language_has_what_is_known_of_it),
        cmocka_unit_test(a_duplicate_has_of_similarity_and_by_where_they_apply),
        cmocka_unit_test(a_kill_names_its_copies_and_a_digest_its_stories),
        cmocka_unit_test(entities_have_ids_and_mentions),
        cmocka_unit_test(keys_stand_in_the_contracts_order),
        cmocka_unit_test(a_tombstone_stays_nothing),
        cmocka_unit_test(an_output_over_the_ceiling_is_told),
    };

    return cmocka_run_group_tests_name("article_render", tests, NULL, NULL);
}
