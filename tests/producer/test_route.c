#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "producer/route.h"

#define LIST(...)                                                                                  \
    {                                                                                              \
        .items = (const char *const[]){__VA_ARGS__},                                               \
        .count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)                 \
    }

static struct article article;
static struct record record;
static struct language_result language;
static struct duplicate_result duplicate;
static struct slice ids[] = {SLICE_INITIALISER("iso:AZ"), SLICE_INITIALISER("wd:Q227")};
static struct entity entity = {
    .type = ENTITY_PLACE, .name = SLICE_INITIALISER("Azerbaijan"), .ids = ids, .id_count = 2};
static struct entities_result entities = {&entity, 1};

static int fresh_record(void **state)
{
    (void)state;
    article = (struct article){.kind = KIND_ARTICLE};
    language = (struct language_result){.tag = SLICE_LITERAL("fr-CA")};
    duplicate = (struct duplicate_result){.verdict = VERDICT_NEW};
    article.results.language = &language;
    article.results.duplicate = &duplicate;
    article.results.entities = &entities;
    record = (struct record){.article = &article};
    return 0;
}

static void assert_goes_to(const struct route_settings *routes, size_t count, const char *kills,
                           const char *expected)
{
    struct producer_settings settings = {.routes = {routes, count}, .kills = kills};
    struct buffer topic = {0};

    route_record(&settings, &record, &topic);
    buffer_append_byte(&topic, '\0');
    assert_string_equal(topic.data, expected);
    buffer_free(&topic);
}

static void the_first_route_that_holds_wins(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true, .when = {.duplicate = LIST("exact", "near")}, .topic = "duplicates"},
        {.has_when = true, .when = {.language = LIST("de", "fr")}, .topic = "west"},
        {.topic = "rest"},
    };

    (void)state;
    assert_goes_to(routes, 3, NULL, "west");
    duplicate.verdict = VERDICT_NEAR;
    assert_goes_to(routes, 3, NULL, "duplicates");
    duplicate.verdict = VERDICT_OVERLAPS;
    language.tag = SLICE_LITERAL("frr"); /* North Frisian is no French */
    assert_goes_to(routes, 3, NULL, "rest");
}

static void all_keys_of_a_condition_must_hold(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true,
         .when = {.language = LIST("fr"),
                  .entity = LIST("wd:Q227", "iso:AM"),
                  .source = LIST("AFP")},
         .topic = "desk"},
        {.topic = "rest"},
    };

    (void)state;
    assert_goes_to(routes, 2, NULL, "rest");
    article.texts[ROLE_SOURCE] = SLICE_LITERAL("AFP");
    assert_goes_to(routes, 2, NULL, "desk");
    ids[1] = SLICE_LITERAL("wd:Q1");
    assert_goes_to(routes, 2, NULL, "rest");
    ids[1] = SLICE_LITERAL("wd:Q227");
}

static void entities_are_known_by_name_too(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true, .when = {.entity = LIST("Azerbaijan")}, .topic = "caucasus"},
        {.topic = "rest"},
    };

    (void)state;
    assert_goes_to(routes, 2, NULL, "caucasus");
    article.results.entities = NULL;
    assert_goes_to(routes, 2, NULL, "rest");
}

static void headers_hold_by_name_or_by_value(void **state)
{
    const struct route_settings by_value[] = {
        {.has_when = true, .when = {.header = LIST("desk=sport")}, .topic = "sport"},
        {.topic = "rest"},
    };
    const struct route_settings by_name[] = {
        {.has_when = true, .when = {.header = LIST("desk")}, .topic = "desked"},
        {.topic = "rest"},
    };

    (void)state;
    assert_goes_to(by_name, 2, NULL, "rest");
    record.headers = rd_kafka_headers_new(2);
    rd_kafka_header_add(record.headers, "desk", -1, "world", -1);
    assert_goes_to(by_name, 2, NULL, "desked");
    assert_goes_to(by_value, 2, NULL, "rest");
    rd_kafka_header_add(record.headers, "desk", -1, "sport", -1);
    assert_goes_to(by_value, 2, NULL, "sport");
    rd_kafka_headers_destroy(record.headers);
}

static void the_language_in_a_topic_is_the_primary_subtag_if_allowed(void **state)
{
    const struct route_settings routes[] = {
        {.topic = "articles.{language}.v1",
         .allow = LIST("ar", "fr"),
         .otherwise = "articles.other"},
    };
    const struct route_settings any[] = {{.topic = "{language}"}};

    (void)state;
    assert_goes_to(routes, 1, NULL, "articles.fr.v1");
    language.tag = SLICE_LITERAL("zh-Hant");
    assert_goes_to(routes, 1, NULL, "articles.other");
    assert_goes_to(any, 1, NULL, "zh");
}

static void without_processors_an_article_is_und_and_new(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true,
         .when = {.language = LIST("und"), .duplicate = LIST("new")},
         .topic = "plain"},
        {.topic = "rest"},
    };

    (void)state;
    article.results = (struct article_results){0};
    assert_goes_to(routes, 2, NULL, "plain");
}

static void kills_and_takedowns_have_their_own_topic_if_set(void **state)
{
    const struct route_settings routes[] = {{.topic = "rest"}};

    (void)state;
    article.kind = KIND_KILL;
    assert_goes_to(routes, 1, "kills", "kills");
    assert_goes_to(routes, 1, NULL, "rest");
    article.kind = KIND_TAKEDOWN;
    assert_goes_to(routes, 1, "kills", "kills");
    article.kind = KIND_ARTICLE;
    assert_goes_to(routes, 1, "kills", "rest");
}

/* What settling keeps of an article and brings back with its kill. */
static void kill_after(const struct route_settings *routes, size_t count,
                       enum duplicate_verdict verdict, struct buffer *destinations)
{
    struct producer_settings settings = {.routes = {routes, count}};

    buffer_clear(destinations);
    route_destinations(&settings, &record, destinations);
    article.kind = KIND_KILL;
    article.results.language = NULL;
    article.results.entities = NULL;
    article.texts[ROLE_SOURCE] = slice_of(NULL, 0);
    duplicate = (struct duplicate_result){.verdict = VERDICT_KILL,
                                          .destinations = buffer_slice(destinations),
                                          .killed_verdict = verdict};
}

static void a_kill_goes_where_the_killed_article_went(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true, .when = {.duplicate = LIST("exact", "near")}, .topic = "duplicates"},
        {.has_when = true, .when = {.duplicate = LIST("kill")}, .topic = "kills"},
        {.has_when = true, .when = {.entity = LIST("iso:AM")}, .topic = "yerevan"},
        {.topic = "articles.{language}", .allow = LIST("fr"), .otherwise = "articles.other"},
    };
    const struct route_settings later[] = {{.topic = "all"}};
    struct buffer destinations = {0};

    (void)state;
    kill_after(routes, 4, VERDICT_NEW, &destinations);
    assert_goes_to(routes, 4, NULL, "articles.fr");
    assert_goes_to(routes, 4, "withdrawn", "withdrawn");
    assert_goes_to(later, 1, NULL, "all"); /* no route leads there any more */
    fresh_record(NULL);
    kill_after(routes, 4, VERDICT_EXACT, &destinations);
    assert_goes_to(routes, 4, NULL, "duplicates");
    fresh_record(NULL);
    ids[0] = SLICE_LITERAL("iso:AM");
    kill_after(routes, 4, VERDICT_REVISION, &destinations);
    ids[0] = SLICE_LITERAL("iso:AZ");
    assert_goes_to(routes, 4, NULL, "yerevan");
    fresh_record(NULL);
    language.tag = SLICE_LITERAL("de");
    kill_after(routes, 4, VERDICT_OVERLAPS, &destinations);
    assert_goes_to(routes, 4, NULL, "articles.other");
    buffer_free(&destinations);
}

static void a_kill_of_an_unknown_article_goes_by_the_routes(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true, .when = {.duplicate = LIST("kill")}, .topic = "kills"},
        {.topic = "articles.{language}"},
    };

    (void)state;
    article.kind = KIND_TAKEDOWN;
    article.results.language = NULL;
    duplicate.verdict = VERDICT_KILL;
    assert_goes_to(routes, 2, NULL, "kills");
    assert_goes_to(&routes[1], 1, NULL, "articles.und");
}

/* They come from a topic that others can write to. */
static void destinations_that_are_none_are_not_followed(void **state)
{
    static const struct slice bad[] = {
        SLICE_INITIALISER("\xff\xff\x05"
                          "evil!"),
        SLICE_INITIALISER("\xff\xff\x40"
                          "articles.fr"),
        SLICE_INITIALISER("\xff\xff\x0f"
                          "articles.fr/../"),
        SLICE_INITIALISER("\xff"),
        SLICE_INITIALISER("\xff\xff\x09"
                          "articles."),
    };
    const struct route_settings routes[] = {{.topic = "articles.{language}"}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        article.kind = KIND_KILL;
        article.results.language = NULL;
        duplicate = (struct duplicate_result){
            .verdict = VERDICT_KILL, .destinations = bad[i], .killed_verdict = VERDICT_NEW};
        assert_goes_to(routes, 1, NULL, "articles.und");
    }
}

static void collect(void *context, const char *topic)
{
    struct buffer *all = context;

    buffer_append_format(all, "%s ", topic);
}

static void topics_are_known_before_articles_come(void **state)
{
    const struct route_settings routes[] = {
        {.has_when = true, .topic = "duplicates"},
        {.topic = "a.{language}", .allow = LIST("ar", "fr"), .otherwise = "a.other"},
    };
    struct producer_settings settings = {
        .routes = {routes, 2}, .kills = "kills", .dead_letters = "rejected"};
    struct buffer all = {0};

    (void)state;
    route_topics(&settings, collect, &all);
    buffer_append_byte(&all, '\0');
    assert_string_equal(all.data, "duplicates a.ar a.fr a.other kills rejected ");
    buffer_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_route_that_holds_wins, fresh_record),
        cmocka_unit_test_setup(all_keys_of_a_condition_must_hold, fresh_record),
        cmocka_unit_test_setup(entities_are_known_by_name_too, fresh_record),
        cmocka_unit_test_setup(headers_hold_by_name_or_by_value, fresh_record),
        cmocka_unit_test_setup(the_language_in_a_topic_is_the_primary_subtag_if_allowed,
                               fresh_record),
        cmocka_unit_test_setup(without_processors_an_article_is_und_and_new, fresh_record),
        cmocka_unit_test_setup(kills_and_takedowns_have_their_own_topic_if_set, fresh_record),
        cmocka_unit_test_setup(a_kill_goes_where_the_killed_article_went, fresh_record),
        cmocka_unit_test_setup(a_kill_of_an_unknown_article_goes_by_the_routes, fresh_record),
        cmocka_unit_test_setup(destinations_that_are_none_are_not_followed, fresh_record),
        cmocka_unit_test(topics_are_known_before_articles_come),
    };

    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
