#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/enriched.h"

static void what_the_stage_wrote_is_read_back(void **state)
{
    struct article *article = enriched_read(SLICE_LITERAL(
        "{\"id\": \"wire-2\", \"headline\": \"Baku\", \"body\": \"From Baku.\", \"enrichment\": {"
        "\"version\": 1, \"language\": {\"tag\": \"en\", \"script\": \"Latn\", \"confidence\": "
        "0.98, \"declared\": \"en\", \"agrees\": true}, \"duplicate\": {\"verdict\": \"near\", "
        "\"of\": \"wire-1\", \"similarity\": 0.873, \"by\": \"text\"}, \"entities\": [{\"type\": "
        "\"place\", \"name\": \"Baku\", \"id\": \"gn:587084\", \"ids\": [\"wd:Q9248\"], "
        "\"mentions\": [{\"field\": \"headline\", \"start\": 0, \"end\": 4, \"text\": \"Baku\"}, "
        "{\"field\": \"body\", \"start\": 5, \"end\": 9, \"text\": \"Baku\"}]}]}}"));

    (void)state;
    assert_non_null(article);
    assert_true(slice_is(article->texts[ROLE_ID], "wire-2"));
    assert_true(slice_is(article->texts[ROLE_BODY], "From Baku."));
    assert_true(slice_is(article->results.language->tag, "en"));
    assert_true(slice_is(article->results.language->script, "Latn"));
    assert_int_equal(article->results.language->confidence, 980);
    assert_true(article->results.language->agrees);
    assert_int_equal(article->results.duplicate->verdict, VERDICT_NEAR);
    assert_true(slice_is(article->results.duplicate->of, "wire-1"));
    assert_int_equal(article->results.duplicate->similarity, 873);
    assert_int_equal(article->results.duplicate->by, EVIDENCE_TEXT);
    assert_int_equal(article->results.entities->entity_count, 1);
    const struct entity *entity = &article->results.entities->entities[0];

    assert_int_equal(entity->type, ENTITY_PLACE);
    assert_int_equal(entity->id_count, 2);
    assert_true(slice_is(entity->ids[0], "gn:587084"));
    assert_true(slice_is(entity->ids[1], "wd:Q9248"));
    assert_int_equal(entity->mention_count, 2);
    assert_int_equal(entity->mentions[0].field, ROLE_HEADLINE);
    assert_int_equal(entity->mentions[1].field, ROLE_BODY);
    assert_int_equal(entity->mentions[1].start, 5);
    article_free(article);
}

static void a_kill_keeps_its_copies(void **state)
{
    struct article *article = enriched_read(SLICE_LITERAL(
        "{\"id\":\"w\",\"pubstatus\":\"canceled\",\"enrichment\":{\"version\":1,\"duplicate\":{"
        "\"verdict\":\"kill\",\"of\":\"w\",\"by\":\"identity\",\"copies\":[\"a\",\"b\"],"
        "\"copies_total\":2}}}"));

    (void)state;
    assert_non_null(article);
    assert_int_equal(article->results.duplicate->verdict, VERDICT_KILL);
    assert_int_equal(article->results.duplicate->by, EVIDENCE_IDENTITY);
    assert_int_equal(article->results.duplicate->copy_count, 2);
    assert_true(slice_is(article->results.duplicate->copies[1], "b"));
    assert_null(article->results.language);
    article_free(article);
}

static void what_was_not_enriched_is_nothing(void **state)
{
    (void)state;
    assert_null(enriched_read(SLICE_LITERAL("{\"id\": \"a\", \"body\": \"text\"}")));
    assert_null(enriched_read(SLICE_LITERAL("{\"id\": ")));
    assert_null(enriched_read(SLICE_LITERAL("[1]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_stage_wrote_is_read_back),
        cmocka_unit_test(a_kill_keeps_its_copies),
        cmocka_unit_test(what_was_not_enriched_is_nothing),
    };

    return cmocka_run_group_tests_name("enriched", tests, NULL, NULL);
}
