/* The article: raw bytes as they came, the fields found in them, what processors added, and the way
 * back out. It knows nothing of Kafka.
 *
 * Life: article_new (intake) -> article_read (worker) -> chain -> settle -> article_render (worker
 * or publisher) -> article_free. Threads: one at a time; it is handed from thread to thread. */
#ifndef COPYDESK_ARTICLE_ARTICLE_H
#define COPYDESK_ARTICLE_ARTICLE_H

#include <stdbool.h>

#include "article/coordinates.h"
#include "article/paths.h"
#include "article/results.h"
#include "article/role.h"
#include "article/text_view.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "config/option.h"

enum article_format { FORMAT_JSON, FORMAT_TEXT };

/* What stands before the article in a record's value. FRAMING_CONFLUENT: a zero byte and the four
 * bytes of a schema's id, as the Confluent schema registry's serialisers write them; they go out as
 * they came in. */
enum article_framing { FRAMING_NONE, FRAMING_CONFLUENT };

/* Why an article cannot go on; article_reason_name gives the contract's word. */
enum article_reason {
    REASON_NONE,
    REASON_MALFORMED_JSON,
    REASON_NOT_AN_OBJECT,
    REASON_INVALID_UTF8,
    REASON_DUPLICATE_KEY,
    REASON_NO_BODY,
    REASON_TOO_LARGE,
    REASON_TOO_DEEP,
    REASON_TOO_SLOW,
    REASON_FRAMING,
    REASON_REJECTED,
    REASON_CRASHED,
    REASON_OUTPUT_TOO_LARGE,
    REASON_COUNT
};

/* How raw bytes are read: from the configuration's consumer.input and limits. */
struct article_input {
    enum article_format format;
    enum article_framing framing;
    struct article_paths *paths; /* per role, compiled; constant while articles are read */
    size_t max_bytes;            /* limits.article */
    unsigned max_depth;          /* limits.depth */
    /* Statuses (const char *) that make a record a kill, in any case; NULL: canceled, cancelled. */
    const struct option_list *canceled;
};

enum { ARTICLE_MAX_PROCESSORS = 32 };

struct article {
    struct arena arena;       /* everything of this article but the payload */
    struct slice payload;     /* the record's value; absent for a tombstone */
    struct slice frame;       /* the part of payload before the content; empty without framing */
    struct slice content;     /* the part that is read; set by article_read */
    struct slice fallback_id; /* `text` format: the record's key, else TOPIC-PARTITION-OFFSET */
    struct article_coordinates coordinates;

    enum article_kind kind;
    struct slice texts[ROLE_COUNT]; /* decoded; absent where the input has none */
    /* Where the enrichment goes, found while reading (JSON only). */
    struct {
        size_t close;     /* offset of the last } */
        size_t cut_start; /* an existing enrichment member and one comma with it: */
        size_t cut_end;   /* [cut_start, cut_end) is left out; both 0 where none */
        bool empty;       /* no member is left beside it */
    } splice;

    /* Where it goes by each verdict that it may get, in words of the producer; set before it
     * settles. Absent: nobody said. */
    struct slice destinations;

    struct article_results results;
    struct plugin_section sections[ARTICLE_MAX_PROCESSORS];
    void *slots[ARTICLE_MAX_PROCESSORS];

    enum article_reason reason;   /* why it is rejected; NONE: it is not */
    char reason_text[512];        /* a sentence for people, with the place where it applies */
    const char *reason_processor; /* the processor's name, or NULL */

    struct article_scratch *scratch; /* of the worker that has it, during process; else NULL */
    void *carrier;                   /* whoever brought it keeps a note here; NULL at first */

    size_t room; /* bytes for the payload, which stands behind the struct */
};

/* Working memory of one worker: views, scanner. Reused from article to article. */
struct article_scratch;

struct article_scratch *article_scratch_new(void);
void article_scratch_free(struct article_scratch *scratch);

/* Takes a copy of payload (absent: a tombstone) and of coordinates.topic. coordinates.payload_hash
 * is filled in here. fallback_id: copied. */
struct article *article_new(struct slice payload, struct article_coordinates coordinates,
                            struct slice fallback_id);
void article_free(struct article *article); /* NULL is fine */

/* The same in the memory of an article that is done with, which it takes over; NULL: in new memory.
 * So a steady stream of articles allocates nothing. */
struct article *article_renew(struct article *used, struct slice payload,
                              struct article_coordinates coordinates, struct slice fallback_id);

/* Gives back what an article that is done with holds beyond the usual. Returns it, or NULL where
 * all of it went. */
struct article *article_trim(struct article *used);

/* Bytes that it holds. */
size_t article_bytes(const struct article *article);

/* Validates the payload, finds the roles and the kind. Returns 0, or -1 with article->reason and
 * reason_text set. Roles that were found before an error stay (so a rejection can name the id). */
int article_read(struct article *article, const struct article_input *input,
                 struct article_scratch *scratch);

/* The view of ROLE_HEADLINE or ROLE_BODY, built at first use in the article's scratch. */
const struct text_view *article_view(struct article *article, enum article_role role);

/* Sets reason, printf-style text, and processor (may be NULL). Returns -1, for `return`. */
int article_reject(struct article *article, enum article_reason reason, const char *processor,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

const char *article_reason_name(enum article_reason reason);

/* What stands in `made_by`: rendered once at start. */
struct article_made_by {
    struct slice json; /* the object's text */
};

enum offset_unit { OFFSETS_CODE_POINTS, OFFSETS_UTF16, OFFSETS_BYTES };

/* Appends the enriched article: the payload with "enrichment" spliced in (JSON), or the object
 * {"id","body","enrichment"} (text). Sets out->overflow where it does not fit. A tombstone appends
 * nothing. A kill or takedown is spliced like an article, with what is there. */
void article_render(const struct article *article, enum article_format format,
                    const struct article_made_by *made_by, struct buffer *out);

/* The enrichment object alone. */
void article_render_enrichment(const struct article *article, const struct article_made_by *made_by,
                               struct buffer *out);

#endif
