/* The processor: one step of the chain that every article goes through. This header is the whole
 * ABI of a plugin; processors/example/ is the smallest one that does something, docs/plugins.md the
 * way there.
 *
 * How an article travels. A worker thread reads an article and hands it to the chain, which calls
 * each processor's `process` in the order of the configuration. A processor looks at the article
 * through the services, adds its own result, and returns an outcome. It never waits for anything
 * but its own computation and never retries by itself: the host does, and bounds it. When the whole
 * chain has succeeded and every size is checked, processors that must agree with other articles
 * `settle`, one article at a time, in input order per partition: `settle` hands a record to the
 * journal and returns PENDING; the journal gives every record back to `apply`, in one order for
 * all, and there the result is decided. So nothing is remembered of an article that dies in a later
 * step.
 *
 * Who owns what. The article is borrowed from the call until it returns; what must live until
 * `settle` or until the article leaves goes into memory from `allocate`. Strings are pointer and
 * length, valid UTF-8, and may contain NUL. What a plugin allocates by other means it frees.
 *
 * Threads. `load` and `unload` run once. Between `open` and `close` a worker's state is used by one
 * thread at a time; there are as many as workers. `settle` and `apply` run on one thread at a time.
 * The shared state is read-only to `process`; only `apply` changes what belongs to the journal.
 *
 * Compatibility. Fields and enum values are only appended; `size` says how much of a struct the
 * other side knows. A change that breaks this raises PROCESSOR_ABI, and the host refuses other
 * numbers at start. */
#ifndef COPYDESK_PROCESSORS_PROCESSOR_H
#define COPYDESK_PROCESSORS_PROCESSOR_H

#include <stddef.h>
#include <stdint.h>

#include "article/coordinates.h"
#include "article/results.h"
#include "article/role.h"
#include "article/text_view.h"
#include "base/slice.h"
#include "config/option.h"

#define PROCESSOR_ABI 2u

struct article;        /* opaque */
struct processor_host; /* the host, as seen by one processor of the chain */

enum processor_outcome {
    OUTCOME_DONE = 0,
    OUTCOME_DROP,    /* the article goes nowhere; its offset is committed */
    OUTCOME_REJECT,  /* the article goes to the dead letters, reason `rejected` */
    OUTCOME_RETRY,   /* a passing fault: the host calls again later, a bounded number of times, then
                        rejects */
    OUTCOME_FATAL,   /* the processor cannot go on with any article: the stage stops */
    OUTCOME_PENDING, /* from settle: the journal's echo decides */
};

enum processor_log_level { PROCESSOR_ERROR, PROCESSOR_WARNING, PROCESSOR_INFO, PROCESSOR_DEBUG };

/* One record as the journal gives it back. */
struct journal_record {
    int64_t position; /* grows by at least one from record to record */
    int64_t time_ms;  /* of the append, ms since 1970 UTC; never decreases within a journal */
    struct slice bytes;
};

/* What a processor's journal must be like where it is shared by a whole group. */
struct journal_needs {
    const char *topic;    /* NULL: each instance keeps its own, in memory */
    int64_t retention_ms; /* how long its records must stay readable */
    size_t record_bytes;  /* of the largest record */
};

/* What the host does for a processor. All functions are safe in any callback that has an article,
 * from that callback's thread. */
struct processor_services {
    size_t size; /* of this struct in the host */

    /* The article: a role's decoded text, absent where the article has none. A value that is not a
     * string in the input is its JSON text. Valid until the article leaves. */
    struct slice (*text)(const struct article *article, enum article_role role);
    enum article_kind (*kind)(const struct article *article);
    struct article_coordinates (*coordinates)(const struct article *article);
    /* ROLE_HEADLINE or ROLE_BODY, built at first use. Never NULL; empty where the article has none.
     * In `process` only, valid until it returns. */
    const struct text_view *(*view)(struct article *article, enum article_role role);
    /* What the processors before this one found. */
    const struct article_results *(*results)(const struct article *article);

    /* Zeroed memory that lives until the article leaves. Never NULL. */
    void *(*allocate)(struct article *article, size_t size);
    /* One pointer a processor and article, NULL at first: from `process` to `settle` and `apply`.
     */
    void **(*slot)(struct processor_host *host, struct article *article);

    /* Results. The struct and all it points to come from `allocate` or are constant. A later call
     * replaces an earlier one. */
    void (*set_language)(struct article *article, const struct language_result *result);
    void (*set_entities)(struct article *article, const struct entities_result *result);
    void (*set_duplicate)(struct article *article, const struct duplicate_result *result);
    /* One JSON value under the processor's own name. Copied. Returns 0, or -1 and changes nothing
     * when json is not one valid JSON value. */
    int (*set_section)(struct processor_host *host, struct article *article, struct slice json);
    /* Why: for DROP, REJECT, RETRY and FATAL. printf's format; cut at 500 bytes. */
    void (*set_reason)(struct article *article, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

    void (*log)(struct processor_host *host, enum processor_log_level level, const char *format,
                ...) __attribute__((format(printf, 3, 4)));
    /* A counter copydesk_plugin_<name>_total{processor="..."} grows by amount. name: [a-z_]+ */
    void (*count)(struct processor_host *host, const char *name, int64_t amount);
    int64_t (*now_ms)(void); /* wall clock, for logs; results must not depend on it */

    /* Appends a record (copied) to the journal of this processor. article: the one that settles,
     * which `apply` then gets back with the record, or NULL for a record of its own accord. In
     * `settle` and `apply` only. Returns 0, or -1 when the journal is closed. */
    int (*journal_append)(struct processor_host *host, struct slice record,
                          struct article *article);

    /* Where the article goes by each verdict that it may get, for the kill that may follow: bytes
     * that mean something to the host alone, to be given back in duplicate_result.destinations.
     * Absent where the host said nothing. In `settle`. */
    struct slice (*destinations)(const struct article *article);
};

struct processor {
    uint32_t abi;     /* PROCESSOR_ABI */
    size_t size;      /* sizeof(struct processor) */
    const char *name; /* [a-z][a-z0-9_]*: its key in the enrichment */
    const char *version;
    const char *summary; /* one line */

    const struct option *options; /* ends with a NULL name; NULL: it has none */
    size_t options_size;          /* of the struct that the table describes */
    /* Optional: do the options go together? Returns 0, or -1 and a sentence in ret_error. */
    int (*check)(const void *options, char *ret_error, size_t error_size);

    /* Optional: models, lists, index: what all workers share. options live until unload. services
     * lives as long as host. Returns 0, or -1 and a sentence in ret_error that says what to do. */
    int (*load)(struct processor_host *host, const struct processor_services *services,
                const void *options, void **ret_shared, char *ret_error, size_t error_size);
    /* Optional: what one worker needs for itself. Returns 0 or -1. */
    int (*open)(void *shared, void **ret_worker);
    /* worker: from open, or shared where there is no open. */
    enum processor_outcome (*process)(void *worker, struct article *article);
    /* Optional, also for kills and takedowns, which skip `process`. */
    enum processor_outcome (*settle)(void *shared, struct article *article);
    /* Optional, with settle: one record of the journal, in order. own: the article whose settle
     * appended it, when it is in flight here; else NULL. It may append for own once more: then own
     * goes on waiting. */
    void (*apply)(void *shared, const struct journal_record *record, struct article *own);
    void (*close)(void *worker);
    void (*unload)(void *shared);
    /* Optional: a version of the model or list, for `made_by`; NULL or a text that lives as long as
     * shared. */
    const char *(*model)(void *shared);

    /* Optional, with settle: what the journal must be like under these options. ret_needs is
     * zeroed; what it points to lives as long as options. Without it the journal is in memory. */
    void (*journal)(const void *options, struct journal_needs *ret_needs);
    /* Optional, with apply: a digest of all that the records have left in memory. Equal for all who
     * have applied the same records, whatever they did besides. Threads: as apply. */
    uint64_t (*digest)(void *shared);
    /* Optional, with apply: an article that was settled goes to the dead letters after all. Appends
     * what takes it back. Threads: as settle. */
    void (*retract)(void *shared, const struct article_coordinates *coordinates);
    /* Optional: bytes of what load made and what the records have left in memory, for the metrics.
     * Threads: any, beside all others. */
    size_t (*memory)(void *shared);
};

/* Descriptors of plugins that were built before the last fields were appended. */
#define PROCESSOR_LEAST_SIZE offsetof(struct processor, journal)

/* The one symbol that a plugin exports: copydesk_processor. */
typedef const struct processor *(*processor_entry)(void);

#endif
