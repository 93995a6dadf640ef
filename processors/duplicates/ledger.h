/* The ledger: what the records of a journal come to, one after the other. Everything that a verdict
 * rests on is here: the terms in force, the list of boilerplate, the articles that are remembered.
 * It is a function of the records and of nothing else: whoever applies the same ones, live, after a
 * restart or from a file, gets the same.
 *
 * Terms. A record of terms that `rules` is in force from its place on. Any other one is in force
 * only where none is; else it says once more what is, for those whose reading begins later, or,
 * where it says something else, is without effect. Terms are forgotten when neither they nor a
 * claim made under them came for so long as the window, at least an hour: a claim under no terms is
 * undetermined and not remembered, so whoever claims sees to it that they are there.
 *
 * Other algorithms. Terms with another algorithm begin with an empty memory, since fingerprints
 * cannot be compared; a claim that was made under another algorithm than the one in force is
 * undetermined and not remembered. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_LEDGER_H
#define COPYDESK_PROCESSORS_DUPLICATES_LEDGER_H

#include "processors/duplicates/verdict.h"
#include "processors/processor.h"

struct ledger;

enum ledger_entry {
    LEDGER_SKIPPED,     /* no record of this form: without effect */
    LEDGER_FIRST,       /* of an article or kill; the result is given */
    LEDGER_AGAIN,       /* the same coordinates again, or undetermined; the result is given */
    LEDGER_LIST,        /* a list of boilerplate is in force now */
    LEDGER_TERMS,       /* terms are in force now, or still are */
    LEDGER_OTHER_TERMS, /* without effect: others are in force */
    LEDGER_RETRACTED,
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger); /* NULL is fine */

/* Applies one record. Positions grow from call to call. What ret_claim and ret_result point to is
 * valid until the next call, and as long as the record. */
enum ledger_entry ledger_apply(struct ledger *ledger, const struct journal_record *record,
                               struct claim *ret_claim, struct duplicate_result *ret_result);

/* The terms in force, as far as the records go; NULL: none. Valid until the next ledger_apply. */
const struct terms *ledger_terms(const struct ledger *ledger);
uint64_t ledger_terms_id(const struct ledger *ledger); /* 0: none */

/* When terms were last said, by the records' time; 0: never. */
int64_t ledger_terms_said_ms(const struct ledger *ledger);

const struct boilerplate *ledger_list(const struct ledger *ledger);
int64_t ledger_list_position(const struct ledger *ledger); /* -1: there was none */

/* Of the record that was applied last; 0: none was. */
int64_t ledger_time_ms(const struct ledger *ledger);

/* As verdict_law_work; 0 of both while there are no terms. */
void ledger_work(const struct ledger *ledger, uint64_t *ret_lookups, uint64_t *ret_compared);

uint32_t ledger_count(const struct ledger *ledger); /* as verdict_law_count */
size_t ledger_bytes(const struct ledger *ledger);   /* as verdict_law_bytes */

/* Of all that is remembered: terms, and article_index_digest. */
uint64_t ledger_digest(const struct ledger *ledger);

#endif
