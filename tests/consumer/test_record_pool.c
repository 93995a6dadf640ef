#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/queue.h"
#include "consumer/record_pool.h"

enum { PLENTY = 1 << 20 };

static struct record *taken_or_new(struct record_pool *pool)
{
    struct record *record = record_pool_take(pool);

    return record != NULL ? record : memory_zeroed(1, sizeof *record);
}

static void read_into(struct record *record, size_t length)
{
    char *payload = memory_zeroed(1, length);

    record->article = article_renew(record->article, slice_of(payload, length),
                                    (struct article_coordinates){.topic = SLICE_LITERAL("raw")},
                                    (struct slice){0});
    memory_free(payload);
}

static void what_came_back_is_taken_again_with_its_memory(void **state)
{
    struct record_pool *pool = record_pool_new(PLENTY);
    struct record *record = taken_or_new(pool);

    (void)state;
    read_into(record, 6000);
    buffer_append_text(&record->output, "an article");
    const struct article *article = record->article;
    const char *output = record->output.data;

    record_pool_give(pool, record);
    assert_ptr_equal(record_pool_take(pool), record);
    read_into(record, 5000);
    assert_ptr_equal(record->article, article);
    assert_int_equal(record->article->payload.length, 5000);
    assert_int_equal(record->article->reason, REASON_NONE);
    assert_ptr_equal(record->output.data, output);
    record_pool_give(pool, record);
    record_pool_release(pool);
}

static void an_empty_pool_has_none(void **state)
{
    struct record_pool *pool = record_pool_new(PLENTY);
    struct record *record = taken_or_new(pool);

    (void)state;
    assert_null(record_pool_take(pool));
    record_pool_give(pool, memory_zeroed(1, sizeof *record)); /* the one that was made instead */
    record_pool_give(pool, record);
    record_pool_release(pool);
}

static void memory_of_large_articles_goes_back_at_once(void **state)
{
    struct record_pool *pool = record_pool_new(PLENTY);
    struct record *record = taken_or_new(pool);

    (void)state;
    read_into(record, 200000);
    buffer_reserve(&record->output, 200000);
    record_pool_give(pool, record);
    assert_ptr_equal(record_pool_take(pool), record);
    assert_null(record->article);
    assert_int_equal(record->output.capacity, 0);
    record_pool_give(pool, record);
    record_pool_release(pool);
}

static void no_more_waits_than_the_bound(void **state)
{
    enum { MADE = 10 };
    struct record_pool *pool = record_pool_new(50000);
    struct record *records[MADE];
    size_t bytes = 0;

    (void)state;
    for (int i = 0; i < MADE; i++) {
        records[i] = taken_or_new(pool);
        read_into(records[i], 8000);
    }
    for (int i = 0; i < MADE; i++)
        record_pool_give(pool, records[i]);
    for (struct record *record; (record = record_pool_take(pool)) != NULL;) {
        bytes += record->pooled_bytes;
        article_free(record->article);
        memory_free(record);
        record_pool_release(pool);
    }
    assert_in_range(bytes, 8000, 50000);
    record_pool_release(pool); /* for the take that found none */
    record_pool_release(pool);
}

static void a_record_may_come_back_when_the_owner_is_gone(void **state)
{
    struct record_pool *pool = record_pool_new(PLENTY);
    struct record *first = taken_or_new(pool);
    struct record *second = taken_or_new(pool);

    (void)state;
    record_pool_release(pool);
    read_into(first, 100);
    record_pool_give(pool, first);
    record_pool_give(pool, second); /* the sanitizers see to the rest */
}

/* ---- as in the stage: one takes, others give ---- */

enum { GIVERS = 3, ROUNDS = 20000 };

struct givers {
    struct record_pool *pool;
    struct queue *work;
};

static void *give_back(void *context)
{
    const struct givers *givers = context;
    void *record;

    while (queue_pop(givers->work, &record, 1, -1) == 1)
        record_pool_give(givers->pool, record);
    return NULL;
}

static void threads_give_while_one_takes(void **state)
{
    struct givers givers = {record_pool_new(PLENTY), queue_new()};
    pthread_t threads[GIVERS];
    int made = 0;

    (void)state;
    for (int i = 0; i < GIVERS; i++)
        pthread_create(&threads[i], NULL, give_back, &givers);
    for (int i = 0; i < ROUNDS; i++) {
        void *item = record_pool_take(givers.pool);

        made += item == NULL;
        if (item == NULL)
            item = memory_zeroed(1, sizeof(struct record));
        assert_null(((struct record *)item)->key.data);
        queue_push(givers.work, &item, 1);
    }
    queue_close(givers.work);
    for (int i = 0; i < GIVERS; i++)
        pthread_join(threads[i], NULL);
    assert_in_range(made, 1, ROUNDS);
    queue_free(givers.work);
    record_pool_release(givers.pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_back_is_taken_again_with_its_memory),
        cmocka_unit_test(an_empty_pool_has_none),
        cmocka_unit_test(memory_of_large_articles_goes_back_at_once),
        cmocka_unit_test(no_more_waits_than_the_bound),
        cmocka_unit_test(a_record_may_come_back_when_the_owner_is_gone),
        cmocka_unit_test(threads_give_while_one_takes),
    };

    return cmocka_run_group_tests_name("record_pool", tests, NULL, NULL);
}
