/* The terms: what verdicts rest on besides the claims. They stand in the journal as a record, so
 * that all who read it decide alike, whatever their own configurations say. Which terms are in
 * force is the ledger's to say. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_TERMS_H
#define COPYDESK_PROCESSORS_DUPLICATES_TERMS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "config/option.h"

enum terms_clock {
    CLOCK_LOG,    /* a record's time is when it was appended */
    CLOCK_ARTICLE /* it is the article's own: for the archive */
};

struct terms {
    int64_t window_ms;
    int64_t articles;
    int clock;                 /* enum terms_clock */
    struct option_list signal; /* of const char *: marks of corrections */
    struct option_list ednote;
    struct option_list withheld; /* of const char *: statuses */
    /* How fingerprints are made and compared: other ones cannot be compared with ours. */
    uint64_t algorithm;
};

enum {
    TERMS_MAX_MARKS = 64, /* in a list */
    TERMS_MAX_MARK = 255, /* bytes */
    TERMS_MAX_ARTICLES = 40000000,
};

/* What this build makes and compares; fold_digest: of the tables that texts are folded by. */
uint64_t terms_algorithm(uint64_t fold_digest);

void terms_write(const struct terms *terms, struct buffer *bytes);

/* Lists are copied into arena. Returns 0, or -1 for what terms_write does not write; it then sets
 * nothing. */
int terms_read(struct slice bytes, struct arena *arena, struct terms *ret_terms);

/* Names the terms in every claim. The low 16 bits are the algorithm's. Never 0. */
uint64_t terms_id(const struct terms *terms);

/* Do the terms of these two ids make fingerprints alike? */
bool terms_same_algorithm(uint64_t id, uint64_t other);

#endif
