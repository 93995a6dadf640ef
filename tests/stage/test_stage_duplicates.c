/* The whole stage with its processors, on the embedded cluster: where kills go, and that verdicts
 * do not depend on how many workers there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "processors/host.h"
#include "started.h"

enum { STORIES = 300 };

static struct cluster cluster;

static int start_cluster(void **state)
{
    static const char *const topics[] = {"articles.en",         "articles.fr", "articles.other",
                                         "articles.duplicates", "desk.paris",  "rejected"};

    (void)state;
    cluster_start(&cluster);
    cluster_topic(&cluster, "raw", 1);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        cluster_topic(&cluster, topics[i], 1);
    return 0;
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

static struct config *configuration(const char *group, int workers, const char *routes)
{
    char more[64];

    snprintf(more, sizeof more, "limits: {workers: %d}\n", workers);
    return cluster_config(
        &cluster, &(struct cluster_config){
                      .resolve = host_resolve,
                      .group = group,
                      .processors = "[language: {}, entities: {}, duplicates: {scope: instance}]",
                      .routes = routes,
                      .more = more});
}

static bool is_from(const rd_kafka_message_t *message, const char *id)
{
    char start[64];
    int length = snprintf(start, sizeof start, "{\"id\": \"%s\"", id);

    return message->len > (size_t)length && memcmp(message->payload, start, (size_t)length) == 0;
}

/* What came out as the id's kill must stand in that topic. */
static void assert_kill_is_in(const char *topic, const char *id)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){topic, NULL}, 1);
    bool found = false;

    while (!found) {
        rd_kafka_message_t *message = cluster_read(reader);

        if (message == NULL)
            fail_msg("the kill of %s is not in %s", id, topic);
        found = is_from(message, id) && memmem(message->payload, message->len, "canceled", 8);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void produce(const char *value)
{
    cluster_produce(&cluster, "raw", 0, NULL, value);
}

static const char english[] =
    "The ferry to the outer islands was cancelled on Friday morning because of the storm, and the "
    "harbour master told the crews that they should not expect to sail before Sunday at noon.";
static const char french[] =
    "Le ministre des transports a annoncé vendredi que la ligne de chemin de fer entre les deux "
    "villes serait fermée pendant trois semaines en raison de travaux sur le viaduc du nord.";

static void produce_article(const char *id, const char *body)
{
    char value[512];

    snprintf(value, sizeof value, "{\"id\": \"%s\", \"body\": \"%s\"}", id, body);
    produce(value);
}

static void produce_kill(const char *id)
{
    char value[128];

    snprintf(value, sizeof value, "{\"id\": \"%s\", \"pubstatus\": \"canceled\"}", id);
    produce(value);
}

static void a_kill_goes_where_the_killed_article_went(void **state)
{
    struct config *config = configuration(
        "kills", 2,
        "[{when: {duplicate: [exact, near]}, topic: articles.duplicates}, "
        "{when: {entity: ['iso:FR']}, topic: desk.paris}, "
        "{topic: 'articles.{language}', allow: [en, fr], otherwise: articles.other}]");

    (void)state;
    produce_article("in-english", english);
    produce_article("in-french", french);
    produce_article("copy", english);
    produce_article("of-france", "France closed its embassy on Friday, the minister said.");
    produce_article("in-english", english); /* a retry, to the duplicates */
    produce_kill("in-english");
    produce_kill("in-french");
    produce_kill("copy");
    produce_kill("of-france");
    produce_kill("unknown");
    cluster_flush(&cluster);
    struct stage *stage = started(config);

    assert_kill_is_in("articles.en", "in-english");
    assert_kill_is_in("articles.fr", "in-french");
    assert_kill_is_in("articles.duplicates", "copy");
    assert_kill_is_in("desk.paris", "of-france");
    assert_kill_is_in("articles.other", "unknown");
    stopped(stage);
    config_free(config);
}

/* Stories of three houses: the second copies each, the third revises its own. */
static void produce_stories(void)
{
    for (int i = 0; i < STORIES; i++) {
        struct buffer value = {0};
        int story = i * 7 % 100;

        buffer_append_format(&value, "{\"id\": \"%s%d\", \"version\": %d, \"body\": \"",
                             i % 3 == 2 ? "r" : "s", i % 3 == 2 ? story % 10 : i, i);
        for (int word = 0; word < 80; word++)
            buffer_append_format(&value, "w%x ", (story * 80 + word) * 2654435761U >> 12);
        buffer_append_format(&value, "%d\"}", i % 3);
        buffer_append_byte(&value, '\0');
        produce(value.data);
        buffer_free(&value);
    }
    cluster_flush(&cluster);
}

/* All outputs in their order, without what names the configuration. */
static void read_outputs(struct buffer *ret_all)
{
    rd_kafka_t *reader = cluster_reader(&cluster, (const char *const[]){"articles.en", NULL}, 1);

    for (int i = 0; i < STORIES; i++) {
        rd_kafka_message_t *message = cluster_read(reader);

        assert_non_null(message);
        const char *end = memmem(message->payload, message->len, "\"made_by\"", 9);

        assert_non_null(end);
        buffer_append(ret_all,
                      slice_of(message->payload, (size_t)(end - (char *)message->payload)));
        buffer_append_byte(ret_all, '\n');
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
}

static void run_with_workers(int workers, struct buffer *ret_all)
{
    start_cluster(NULL);
    produce_stories();
    struct config *config = configuration("workers", workers, "[{topic: articles.en}]");
    struct stage *stage = started(config);

    read_outputs(ret_all);
    stopped(stage);
    config_free(config);
    stop_cluster(NULL);
}

static void one_worker_and_eight_give_the_same_verdicts(void **state)
{
    struct buffer one = {0};
    struct buffer eight = {0};

    (void)state;
    run_with_workers(1, &one);
    run_with_workers(8, &eight);
    buffer_append_byte(&one, '\0');
    buffer_append_byte(&eight, '\0');
    assert_string_equal(one.data, eight.data);
    assert_non_null(strstr(one.data, "\"verdict\":\"near\""));
    assert_non_null(strstr(one.data, "\"verdict\":\"revision\""));
    buffer_free(&one);
    buffer_free(&eight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kill_goes_where_the_killed_article_went, start_cluster,
                                        stop_cluster),
        cmocka_unit_test(one_worker_and_eight_give_the_same_verdicts),
    };

    return cmocka_run_group_tests_name("stage duplicates", tests, NULL, NULL);
}
