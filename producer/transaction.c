#include "producer/transaction.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "producer/denial.h"

enum {
    MAX_RECORDS = 10000,  /* commit earlier than the interval asks */
    FLUSH_MS = 5000,      /* of outputs, before their offsets are sent */
    ASK_MS = 5000,        /* one request; asked again until it is answered */
    LAST_ABORT_MS = 3000, /* when the program ends: the brokers end it by themselves, but later */
    FIRST_WAIT_MS = 50,   /* after an abort, doubled from one to the next */
    LONGEST_WAIT_MS = 1000,
    MAX_FENCES = 3, /* within FENCE_SPAN_MS */
    FENCE_SPAN_MS = 60000,
    /* Bytes of outputs in one transaction: what the brokers take in well under its time-out. */
    FIRST_BUDGET = 1 << 20,
    LEAST_BUDGET = 64 << 10,
    MOST_BUDGET = 8 << 20,
    QUICK_MS = 500,
    SLOW_MS = 2000,
};

enum outcome { DONE, ABORT, RENEW };

struct transaction {
    struct transaction_options options;
    struct record **records; /* in the order they were added */
    size_t count;
    size_t capacity;
    size_t sent; /* the first ones: they are in the open transaction */
    size_t sent_bytes;
    size_t budget;
    bool open;
    bool must_abort; /* a delivery report said so */
    bool waiting;    /* after an abort: records are to be produced again */
    bool overdue;    /* they were due once: they do not wait for the interval again */
    int64_t opened_ms;
    int64_t resume_ms;
    int64_t wait_ms;
    int64_t fences_ms[MAX_FENCES]; /* when the last ones were; a ring */
    size_t fence_count;
    struct metric *committed;
    struct metric *aborted;
    struct metric *fenced;
};

struct transaction *transaction_new(const struct transaction_options *options)
{
    static const char name[] = "copydesk_transactions_total";
    static const char help[] = "Transactions by how they ended.";
    struct transaction *transaction = memory_zeroed(1, sizeof *transaction);

    transaction->options = *options;
    transaction->wait_ms = FIRST_WAIT_MS;
    transaction->budget = FIRST_BUDGET;
    transaction->committed = metrics_counter(options->metrics, name, help, "outcome=\"committed\"");
    transaction->aborted = metrics_counter(options->metrics, name, help, "outcome=\"aborted\"");
    transaction->fenced =
        metrics_counter(options->metrics, "copydesk_fences_total",
                        "Times that the transactional producer had to be made anew.", "");
    return transaction;
}

void transaction_free(struct transaction *transaction)
{
    if (transaction == NULL)
        return;
    memory_free(transaction->records);
    memory_free(transaction);
}

static rd_kafka_t *producer_of(const struct transaction *transaction)
{
    return producer_client(transaction->options.dispatch->producer);
}

static bool is_stopping(const struct transaction *transaction)
{
    return atomic_load(transaction->options.stopping);
}

/* ---- what librdkafka answers ---- */

static enum outcome judge(const char *what, rd_kafka_error_t *error)
{
    if (error == NULL)
        return DONE;
    enum outcome outcome =
        rd_kafka_error_txn_requires_abort(error) ? ABORT : RENEW; /* fatal, or nobody knows */

    log_event(LOG_WARNING, "transaction: %s: %s; %s", what, rd_kafka_error_string(error),
              outcome == ABORT ? "aborting, and producing again" : "making the producer anew");
    rd_kafka_error_destroy(error);
    return outcome;
}

/* Asks again as long as the answer is "later" and the program goes on. */
static rd_kafka_error_t *persist(const struct transaction *transaction,
                                 rd_kafka_error_t *(*request)(rd_kafka_t *client, int timeout_ms),
                                 int timeout_ms)
{
    rd_kafka_error_t *error = request(producer_of(transaction), timeout_ms);

    while (error != NULL && rd_kafka_error_is_retriable(error) && !is_stopping(transaction)) {
        rd_kafka_error_destroy(error);
        error = request(producer_of(transaction), timeout_ms);
    }
    return error;
}

/* ---- producing ---- */

static enum outcome open_when_closed(struct transaction *transaction)
{
    if (transaction->open)
        return DONE;
    enum outcome outcome = judge("begin", rd_kafka_begin_transaction(producer_of(transaction)));

    transaction->open = outcome == DONE;
    transaction->must_abort = outcome != DONE;
    transaction->opened_ms = clock_monotonic_ms();
    return outcome;
}

static int produce(struct transaction *transaction, struct record *record,
                   char ret_why[DISPATCH_WHY_SIZE])
{
    if (record->fate == RECORD_DROP || transaction->must_abort)
        return 0;
    int result = dispatch_send(transaction->options.dispatch, record, ret_why);

    if (result != DISPATCH_LATER)
        return result;
    transaction->must_abort = true;
    return 0;
}

static void retain(struct transaction *transaction, struct record *record)
{
    if (transaction->count == transaction->capacity) {
        transaction->capacity = transaction->capacity != 0 ? transaction->capacity * 2 : 256;
        transaction->records =
            memory_resize(transaction->records, transaction->capacity * sizeof(struct record *));
    }
    transaction->records[transaction->count++] = record;
}

bool transaction_accepts(const struct transaction *transaction)
{
    return !transaction->waiting && transaction->sent == transaction->count;
}

static bool is_full(const struct transaction *transaction)
{
    return transaction->sent >= MAX_RECORDS || transaction->sent_bytes >= transaction->budget;
}

static size_t output_bytes(const struct record *record)
{
    size_t value =
        record->output.length > 0 ? record->output.length : record->article->payload.length;

    return value + record->key.length;
}

/* Where the transaction cannot be opened, or is full, records wait in memory for the next one. */
static int produce_more(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    while (transaction->sent < transaction->count && !is_full(transaction)) {
        struct record *record = transaction->records[transaction->sent];

        if (open_when_closed(transaction) != DONE)
            return 0;
        transaction->sent++;
        transaction->sent_bytes += output_bytes(record);
        if (produce(transaction, record, ret_why) != 0)
            return -1;
    }
    return 0;
}

int transaction_add(struct transaction *transaction, struct record *record,
                    char ret_why[DISPATCH_WHY_SIZE])
{
    retain(transaction, record);
    return produce_more(transaction, ret_why);
}

static int produce_again(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    transaction->waiting = false;
    transaction->overdue = transaction->count > 0;
    return produce_more(transaction, ret_why);
}

/* Those that the transaction's own end brings tell nothing about the record. */
static bool concerns_record(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
}

int transaction_report(struct transaction *transaction, struct record *record,
                       rd_kafka_resp_err_t error, char ret_why[DISPATCH_WHY_SIZE])
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    transaction->must_abort = true;
    if (!concerns_record(error))
        return 0;
    return dispatch_reconsider(transaction->options.dispatch, record, error, ret_why);
}

/* ---- ends ---- */

/* The first `count` records. */
static void end_first(struct transaction *transaction, size_t count, bool committed)
{
    for (size_t i = 0; i < count; i++)
        transaction->options.ended(transaction->options.context, transaction->records[i],
                                   committed);
    transaction->count -= count;
    memmove(transaction->records, transaction->records + count,
            transaction->count * sizeof(struct record *));
}

static void close_it(struct transaction *transaction)
{
    transaction->open = false;
    transaction->sent = 0;
    transaction->sent_bytes = 0;
}

/* Slow brokers get little at a time, so that a transaction ends before its time-out does. */
static void adapt_budget(struct transaction *transaction, bool committed)
{
    int64_t took_ms = clock_monotonic_ms() - transaction->opened_ms;
    size_t sent = transaction->sent_bytes;
    size_t *budget = &transaction->budget;

    if (committed && took_ms < QUICK_MS && sent >= *budget)
        *budget = *budget * 2 < MOST_BUDGET ? *budget * 2 : MOST_BUDGET;
    if (took_ms < SLOW_MS)
        return;
    if (sent < *budget)
        *budget = sent;
    *budget /= committed ? 2 : 4;
    if (*budget < LEAST_BUDGET)
        *budget = LEAST_BUDGET;
}

/* Records of partitions that are somebody else's now. */
static void let_go_of_closed(struct transaction *transaction)
{
    size_t kept = 0;

    for (size_t i = 0; i < transaction->count; i++) {
        struct record *record = transaction->records[i];

        if (atomic_load(&record->lane->closed))
            transaction->options.ended(transaction->options.context, record, false);
        else
            transaction->records[kept++] = record;
    }
    transaction->count = kept;
}

static bool has_closed(const struct transaction *transaction)
{
    for (size_t i = 0; i < transaction->sent; i++)
        if (atomic_load(&transaction->records[i]->lane->closed))
            return true;
    return false;
}

/* Not at once: what made it fail (a rebalance, an election) takes its time, too. */
static void wait_before_next(struct transaction *transaction)
{
    transaction->waiting = true;
    transaction->resume_ms = clock_monotonic_ms() + transaction->wait_ms;
    transaction->wait_ms *= 2;
    if (transaction->wait_ms > LONGEST_WAIT_MS)
        transaction->wait_ms = LONGEST_WAIT_MS;
}

/* ---- making the producer anew ---- */

static bool fences_too_often(struct transaction *transaction)
{
    int64_t now = clock_monotonic_ms();
    int64_t *slot = &transaction->fences_ms[transaction->fence_count % MAX_FENCES];
    bool too_often = transaction->fence_count >= MAX_FENCES && now - *slot < FENCE_SPAN_MS;

    *slot = now;
    transaction->fence_count++;
    return too_often;
}

static rd_kafka_topic_partition_list_t *partitions_of_records(const struct transaction *transaction)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

    for (size_t i = 0; i < transaction->count; i++) {
        const struct lane *lane = transaction->records[i]->lane;

        if (rd_kafka_topic_partition_list_find(list, lane->topic, lane->partition) == NULL)
            rd_kafka_topic_partition_list_add(list, lane->topic, lane->partition);
    }
    return list;
}

/* Waits until the brokers tell; false only when the program is stopping. */
static bool ask_committed(const struct transaction *transaction,
                          rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_t *client = consumer_client(transaction->options.consumer);

    while (!is_stopping(transaction)) {
        rd_kafka_resp_err_t error = rd_kafka_committed(client, list, ASK_MS);

        for (int i = 0; error == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++)
            error = list->elems[i].err;
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            return true;
        log_event(LOG_WARNING, "transaction: committed offsets: %s; asking again",
                  rd_kafka_err2str(error));
    }
    return false;
}

static void end_committed(struct transaction *transaction, rd_kafka_topic_partition_list_t *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < transaction->count; i++) {
        struct record *record = transaction->records[i];
        int64_t committed =
            rd_kafka_topic_partition_list_find(list, record->lane->topic, record->lane->partition)
                ->offset;

        if (record->article->coordinates.offset < committed)
            transaction->options.ended(transaction->options.context, record, true);
        else
            transaction->records[kept++] = record;
    }
    transaction->count = kept;
}

/* The new producer's init ends the old transaction; from then on the committed offsets tell the
 * truth. */
static void learn_what_was_committed(struct transaction *transaction)
{
    let_go_of_closed(transaction);
    rd_kafka_topic_partition_list_t *list = partitions_of_records(transaction);

    if (ask_committed(transaction, list))
        end_committed(transaction, list);
    rd_kafka_topic_partition_list_destroy(list);
    let_go_of_closed(transaction);
}

int transaction_init(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    rd_kafka_error_t *error = persist(transaction, rd_kafka_init_transactions, ASK_MS);

    if (error == NULL || is_stopping(transaction)) {
        rd_kafka_error_destroy(error);
        return 0;
    }
    denial_of_id(transaction->options.dispatch->settings, error, ret_why);
    rd_kafka_error_destroy(error);
    return -1;
}

static int renew(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    metric_add(transaction->fenced, 1);
    close_it(transaction);
    transaction->must_abort = false;
    if (fences_too_often(transaction)) {
        snprintf(
            ret_why, DISPATCH_WHY_SIZE,
            "the producer was fenced more than %d times within a minute: does another instance "
            "run under the same name? Give each its own `instance`",
            MAX_FENCES);
        return -1;
    }
    if (transaction->options.renew(transaction->options.context) != 0) {
        snprintf(ret_why, DISPATCH_WHY_SIZE, "the producer could not be made anew");
        return -1;
    }
    if (transaction_init(transaction, ret_why) != 0)
        return -1;
    learn_what_was_committed(transaction);
    return 0;
}

/* ---- committing ---- */

/* Positions of new partitions, and behind the last record of each partition. */
static rd_kafka_topic_partition_list_t *
offsets_to_send(const struct transaction *transaction, const rd_kafka_topic_partition_list_t *first)
{
    rd_kafka_topic_partition_list_t *list = first != NULL
                                                ? rd_kafka_topic_partition_list_copy(first)
                                                : rd_kafka_topic_partition_list_new(8);

    for (size_t i = 0; i < transaction->sent; i++) {
        const struct record *record = transaction->records[i];
        rd_kafka_topic_partition_t *part =
            rd_kafka_topic_partition_list_find(list, record->lane->topic, record->lane->partition);

        if (part == NULL)
            part = rd_kafka_topic_partition_list_add(list, record->lane->topic,
                                                     record->lane->partition);
        part->offset = record->article->coordinates.offset + 1;
    }
    return list;
}

static enum outcome send_offsets(struct transaction *transaction,
                                 const rd_kafka_topic_partition_list_t *offsets,
                                 const rd_kafka_consumer_group_metadata_t *member)
{
    rd_kafka_error_t *error;

    do
        error = rd_kafka_send_offsets_to_transaction(producer_of(transaction), offsets, member, -1);
    while (error != NULL && rd_kafka_error_is_retriable(error) && !is_stopping(transaction) &&
           (rd_kafka_error_destroy(error), true));
    return judge("offsets", error);
}

/* Outputs first: what is still on its way when a transaction is aborted leaves a gap in the
 * producer's sequence numbers, for which the next transaction is aborted, too.
 *
 * The generation is read before the look at the lanes: when a partition is given back in between,
 * the group has moved on and refuses the offsets. */
static enum outcome commit(struct transaction *transaction,
                           const rd_kafka_topic_partition_list_t *first)
{
    rd_kafka_t *client = consumer_client(transaction->options.consumer);

    rd_kafka_flush(producer_of(transaction), FLUSH_MS);
    rd_kafka_consumer_group_metadata_t *member = rd_kafka_consumer_group_metadata(client);
    rd_kafka_topic_partition_list_t *offsets = offsets_to_send(transaction, first);
    enum outcome outcome = ABORT;

    if (member != NULL && !transaction->must_abort && !has_closed(transaction) &&
        !rd_kafka_assignment_lost(client))
        outcome = send_offsets(transaction, offsets, member);
    if (outcome == DONE)
        outcome = judge("commit", persist(transaction, rd_kafka_commit_transaction, -1));
    if (member != NULL)
        rd_kafka_consumer_group_metadata_destroy(member);
    rd_kafka_topic_partition_list_destroy(offsets);
    return outcome;
}

static enum outcome abort_open(struct transaction *transaction)
{
    if (!transaction->open)
        return DONE;
    metric_add(transaction->aborted, 1);
    adapt_budget(transaction, false);
    enum outcome outcome = judge("abort", persist(transaction, rd_kafka_abort_transaction,
                                                  is_stopping(transaction) ? LAST_ABORT_MS : -1));

    close_it(transaction);
    transaction->must_abort = false;
    return outcome == DONE ? DONE : RENEW;
}

static void note_committed(struct transaction *transaction)
{
    size_t sent = transaction->sent;

    metric_add(transaction->committed, 1);
    adapt_budget(transaction, true);
    close_it(transaction);
    transaction->wait_ms = FIRST_WAIT_MS;
    transaction->overdue = false;
    end_first(transaction, sent, true);
}

static enum outcome commit_what_is_there(struct transaction *transaction,
                                         const rd_kafka_topic_partition_list_t *first)
{
    if (transaction->must_abort)
        return transaction->open ? ABORT : RENEW;
    enum outcome outcome = first != NULL ? open_when_closed(transaction) : DONE;

    if (outcome != DONE || !transaction->open)
        return outcome;
    outcome = commit(transaction, first);
    if (outcome == DONE)
        note_committed(transaction);
    return outcome;
}

static int recover(struct transaction *transaction, enum outcome outcome,
                   char ret_why[DISPATCH_WHY_SIZE])
{
    rd_kafka_resp_err_t reason =
        transaction->open ? denial_reason(producer_of(transaction)) : RD_KAFKA_RESP_ERR_NO_ERROR;

    if (outcome == ABORT)
        outcome = abort_open(transaction);
    if (outcome == RENEW && renew(transaction, ret_why) != 0)
        return -1;
    let_go_of_closed(transaction);
    bool denied = denial_explain(transaction->options.dispatch, reason, transaction->records,
                                 transaction->count, ret_why);

    transaction->must_abort = false; /* that was about what was tried, and aborted */
    wait_before_next(transaction);
    return denied ? -1 : 0;
}

static int commit_or_recover(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    rd_kafka_topic_partition_list_t *first = consumer_take_positions(transaction->options.consumer);
    enum outcome outcome = commit_what_is_there(transaction, first);

    if (outcome == DONE)
        consumer_note_home(transaction->options.consumer, first);
    else
        consumer_untake(transaction->options.consumer, first);
    if (first != NULL)
        rd_kafka_topic_partition_list_destroy(first);
    return outcome == DONE ? 0 : recover(transaction, outcome, ret_why);
}

static bool is_due(const struct transaction *transaction)
{
    return !transaction->open || transaction->must_abort || is_full(transaction) ||
           transaction->overdue || consumer_is_draining(transaction->options.consumer) ||
           clock_monotonic_ms() - transaction->opened_ms >= transaction->options.interval_ms;
}

int transaction_step(struct transaction *transaction, char ret_why[DISPATCH_WHY_SIZE])
{
    if (transaction->waiting) {
        let_go_of_closed(transaction);
        if (clock_monotonic_ms() < transaction->resume_ms)
            return 0;
        return produce_again(transaction, ret_why);
    }
    if (is_due(transaction) && commit_or_recover(transaction, ret_why) != 0)
        return -1;
    return transaction->waiting ? 0 : produce_more(transaction, ret_why);
}

void transaction_give_up(struct transaction *transaction)
{
    abort_open(transaction);
    end_first(transaction, transaction->count, false);
}
