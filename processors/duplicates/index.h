/* The index: the articles of the window, and the ways to find them again: by coordinates, by
 * identity, by exact text, and by the keys of their sketches.
 *
 * Entries lie in a ring in the order of the journal, in blocks of 8,192; a block is one
 * allocation, made when the ring reaches it and freed when the window has passed it. Four tables of
 * links lead into them (tables and blocks lie in huge pages, since every look-up goes to a dozen
 * random places):
 *
 *   - coordinates and keys: chains, newest first. Of one key only the newest 32 entries stay.
 *   - text and identity: chains of groups. A group's oldest entry stands in the chain; each entry
 *     knows the next newer and the next older one.
 *
 * An entry that expires is the oldest of all, so it is the last of its chains and the oldest of its
 * groups, and is unlinked at once: no link ever leads to what is not there.
 *
 * The tables are small at the start, so that little is cleared for few articles, and are those of
 * the largest window from the 32,768th entry on. One article with an id of 40 bytes takes less than
 * 400 bytes all in; each further id, and the id of an item that it replaces, some 310 more.
 *
 * The content is a function of the records that were added and of what expired: nothing depends on
 * time, addresses or the size of tables. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_INDEX_H
#define COPYDESK_PROCESSORS_DUPLICATES_INDEX_H

#include "article/results.h"
#include "processors/duplicates/claim.h"

enum {
    INDEX_POSTINGS_MAX = 32,   /* entries of one key */
    INDEX_CANDIDATES_MAX = 24, /* entries that a text is compared with */
    INDEX_MAX_CAPACITY = 40000000,
    DIGEST_MAX = 16, /* stories that a digest is said to contain */
};

/* When a record was appended, by the journal. */
struct journal_time {
    int64_t ms;
    int64_t position;
};

enum entry_type {
    ENTRY_ARTICLE,
    ENTRY_KILL,
    ENTRY_REPLACED,   /* stands at the identity of an item that another one says it replaces */
    ENTRY_ALIAS,      /* stands at a further identity of an article */
    ENTRY_KILL_ALIAS, /* ... of a kill */
};

/* An entry's place among those of its text or identity; for the index only. */
struct group_links {
    uint32_t next;  /* oldest entry of the next group in the chain */
    uint32_t newer; /* in the group; of the newest one: itself */
    uint32_t older; /* in the group; of the oldest one: the newest */
};

struct index_entry {
    struct fingerprint fingerprint;
    uint64_t identity; /* 0: none; of kills and replaced items: of what they are about */
    uint64_t coordinates;
    struct group_links text_links;
    struct group_links identity_links;
    uint32_t coordinates_next;
    uint32_t number;   /* its place in the ring, from 1 on */
    uint32_t detail;   /* where name, version and the verdict's ids begin in the block's bytes */
    uint32_t position; /* of its record: the low bits, which the window never comes round */
    uint32_t time_low; /* of its record, ms since 1970: 48 bits are enough for 8,900 years */
    uint16_t time_high;
    uint16_t similarity;
    uint16_t destinations; /* number of the claim's in the index's texts; 0: none */
    uint8_t type;          /* enum entry_type */
    uint8_t verdict;       /* enum duplicate_verdict: the first one for these coordinates */
    uint8_t by;            /* enum duplicate_evidence */
    uint8_t key_count;
    bool correction : 1;
    bool withheld : 1;
    /* As the verdict said: */
    bool compared : 1;
    bool of_killed : 1;
    bool embargoed : 1;
    bool of_withheld : 1;
    bool of_embargoed : 1;
    /* Set by the law: */
    bool digest : 1;    /* it contains several stories */
    bool killed : 1;    /* its text is a killed one, or a copy of one */
    bool retracted : 1; /* found by its coordinates only */
};

struct article_index;

/* capacity: the most positions that the window spans, 1 to INDEX_MAX_CAPACITY. */
struct article_index *article_index_new(uint32_t capacity);
void article_index_free(struct article_index *index); /* NULL is fine */

/* Forgets entries that are window_ms or more older than now, or `capacity` positions or more behind
 * it. Times and positions never decrease from call to call. */
void article_index_expire(struct article_index *index, const struct journal_time *now,
                          int64_t window_ms);

/* Remembers an article or kill and the verdict on it, at that identity. name: how other articles
 * name it, at most CLAIM_MAX_TEXT bytes. Only ENTRY_ARTICLE is found by text and keys, and only
 * that and ENTRY_KILL by coordinates. */
struct index_entry *article_index_add(struct article_index *index, enum entry_type type,
                                      uint64_t identity, const struct claim *claim,
                                      struct slice name, const struct journal_time *time,
                                      const struct duplicate_result *result);

/* Each returns NULL where there is none. Entries are valid until they expire. */
struct index_entry *article_index_by_coordinates(const struct article_index *index, uint64_t hash);
/* The oldest entry with that text, and the next newer one. */
struct index_entry *article_index_text_oldest(const struct article_index *index, uint64_t exact);
struct index_entry *article_index_text_newer(const struct article_index *index,
                                             const struct index_entry *entry);
/* The newest entry of that type at that identity, and the next older one. */
struct index_entry *article_index_identity_newest(const struct article_index *index,
                                                  enum entry_type type, uint64_t identity);
struct index_entry *article_index_identity_older(const struct article_index *index,
                                                 const struct index_entry *entry);
/* All entries, from the oldest on. */
struct index_entry *article_index_oldest(const struct article_index *index);
struct index_entry *article_index_next(const struct article_index *index,
                                       const struct index_entry *entry);

/* Fetches into the caches what a claim will be looked up by, and what forgetting the oldest entry
 * touches: all of it side by side, where one look-up after the other would wait for each. Changes
 * nothing. */
void article_index_fetch(const struct article_index *index, const struct claim *claim);

/* Articles that share a key, newest first, each once. Where they are more than
 * INDEX_CANDIDATES_MAX, those with the key that fewest have come first, then the newest: a rare run
 * of words tells more than a common one. Returns how many. */
uint32_t article_index_candidates(const struct article_index *index,
                                  const struct fingerprint_keys *keys,
                                  struct index_entry **ret_entries);

/* Was a added before b? */
bool article_index_is_older(const struct article_index *index, const struct index_entry *a,
                            const struct index_entry *b);

/* What was added with the entry. Texts are valid as long as it is. */
struct slice article_index_name(const struct article_index *index, const struct index_entry *entry);
void article_index_version(const struct article_index *index, const struct index_entry *entry,
                           struct item_version *ret_version);
/* Returns false where it has no embargo. */
bool article_index_embargo(const struct article_index *index, const struct index_entry *entry,
                           int64_t *ret_until_ms);
/* Of the article's claim; absent where it had none. */
struct slice article_index_destinations(const struct article_index *index,
                                        const struct index_entry *entry);
/* The verdict as it was. The copies of a kill are not kept. contains: room for DIGEST_MAX ids. */
void article_index_result(const struct article_index *index, const struct index_entry *entry,
                          struct slice *contains, struct duplicate_result *ret_result);

/* The entry keeps its verdict for its own coordinates, and is nobody's original any more. */
void article_index_retract(struct article_index *index, struct index_entry *entry);

/* The same content with another capacity. Entries that do not fit any more are forgotten. */
struct article_index *article_index_resize(struct article_index *index, uint32_t capacity);

/* Of what is remembered: position, verdict and `of` of every entry. The same for the same content,
 * whatever came before. */
uint64_t article_index_digest(const struct article_index *index);

/* What it takes, reserved room included. It looks at each block of a thousand articles. */
size_t article_index_bytes(const struct article_index *index);

/* Entries in the window. */
uint32_t article_index_count(const struct article_index *index);

#endif
