#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "article/article.h"
#include "article/role.h"
#include "base/log.h"
#include "config/config.h"

static struct config *config;

static int load_least(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    config = config_load_text(
        SLICE_LITERAL("consumer: {topics: [articles.raw]}\n"
                      "producer: {routes: [{topic: articles.out}], dead_letters: x}\n"),
        "f", NULL, NULL, &problems);
    return config != NULL ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    config_free(config);
    return 0;
}

static void the_defaults_are_the_documented_ones(void **state)
{
    const struct settings *s = config_settings(config);

    (void)state;
    assert_string_equal(s->kafka.pairs[0].name, "bootstrap.servers");
    assert_string_equal(s->kafka.pairs[0].value, "localhost:9092");
    assert_string_equal(s->consumer.group, "copydesk");
    assert_int_equal(s->consumer.from, FROM_EARLIEST);
    assert_false(s->consumer.static_membership);
    assert_int_equal(s->consumer.input.format, FORMAT_JSON);
    assert_int_equal(s->processors.count, 0);
    assert_int_equal(s->producer.delivery, DELIVERY_EXACTLY_ONCE);
    assert_int_equal(s->producer.commit_interval, 100);
    assert_null(s->producer.kills);
    assert_int_equal(s->producer.style, STYLE_JSON);
    assert_false(s->topics.create);
    assert_int_equal(s->limits.memory, 512 << 20);
    assert_int_equal(s->limits.window, 1000);
    assert_int_equal(s->limits.article, 8 << 20);
    assert_int_equal(s->limits.depth, 64);
    assert_int_equal(s->limits.processor_time, 10000);
    assert_int_equal(s->limits.rate, 0);
    assert_int_equal(s->limits.workers, 0);
    assert_int_equal(s->shutdown_timeout, 30000);
    assert_string_equal(s->http.listen, "127.0.0.1:9464");
    assert_int_equal(s->log.level, LOG_INFO);
    assert_int_equal(s->log.format, LOG_AUTO);
}

static void assert_paths(enum article_role role, const char *const *paths)
{
    const struct option_list *list = &config_settings(config)->consumer.input.paths[role];
    const char *const *given = list->items;
    size_t count = 0;

    for (; paths[count] != NULL; count++) {
        assert_in_range(count, 0, list->count - 1);
        assert_string_equal(given[count], paths[count]);
    }
    assert_int_equal(list->count, count);
}

#define ASSERT_PATHS(role, ...) assert_paths(role, (const char *const[]){__VA_ARGS__, NULL})

static void every_role_has_its_paths(void **state)
{
    (void)state;
    ASSERT_PATHS(ROLE_SOURCE, "source");
    ASSERT_PATHS(ROLE_ID, "id", "uri", "guid");
    ASSERT_PATHS(ROLE_VERSION, "version");
    ASSERT_PATHS(ROLE_VERSIONCREATED, "versioncreated", "versionCreated");
    ASSERT_PATHS(ROLE_HEADLINE, "headline", "title");
    ASSERT_PATHS(ROLE_BODY, "body", "body_text", "text");
    ASSERT_PATHS(ROLE_LANGUAGE, "language");
    ASSERT_PATHS(ROLE_STATUS, "pubstatus", "pubStatus");
    ASSERT_PATHS(ROLE_SIGNAL, "signal");
    ASSERT_PATHS(ROLE_EDNOTE, "ednote", "edNote");
    ASSERT_PATHS(ROLE_EVOLVEDFROM, "evolvedfrom", "evolvedFrom");
    ASSERT_PATHS(ROLE_ALTIDS, "altids", "altIds");
    ASSERT_PATHS(ROLE_EMBARGOED, "embargoed", "embargoedUntil");
}

static void assert_described(const struct option *table)
{
    for (; table->name != NULL; table++) {
        assert_non_null(table->description);
        size_t length = strlen(table->description);

        if (length < 10 || table->description[length - 1] != '.')
            fail_msg("%s: no sentence", table->name);
        if (table->type == OPTION_TABLE)
            assert_described(table->table);
        if (table->type == OPTION_LIST && table->element->type == OPTION_TABLE)
            assert_described(table->element->table);
    }
}

static void every_key_is_described_in_a_sentence(void **state)
{
    (void)state;
    assert_described(config_table());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_the_documented_ones),
        cmocka_unit_test(every_role_has_its_paths),
        cmocka_unit_test(every_key_is_described_in_a_sentence),
    };

    return cmocka_run_group_tests_name("settings", tests, load_least, unload);
}
