/* The stage: consumer, workers, processors and publisher, wired into one running thing.
 *
 * How an article travels. Intake (one thread) polls a record, copies it out of Kafka's buffers,
 * gives it its lane and sequence and puts it into the work queue, as far as the window lets it. A
 * worker (one thread a core) reads the article and runs the chain. The publisher (one thread) puts
 * what the workers finish back into input order per partition, settles, renders, routes and
 * produces it. The delivery report ends the record: its offset counts as finished, and once
 * everything before it is finished too, the position moves and librdkafka commits it. HTTP answers
 * on a thread of its own.
 *
 *      Kafka -> intake -> [window, work queue] -> workers -> [order] -> publisher -> Kafka
 *                 ^                                                        |
 *                 +------------- offsets over the finished prefix <--------+
 *
 * Who owns a record: intake until it is pushed, then the worker that popped it, then the publisher,
 * until its delivery report. Nothing else keeps a pointer to it.
 *
 * Threads: stage_start, stage_stop and stage_free from one thread; the rest any. */
#ifndef COPYDESK_STAGE_STAGE_H
#define COPYDESK_STAGE_STAGE_H

#include <stdbool.h>

#include "base/metrics.h"
#include "config/config.h"
#include "stage/flight.h"

struct stage;

struct stage_options {
    const struct config *config; /* outlives the stage */
    /* The stage cannot go on; stage_stop is then due. text: why and what to do. Any thread, at most
     * once a part. May be NULL. */
    void (*failed)(void *context, const char *text);
    /* The process had better be started again: workers hang and were replaced, too many of them, or
     * the claims topic has lost what this process remembers. May be NULL. */
    void (*worn)(void *context, const char *why);
    /* The start's waiting is over: next, the group is joined, and a stop takes stage_stop. Within
     * stage_start; not called where that fails. May be NULL. */
    void (*reached)(void *context);
    void *context;
    struct flight *flight; /* the supervisor's page; NULL: none */
};

/* start: until the brokers have answered; restoring: until the claims are read back and the group
 * has given this instance its partitions; running; reloading: while another configuration is put in
 * force (articles go on); draining: from stage_stop on. */
enum stage_state { STAGE_START, STAGE_RESTORING, STAGE_RUNNING, STAGE_RELOADING, STAGE_DRAINING };

/* Loads the processors, reaches the brokers (within 15 s), checks that all topics exist, and
 * starts. Returns NULL, a sentence in ret_error and the exit code (exits.h: 69 no broker, 78
 * configuration, 1 else) in ret_exit. */
struct stage *stage_start(const struct stage_options *options, int *ret_exit, char *ret_error,
                          size_t error_size);

/* Stops intake, drains what is in flight (up to shutdown_timeout), commits, leaves the group. */
void stage_stop(struct stage *stage);

void stage_free(struct stage *stage); /* after stage_stop; NULL is fine */

/* It runs, the group has given this instance its partitions (a spare one may have none) and not
 * taken them away as lost, brokers are reachable, and nothing has failed. */
bool stage_is_ready(const struct stage *stage);

/* False while all brokers are down. Then it asks them, for up to half a second. */
bool stage_reaches_kafka(const struct stage *stage);

bool stage_has_failed(const struct stage *stage);

enum stage_state stage_state(const struct stage *stage);
const char *stage_state_name(enum stage_state state);

/* Some words, or NULL where it is ready. */
const char *stage_why_not_ready(const struct stage *stage);

/* Puts another configuration in force, all of it or nothing: routes, dead_letters, kills, the
 * processors' options and the files that they name. Articles go on meanwhile. What only a restart
 * can change is refused by name. config stays until nobody uses it; the caller's hold is still the
 * caller's. Returns 0, or -1 and sentences in ret_error: the old one stays. Threads: that of
 * stage_stop. */
int stage_reload(struct stage *stage, const struct config *config, char *ret_error,
                 size_t error_size);

/* Counts a reload that stage_reload did not see: a file with problems. */
void stage_count_reload(struct stage *stage, bool done);

/* Reloads so far: done, or refused. */
int64_t stage_reloads(struct stage *stage, bool done);

/* Not ready, since the claims topic is being restored, or is silent; NULL: neither. */
const char *stage_waits_for_claims(const struct stage *stage);

/* The text of /metrics. */
void stage_metrics(struct stage *stage, struct buffer *text);

/* Articles between intake and delivery. */
size_t stage_in_flight(struct stage *stage);

#endif
