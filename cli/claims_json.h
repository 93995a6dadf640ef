/* Claims and verdicts as lines of JSON, for people and for checkers in other languages.
 * Threads: any. */
#ifndef COPYDESK_CLI_CLAIMS_JSON_H
#define COPYDESK_CLI_CLAIMS_JSON_H

#include "processors/duplicates/ledger.h"

/* A record of the topic: offset, time, key and record as hexadecimal digits, which is all that a
 * replay needs, and what the record says, for people. */
void claims_json_record(const struct journal_record *record, struct slice key, struct buffer *json);

/* What the ledger decided on an article's or kill's claim. */
void claims_json_verdict(const struct journal_record *record, const struct claim *claim,
                         const struct duplicate_result *result, struct buffer *json);

void claims_json_terms(const struct terms *terms, struct buffer *json);

#endif
