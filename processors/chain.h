/* The chain: the processors of a configuration, in order, with their state, their metrics and what
 * their outcomes mean. One switch decides that (chain.c). */
#ifndef COPYDESK_PROCESSORS_CHAIN_H
#define COPYDESK_PROCESSORS_CHAIN_H

#include "article/article.h"
#include "base/metrics.h"
#include "config/config.h"
#include "processors/journal.h"

struct chain;
struct chain_worker;

enum chain_outcome {
    CHAIN_DONE,     /* go on: settle after process, publish after settle */
    CHAIN_DROPPED,  /* publish nothing, commit the offset */
    CHAIN_REJECTED, /* article->reason says why: to the dead letters */
    CHAIN_PENDING,  /* from settle: `settled` is called later, maybe on another thread */
    CHAIN_FATAL,    /* the stage must stop; article->reason_text says why */
};

/* Called once for an article whose chain_settle returned CHAIN_PENDING, on the thread that delivers
 * the journal. On in-memory journals none does: the record comes back before chain_settle returns.
 */
typedef void (*chain_settled)(void *context, struct article *article, enum chain_outcome outcome);

/* Loads all processors of settings->processors (each entry as host_resolve left it) on in-memory
 * journals. processor_time bounds one article in one processor (limits.processor_time, ms). Returns
 * NULL and a sentence in ret_error. config and metrics outlive the chain. */
struct chain *chain_new(const struct config *config, struct metrics *metrics, chain_settled settled,
                        void *context, char *ret_error, size_t error_size);

/* Makes the journals that a group shares: one at most, since one thread delivers it. */
struct chain_journals {
    /* Returns NULL and a sentence in ret_error. The chain frees the result. */
    struct journal *(*make)(void *context, const struct journal_needs *needs, journal_apply apply,
                            void *apply_context, char *ret_error, size_t error_size);
    void *context;
    /* Not NULL: the log is only looked at. Articles are not settled by the processor but by this,
     * which gives them the result that they have there; `make` is not called. */
    enum chain_outcome (*settle)(void *context, struct article *article);
};

/* The same, with shared journals where processors ask for them. */
struct chain *chain_new_with(const struct config *config, struct metrics *metrics,
                             chain_settled settled, void *context,
                             const struct chain_journals *journals, char *ret_error,
                             size_t error_size);

void chain_free(struct chain *chain); /* after its workers; NULL is fine */

/* Where a chain takes its time from. */
struct chain_clock {
    int64_t (*wall_ms)(void *context); /* of journal records, ms since 1970 UTC */
    int64_t (*monotonic_ns)(void *context);
    void (*wait_ms)(void *context, int64_t ms); /* between two attempts */
    void *context;
};

/* Replaces the machine's clock, for tests and replays. Before the first article. */
void chain_use_clock(struct chain *chain, const struct chain_clock *clock);

/* What one worker thread needs. Returns NULL and a sentence in ret_error. */
struct chain_worker *chain_worker_new(struct chain *chain, char *ret_error, size_t error_size);
void chain_worker_free(struct chain_worker *worker);

/* Runs every `process` on an article that article_read accepted (kills, takedowns and tombstones
 * skip them all). Retries are done inside, bounded. Never CHAIN_PENDING. Threads: the worker's own.
 */
enum chain_outcome chain_process(struct chain_worker *worker, struct article *article);

/* How long the worker's present call of a processor has lasted, in ns, and which processor it is; 0
 * where it is in none. Threads: any, for whoever watches over workers that hang. */
int64_t chain_worker_call_ns(const struct chain_worker *worker, const char **ret_processor);

/* Runs every `settle`. Threads: one at a time for the whole chain, articles of one partition in
 * input order. */
enum chain_outcome chain_settle(struct chain *chain, struct article *article);

/* An article that was settled is not published after all: tells the processors. Threads: as
 * chain_settle. */
void chain_retract(struct chain *chain, const struct article_coordinates *coordinates);

/* How far the shared journal was applied, and the digest there; and the same at the last position
 * that CHAIN_CHECKPOINT divides, for comparison between instances that are not equally far. */
struct chain_progress {
    int64_t position; /* -1: nothing was applied yet */
    uint64_t digest;
    int64_t checkpoint; /* -1: none yet */
    uint64_t checkpoint_digest;
};

enum { CHAIN_CHECKPOINT = 1024 };

/* Threads: any. */
struct chain_progress chain_progress(struct chain *chain);

/* The name of a processor that could share its journal with a group and does not; NULL: none. */
const char *chain_remembers_alone(const struct chain *chain);

/* Tells of each processor that knows it how much memory it takes. Threads: any. */
void chain_memory(struct chain *chain,
                  void (*each)(void *context, const char *processor, size_t bytes), void *context);

/* ---- reload: other options for the processors of a running chain ---- */

struct chain_change;

/* Loads the processors anew whose options, or the files that these name, differ from those that
 * run. The list of processors must be the same, and one that settles cannot change: it remembers.
 * config stays until nobody uses it. Returns NULL and a sentence in ret_error: nothing happened.
 * Threads: one at a time, beside the workers. */
struct chain_change *chain_prepare(struct chain *chain, const struct config *config,
                                   char *ret_error, size_t error_size);

/* From now on articles that a worker begins are processed by the new ones; the old ones go with the
 * last worker that moves on. Takes change. Returns how many processors are new. */
size_t chain_apply(struct chain_change *change);
void chain_discard(struct chain_change *change); /* NULL is fine */

/* Appends the object for `made_by`: copydesk's version, the configuration's digest, and for each
 * processor that has one its model. */
void chain_made_by(const struct chain *chain, const char *config_digest, struct buffer *json);

#endif
