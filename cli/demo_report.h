/* What the demo has seen: which article came out where, and the table that tells why. Pure: records
 * in, text out. Threads: one at a time. */
#ifndef COPYDESK_CLI_DEMO_REPORT_H
#define COPYDESK_CLI_DEMO_REPORT_H

#include "base/buffer.h"
#include "cli/view.h"

struct demo_report;

/* One record of an output topic. */
struct demo_record {
    struct slice topic;
    struct slice key;
    struct slice value;       /* absent: a tombstone */
    struct slice reason;      /* of a dead letter: copydesk-reason; else absent */
    struct slice reason_text; /* copydesk-reason-text */
};

struct demo_report *demo_report_new(void);
void demo_report_free(struct demo_report *report); /* NULL is fine */

/* An article was sent with this key. */
void demo_report_expect(struct demo_report *report, struct slice key);

/* A record came out. One with an unknown key is counted as a surprise, as is a second one. */
void demo_report_take(struct demo_report *report, const struct demo_record *record);

/* Everything that was sent has come out. */
bool demo_report_is_complete(const struct demo_report *report);

size_t demo_report_expected(const struct demo_report *report);
size_t demo_report_arrived(const struct demo_report *report);

/* Appends the table, in the order of sending. */
void demo_report_table(const struct demo_report *report, const struct view_options *options,
                       struct buffer *out);

/* Appends the page of the first article in language (a tag), where there is one. */
void demo_report_page(const struct demo_report *report, struct slice language,
                      const struct view_options *options, struct buffer *out);

/* Appends how many went where, and what is missing or came too often. */
void demo_report_summary(const struct demo_report *report, const struct view_options *options,
                         struct buffer *out);

#endif
