/* The claim: the journal record that one article is decided by. It carries all that the verdict
 * needs, so that the verdict is a function of the records before it and of the configuration.
 *
 * Form 2, little-endian: form (1 byte), type (1), then for an article or kill: flags (2), id of the
 * terms (8), partition (4), offset (8), payload hash (8), topic, and what the flags announce; for a
 * list: its count (4) and tags (4 each); for terms: whether they rule (1), and they; for what is
 * taken back: coordinates as above. Texts are a length (2) and bytes. A record of another form,
 * cut, too long or with bytes left over is refused as a whole, in the same way by everyone who
 * reads it. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_CLAIM_H
#define COPYDESK_PROCESSORS_DUPLICATES_CLAIM_H

#include "article/coordinates.h"
#include "base/buffer.h"
#include "processors/duplicates/fingerprint.h"
#include "processors/duplicates/identity.h"
#include "processors/duplicates/terms.h"

enum {
    CLAIM_FORM = 2,
    CLAIM_MAX_TEXT = 512, /* bytes of a topic or an id; a longer id is not remembered by its text */
    CLAIM_MAX_OTHER_IDS = 4, /* further ids of an item that are looked at, the first ones */
    CLAIM_MAX_BYTES = 16 + 4 * BOILERPLATE_MAX,
};

enum claim_type {
    CLAIM_ARTICLE = 1,
    CLAIM_KILL = 2, /* a kill or takedown: no text */
    CLAIM_LIST = 3, /* a list of boilerplate, in force from here on */
    CLAIM_TERMS = 4,
    CLAIM_RETRACT = 5, /* an article that was claimed and is not published */
};

struct claim {
    enum claim_type type;

    struct article_coordinates coordinates;
    uint64_t terms;    /* terms_id of those that it was made under */
    struct slice id;   /* as other articles name it; absent: by its coordinates */
    uint64_t identity; /* 0: it has none */
    struct item_version version;
    bool correction;
    struct slice evolved_from;      /* the id of the item that it replaces; absent: none */
    uint64_t evolved_from_identity; /* 0 where that is absent */
    uint64_t other_identities[CLAIM_MAX_OTHER_IDS]; /* further names of the same item */
    uint32_t other_count;
    bool withheld;
    bool has_embargo;
    int64_t embargo_ms; /* until then, ms since 1970 UTC */

    /* Of CLAIM_ARTICLE. */
    struct slice destinations; /* the host's word for where it goes; absent: none */
    int64_t list;              /* position of the list that the sketch was made under; -1: none */
    struct fingerprint fingerprint;
    struct fingerprint_keys keys;

    /* Of CLAIM_LIST: little-endian tags. */
    struct slice tags;

    /* Of CLAIM_TERMS. */
    bool rules;               /* they are in force from here on; else only where none are */
    struct slice terms_bytes; /* for terms_read */
};

/* Appends the record. Texts above CLAIM_MAX_TEXT must not be given. */
void claim_write(const struct claim *claim, struct buffer *record);
void claim_write_list(const uint32_t *tags, uint32_t count, struct buffer *record);
void claim_write_terms(const struct terms *terms, bool rules, struct buffer *record);
/* coordinates.topic: at most CLAIM_MAX_TEXT bytes. */
void claim_write_retract(const struct article_coordinates *coordinates, struct buffer *record);

/* Returns 0, or -1 where record is not exactly one claim of this form. Texts and tags of ret_claim
 * point into record. */
int claim_read(struct slice record, struct claim *ret_claim);

/* The i-th tag of a list. */
uint32_t claim_tag(const struct claim *claim, size_t i);

/* What the coordinates are recognised by when they come again. Never 0. */
uint64_t claim_coordinates_hash(const struct claim *claim);

#endif
