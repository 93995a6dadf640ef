/* Workers under watch, with a processor that hangs when an article tells it to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <stdio.h>

#include "base/memory.h"
#include "config/config.h"
#include "processors/processor.h"
#include "stage/watch.h"

enum { RECORDS = 12, HANGING = 5, LIMIT_MS = 50 };

static sem_t release;
static const struct processor_services *services;

static int load(struct processor_host *host, const struct processor_services *given,
                const void *options, void **ret_shared, char *ret_error, size_t error_size)
{
    (void)host;
    (void)options;
    (void)ret_shared;
    (void)ret_error;
    (void)error_size;
    services = given;
    return 0;
}

static enum processor_outcome hang_when_told(void *worker, struct article *article)
{
    (void)worker;
    if (slice_is(services->text(article, ROLE_BODY), "hang"))
        sem_wait(&release);
    return OUTCOME_DONE;
}

static const struct processor hanger = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "hanger",
    .version = "1",
    .summary = "hangs",
    .load = load,
    .process = hang_when_told,
};

static void resolve(void *context, struct config *config, struct option_one_of *entry,
                    struct config_problems *problems)
{
    (void)context;
    (void)config;
    (void)problems;
    entry->owner = (void *)(uintptr_t)&hanger;
}

static const char yaml[] = "consumer: {topics: [raw]}\n"
                           "processors: [hanger: {}]\n"
                           "producer: {routes: [{topic: out}], dead_letters: rejected}\n"
                           "limits: {processor_time: 60s}\n";

struct bench {
    struct config *config;
    struct metrics *metrics;
    struct chain *chain;
    struct queue *work;
    struct queue *back;
    struct lane *lane;
    struct article_paths *paths;
    atomic_int worn;
};

static void hand_over(void *context, struct record *const *records, size_t count)
{
    queue_push(((struct bench *)context)->back, (void *const *)records, count);
}

static void note_worn(void *context, const char *why)
{
    (void)why;
    atomic_fetch_add(&((struct bench *)context)->worn, 1);
}

static void set_up(struct bench *bench)
{
    struct config_problems problems = {0};
    char error[256];

    *bench = (struct bench){.metrics = metrics_new()};
    bench->config = config_load_text(SLICE_LITERAL(yaml), "test.yaml", resolve, NULL, &problems);
    assert_non_null(bench->config);
    bench->chain = chain_new(bench->config, bench->metrics, NULL, NULL, error, sizeof error);
    assert_non_null(bench->chain);
    bench->work = queue_new();
    bench->back = queue_new();
    bench->lane = lane_new("raw", 0);
    bench->paths = article_paths_default();
    sem_init(&release, 0, 0);
}

static void push_record(struct bench *bench, const char *body)
{
    struct record *record = memory_zeroed(1, sizeof *record);
    struct article_coordinates coordinates = {.topic = SLICE_LITERAL("raw"),
                                              .offset = (int64_t)bench->lane->next_sequence};
    char json[64];
    void *item = record;

    snprintf(json, sizeof json, "{\"id\":\"x\",\"body\":\"%s\"}", body);
    record->article = article_new(slice_of_text(json), coordinates, slice_of_text("x"));
    record->lane = lane_hold(bench->lane);
    record->sequence = bench->lane->next_sequence++;
    queue_push(bench->work, &item, 1);
}

static struct watch *start(struct bench *bench, size_t workers)
{
    const struct watch_options options = {
        .worker = {.chain = bench->chain,
                   .input = {.format = FORMAT_JSON,
                             .paths = bench->paths,
                             .max_bytes = 1 << 20,
                             .max_depth = 64},
                   .work = bench->work,
                   .hand_over = hand_over,
                   .context = bench},
        .workers = workers,
        .limit_ms = LIMIT_MS,
        .worn = note_worn,
        .context = bench,
    };
    char error[256];
    struct watch *watch = watch_start(&options, error, sizeof error);

    assert_non_null(watch);
    return watch;
}

/* Takes back as many as were pushed; each must come once. */
static void expect_back(struct bench *bench, size_t count, enum record_fate (*fate)(uint64_t))
{
    bool seen[64] = {false};

    for (size_t i = 0; i < count; i++) {
        void *item = NULL;

        assert_int_equal(queue_pop(bench->back, &item, 1, 30000), 1);
        struct record *record = item;

        assert_false(seen[record->sequence]);
        seen[record->sequence] = true;
        assert_int_equal(record->fate, fate(record->sequence));
        if (record->fate == RECORD_REJECT) {
            assert_int_equal(record->article->reason, REASON_TOO_SLOW);
            assert_string_equal(record->article->reason_processor, "hanger");
        }
        record_free(record);
    }
}

static enum record_fate one_hangs(uint64_t sequence)
{
    return sequence == HANGING ? RECORD_REJECT : RECORD_PUBLISH;
}

static void a_hanging_article_is_rejected_and_its_neighbours_go_on(void **state)
{
    static struct bench bench; /* static: a hanging thread still uses what is in it */

    (void)state;
    set_up(&bench);
    for (int i = 0; i < RECORDS; i++)
        push_record(&bench, i == HANGING ? "hang" : "words");
    struct watch *watch = start(&bench, 1);

    expect_back(&bench, RECORDS, one_hangs);
    assert_int_equal(watch_stuck(watch), 1);
    assert_int_equal(bench.worn, 0);
    /* It comes back, finds itself dismissed and ends; what it had is not handed over again. */
    sem_post(&release);
    push_record(&bench, "words");
    expect_back(&bench, 1, one_hangs);
    queue_close(bench.work);
    watch_stop(watch);
    watch_free(watch);
    void *item = NULL;

    assert_int_equal(queue_pop(bench.back, &item, 1, 0), 0);
}

static enum record_fate all_hang(uint64_t sequence)
{
    (void)sequence;
    return RECORD_REJECT;
}

static void three_that_hang_wear_the_process_out(void **state)
{
    static struct bench bench; /* static: a hanging thread still uses what is in it */

    (void)state;
    set_up(&bench);
    for (int i = 0; i < 3; i++)
        push_record(&bench, "hang");
    struct watch *watch = start(&bench, 2);

    expect_back(&bench, 3, all_hang);
    queue_close(bench.work);
    watch_stop(watch);
    assert_int_equal(bench.worn, 1);
    watch_free(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hanging_article_is_rejected_and_its_neighbours_go_on),
        cmocka_unit_test(three_that_hang_wear_the_process_out),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
