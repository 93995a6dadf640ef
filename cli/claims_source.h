/* Where the commands about claims read from: the topic, or a dump of it. Threads: one at a time. */
#ifndef COPYDESK_CLI_CLAIMS_SOURCE_H
#define COPYDESK_CLI_CLAIMS_SOURCE_H

#include "cli/reader.h"
#include "processors/processor.h"

struct claims_source;

/* file: a dump, "-" for standard input; NULL: the topic. Returns NULL, a sentence in ret_error and
 * the exit code in ret_exit. */
struct claims_source *claims_source_open(const struct settings *settings, const char *topic,
                                         const char *file, int *ret_exit, char *ret_error,
                                         size_t error_size);
void claims_source_close(struct claims_source *source); /* NULL is fine */

/* One record with its key; both valid until the next call. Returns 1, 0 at the end, or -1 and a
 * sentence. Times do not go back, as in a running instance. */
int claims_source_next(struct claims_source *source, struct journal_record *ret_record,
                       struct slice *ret_key, char *ret_error, size_t error_size);

/* For a progress bar; 0 of a dump. */
int64_t claims_source_total(const struct claims_source *source);
int64_t claims_source_passed(const struct claims_source *source);

#endif
