#include "processors/duplicates/index.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pages.h"
#include "processors/duplicates/mix.h"
#include "processors/duplicates/text_pool.h"

enum {
    BLOCK_ENTRIES = 8192,
    DETAIL_START = 64 * BLOCK_ENTRIES, /* bytes that a block's details begin with */
    SLOT_BITS = 3,                     /* FINGERPRINT_MAX_KEYS keys an entry */
    HEADS_PER_ARTICLE = 4,             /* of the chains of keys: two keys a chain on average */
    ARTICLES_PER_HEAD = 2,             /* of the other chains */
    FIRST_ROOM = 4096,                 /* articles that tables have room for at the start, */
    MORE_ROOM = 8,                     /* and so many times as many when they are full */
    /* One, one where it replaces another item, one for each further id. */
    ENTRIES_PER_ARTICLE = 2 + CLAIM_MAX_OTHER_IDS,
};

/* Ends a chain. */
enum { NONE = 0 };

enum { CACHE_LINE = 64 };

/* An entry's place in the chain of one key. A reference to it is the entry's number and, in the
 * lowest 3 bits, which of the entry's keys it is. */
struct posting {
    uint32_t next;
    uint32_t key;
};

struct block {
    struct posting postings[BLOCK_ENTRIES][FINGERPRINT_MAX_KEYS];
    struct index_entry entries[BLOCK_ENTRIES];
    struct buffer details;
};

/* 232 bytes an article: docs/duplicates.md counts on it. References to postings have 32 bits. */
_Static_assert(sizeof(struct index_entry) == 232, "an entry has grown");
_Static_assert(2 * (uint64_t)ENTRIES_PER_ARTICLE * INDEX_MAX_CAPACITY < (uint64_t)1
                                                                            << (32 - SLOT_BITS),
               "a ring of the largest window has numbers that references cannot hold");

struct heads {
    uint32_t *heads; /* numbers of entries, of by_key references */
    uint32_t mask;
};

struct article_index {
    uint32_t capacity;
    uint32_t room;   /* articles that the tables are made for: at most capacity */
    uint32_t oldest; /* number of the oldest entry */
    uint32_t count;  /* entries from there on */
    uint32_t mask;   /* of the ring: its size less 1 */
    uint64_t digest; /* the sum of those of all entries */
    struct block **blocks;
    struct heads by_key;
    struct heads by_coordinates;
    struct heads by_text;
    struct heads by_identity;
    struct text_pool *destinations;
};

static struct heads heads_new(uint64_t least)
{
    uint64_t count = 16;

    while (count < least)
        count *= 2;
    return (struct heads){.heads = pages_new(count * sizeof(uint32_t)),
                          .mask = (uint32_t)(count - 1)};
}

static size_t bytes_of(const struct heads *heads)
{
    return ((size_t)heads->mask + 1) * sizeof *heads->heads;
}

struct article_index *article_index_new(uint32_t capacity)
{
    struct article_index *index = memory_zeroed(1, sizeof *index);
    uint32_t ring = 2 * BLOCK_ENTRIES;

    while (ring < ENTRIES_PER_ARTICLE * capacity + BLOCK_ENTRIES)
        ring *= 2;
    index->capacity = capacity;
    index->oldest = 1;
    index->mask = ring - 1;
    index->blocks = memory_zeroed(ring / BLOCK_ENTRIES, sizeof *index->blocks);
    index->room = capacity < FIRST_ROOM ? capacity : FIRST_ROOM;
    index->by_key = heads_new((uint64_t)HEADS_PER_ARTICLE * index->room);
    index->by_coordinates = heads_new(index->room / ARTICLES_PER_HEAD);
    index->by_text = heads_new(index->room / ARTICLES_PER_HEAD);
    index->by_identity = heads_new(index->room / ARTICLES_PER_HEAD);
    index->destinations = text_pool_new();
    return index;
}

static struct block **block_of(const struct article_index *index, uint32_t number)
{
    return &index->blocks[(number - 1) / BLOCK_ENTRIES];
}

static void block_free(struct block **block)
{
    if (*block != NULL)
        buffer_free(&(*block)->details);
    *block = pages_free(*block, sizeof **block);
}

void article_index_free(struct article_index *index)
{
    if (index == NULL)
        return;
    for (uint32_t i = 0; i <= index->mask / BLOCK_ENTRIES; i++)
        block_free(&index->blocks[i]);
    free(index->blocks);
    pages_free(index->by_key.heads, bytes_of(&index->by_key));
    pages_free(index->by_coordinates.heads, bytes_of(&index->by_coordinates));
    pages_free(index->by_text.heads, bytes_of(&index->by_text));
    pages_free(index->by_identity.heads, bytes_of(&index->by_identity));
    text_pool_free(index->destinations);
    free(index);
}

size_t article_index_bytes(const struct article_index *index)
{
    size_t blocks = index->mask / BLOCK_ENTRIES + 1;
    size_t bytes = sizeof *index + blocks * sizeof *index->blocks + bytes_of(&index->by_key) +
                   bytes_of(&index->by_coordinates) + bytes_of(&index->by_text) +
                   bytes_of(&index->by_identity);

    for (size_t i = 0; i < blocks; i++)
        if (index->blocks[i] != NULL)
            bytes += sizeof **index->blocks + index->blocks[i]->details.capacity;
    return bytes;
}

uint32_t article_index_count(const struct article_index *index)
{
    return index->count;
}

static uint32_t place_in_block(uint32_t number)
{
    return (number - 1) % BLOCK_ENTRIES;
}

/* number: not NONE. */
static struct index_entry *entry_at(const struct article_index *index, uint32_t number)
{
    return &(*block_of(index, number))->entries[place_in_block(number)];
}

static struct index_entry *entry_or_null(const struct article_index *index, uint32_t number)
{
    return number != NONE ? entry_at(index, number) : NULL;
}

/* The number that is steps behind that one. */
static uint32_t number_after(const struct article_index *index, uint32_t number, uint32_t steps)
{
    return 1 + ((number - 1 + steps) & index->mask);
}

/* The others stand for one of these, which is before them. */
static bool has_coordinates(const struct index_entry *entry)
{
    return entry->type == ENTRY_ARTICLE || entry->type == ENTRY_KILL;
}

/* How many entries are older. */
static uint32_t rank(const struct article_index *index, const struct index_entry *entry)
{
    return (entry->number - index->oldest) & index->mask;
}

/* --- groups: entries of the same text, or of the same identity --- */

/* Kills and replaced items have groups of their own, so that a thousand versions of an item cannot
 * push its kill out of sight. */
static uint64_t identity_key(enum entry_type type, uint64_t identity)
{
    return mix(identity + type);
}

enum group_kind { BY_TEXT, BY_IDENTITY };

static uint64_t group_key(enum group_kind kind, const struct index_entry *entry)
{
    return kind == BY_TEXT ? entry->fingerprint.exact
                           : identity_key((enum entry_type)entry->type, entry->identity);
}

static struct group_links *group_links(enum group_kind kind, struct index_entry *entry)
{
    return kind == BY_TEXT ? &entry->text_links : &entry->identity_links;
}

static uint32_t *group_head(const struct article_index *index, enum group_kind kind, uint64_t key)
{
    const struct heads *heads = kind == BY_TEXT ? &index->by_text : &index->by_identity;

    return &heads->heads[(uint32_t)mix(key) & heads->mask];
}

static bool in_group(enum group_kind kind, const struct index_entry *entry)
{
    return kind == BY_TEXT ? entry->type == ENTRY_ARTICLE : entry->identity != 0;
}

static struct index_entry *group_oldest(const struct article_index *index, enum group_kind kind,
                                        uint64_t key)
{
    struct index_entry *entry = entry_or_null(index, *group_head(index, kind, key));

    while (entry != NULL && group_key(kind, entry) != key)
        entry = entry_or_null(index, group_links(kind, entry)->next);
    return entry;
}

static void group_begin(struct article_index *index, enum group_kind kind,
                        struct index_entry *entry)
{
    uint32_t *head = group_head(index, kind, group_key(kind, entry));

    *group_links(kind, entry) =
        (struct group_links){.next = *head, .newer = entry->number, .older = entry->number};
    *head = entry->number;
}

static void group_append(struct article_index *index, enum group_kind kind,
                         struct index_entry *entry)
{
    struct index_entry *oldest = group_oldest(index, kind, group_key(kind, entry));

    if (oldest == NULL) {
        group_begin(index, kind, entry);
        return;
    }
    struct group_links *ends = group_links(kind, oldest);
    uint32_t newest = ends->older;

    *group_links(kind, entry) = (struct group_links){.newer = entry->number, .older = newest};
    group_links(kind, entry_at(index, newest))->newer = entry->number;
    ends->older = entry->number;
}

/* entry is the oldest of all, so the oldest of its group: the next newer one takes its place. */
static void group_remove_oldest(struct article_index *index, enum group_kind kind,
                                struct index_entry *entry)
{
    struct group_links *links = group_links(kind, entry);
    uint32_t *link = group_head(index, kind, group_key(kind, entry));

    while (*link != entry->number)
        link = &group_links(kind, entry_at(index, *link))->next;
    if (links->newer == entry->number) {
        *link = links->next;
        return;
    }
    struct group_links *successor = group_links(kind, entry_at(index, links->newer));

    successor->next = links->next;
    successor->older = links->older;
    *link = links->newer;
}

/* --- keys --- */

static struct posting *posting_at(const struct article_index *index, uint32_t reference)
{
    uint32_t number = reference >> SLOT_BITS;

    return &(*block_of(index, number))
                ->postings[place_in_block(number)][reference & (FINGERPRINT_MAX_KEYS - 1)];
}

static uint32_t key_of(const struct article_index *index, const struct index_entry *entry,
                       uint32_t i)
{
    return posting_at(index, entry->number << SLOT_BITS | i)->key;
}

static uint32_t *key_head(const struct article_index *index, uint32_t key)
{
    return &index->by_key.heads[(uint32_t)mix(key) & index->by_key.mask];
}

/* Only the newest INDEX_POSTINGS_MAX entries of a key stay, this one included. */
static void posting_add(struct article_index *index, uint32_t reference, uint32_t key)
{
    uint32_t *head = key_head(index, key);
    unsigned of_key = 1;

    for (uint32_t *link = head; *link != NONE;) {
        struct posting *posting = posting_at(index, *link);

        if (posting->key == key && ++of_key > INDEX_POSTINGS_MAX) {
            *link = posting->next;
            break;
        }
        link = &posting->next;
    }
    *posting_at(index, reference) = (struct posting){.next = *head, .key = key};
    *head = reference;
}

/* One that newer ones have pushed out is not there any more. */
static void posting_remove(struct article_index *index, uint32_t reference)
{
    const struct posting *posting = posting_at(index, reference);
    uint32_t *link = key_head(index, posting->key);

    while (*link != NONE && *link != reference)
        link = &posting_at(index, *link)->next;
    if (*link == reference)
        *link = posting->next;
}

static void postings_add(struct article_index *index, struct index_entry *entry,
                         const struct fingerprint_keys *keys)
{
    entry->key_count = (uint8_t)keys->count;
    for (uint32_t i = 0; i < keys->count; i++)
        posting_add(index, entry->number << SLOT_BITS | i, keys->keys[i]);
}

static void postings_remove(struct article_index *index, const struct index_entry *entry)
{
    for (uint32_t i = 0; i < entry->key_count; i++)
        __builtin_prefetch(key_head(index, key_of(index, entry, i)));
    for (uint32_t i = 0; i < entry->key_count; i++)
        posting_remove(index, entry->number << SLOT_BITS | i);
}

/* An entry's bytes, and its keys' postings. */
static void fetch_entry(const struct index_entry *entry)
{
    const char *bytes = (const char *)entry;

    for (size_t at = 0; at < sizeof *entry; at += CACHE_LINE)
        __builtin_prefetch(bytes + at);
}

/* Of each key of a text, the entries that have it: ranks, the newest first. */
struct key_lists {
    uint32_t ranks[FINGERPRINT_MAX_KEYS][INDEX_POSTINGS_MAX];
    uint32_t counts[FINGERPRINT_MAX_KEYS];
    uint32_t order[FINGERPRINT_MAX_KEYS]; /* of the keys, the rarest first */
};

static uint32_t read_list(const struct article_index *index, uint32_t key, uint32_t *ranks)
{
    uint32_t count = 0;

    for (uint32_t reference = *key_head(index, key); reference != NONE;) {
        const struct posting *posting = posting_at(index, reference);

        if (posting->key == key)
            ranks[count++] = ((reference >> SLOT_BITS) - index->oldest) & index->mask;
        reference = posting->next;
    }
    return count;
}

static void read_lists(const struct article_index *index, const struct fingerprint_keys *keys,
                       struct key_lists *lists)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        uint32_t at = i;

        lists->counts[i] = read_list(index, keys->keys[i], lists->ranks[i]);
        for (; at > 0 && lists->counts[lists->order[at - 1]] > lists->counts[i]; at--)
            lists->order[at] = lists->order[at - 1];
        lists->order[at] = i;
    }
}

/* Inserts into ranks, the highest first, once. Returns the new count. */
static uint32_t insert_rank(uint32_t *ranks, uint32_t count, uint32_t rank)
{
    uint32_t at = count;

    while (at > 0 && ranks[at - 1] < rank)
        at--;
    if (at > 0 && ranks[at - 1] == rank)
        return count;
    memmove(&ranks[at + 1], &ranks[at], (count - at) * sizeof *ranks);
    ranks[at] = rank;
    return count + 1;
}

static struct index_entry *entry_of_rank(const struct article_index *index, uint32_t rank)
{
    return entry_at(index, number_after(index, index->oldest, rank));
}

uint32_t article_index_candidates(const struct article_index *index,
                                  const struct fingerprint_keys *keys,
                                  struct index_entry **ret_entries)
{
    uint32_t ranks[INDEX_CANDIDATES_MAX];
    struct key_lists lists;
    uint32_t count = 0;
    uint32_t kept = 0;

    read_lists(index, keys, &lists);
    for (uint32_t i = 0; i < keys->count; i++) {
        uint32_t key = lists.order[i];

        for (uint32_t j = 0; j < lists.counts[key] && count < INDEX_CANDIDATES_MAX; j++)
            count = insert_rank(ranks, count, lists.ranks[key][j]);
    }
    for (uint32_t i = 0; i < count; i++)
        fetch_entry(entry_of_rank(index, ranks[i]));
    for (uint32_t i = 0; i < count; i++) {
        ret_entries[kept] = entry_of_rank(index, ranks[i]);
        kept += !ret_entries[kept]->retracted;
    }
    return kept;
}

/* --- details: name, version and ids of the verdict, as bytes behind one another --- */

static void put_integer(struct buffer *details, uint64_t value)
{
    buffer_append(details, slice_of((const char *)&value, sizeof value));
}

static void put_text(struct buffer *details, struct slice text)
{
    uint16_t length = (uint16_t)text.length;

    buffer_append(details, slice_of((const char *)&length, sizeof length));
    buffer_append(details, text);
}

enum detail_flags {
    NUMBER = 1,
    LABEL = 2,
    CREATED = 4,
    OF_ITSELF = 8,
    OF_OTHER = 16,
    EMBARGO = 32,
};

static unsigned detail_flags(const struct claim *claim, struct slice name,
                             const struct duplicate_result *result)
{
    const struct item_version *version = &claim->version;
    unsigned flags = 0;

    flags |= version->has_number ? NUMBER : 0;
    flags |= version->label != 0 ? LABEL : 0;
    flags |= version->has_created ? CREATED : 0;
    flags |= claim->has_embargo ? EMBARGO : 0;
    if (!slice_is_absent(result->of))
        flags |= slice_equal(result->of, name) ? OF_ITSELF : OF_OTHER;
    return flags;
}

static void put_details(struct buffer *details, struct slice name, const struct claim *claim,
                        const struct duplicate_result *result)
{
    const struct item_version *version = &claim->version;
    unsigned flags = detail_flags(claim, name, result);

    buffer_append_byte(details, (char)flags);
    buffer_append_byte(details, (char)result->contains_count);
    put_text(details, name);
    if (flags & NUMBER)
        put_integer(details, (uint64_t)version->number);
    if (flags & LABEL)
        put_integer(details, version->label);
    if (flags & CREATED)
        put_integer(details, (uint64_t)version->created_ms);
    if (flags & EMBARGO)
        put_integer(details, (uint64_t)claim->embargo_ms);
    if (flags & OF_OTHER)
        put_text(details, result->of);
    for (uint32_t i = 0; i < result->contains_count; i++)
        put_text(details, result->contains[i]);
}

struct detail_reader {
    const char *at;
    unsigned flags;
    unsigned contains_count;
};

static struct slice take_text(struct detail_reader *reader)
{
    uint16_t length;

    memcpy(&length, reader->at, sizeof length);
    struct slice text = slice_of(reader->at + sizeof length, length);

    reader->at += sizeof length + length;
    return text;
}

static uint64_t take_integer_if(struct detail_reader *reader, unsigned flag)
{
    uint64_t value = 0;

    if ((reader->flags & flag) == 0)
        return 0;
    memcpy(&value, reader->at, sizeof value);
    reader->at += sizeof value;
    return value;
}

static struct detail_reader details_of(const struct article_index *index,
                                       const struct index_entry *entry)
{
    const char *bytes = (*block_of(index, entry->number))->details.data + entry->detail;

    return (struct detail_reader){.at = bytes + 2,
                                  .flags = (unsigned char)bytes[0],
                                  .contains_count = (unsigned char)bytes[1]};
}

static void take_version(struct detail_reader *reader, struct item_version *ret_version)
{
    ret_version->has_number = (reader->flags & NUMBER) != 0;
    ret_version->number = (int64_t)take_integer_if(reader, NUMBER);
    ret_version->label = take_integer_if(reader, LABEL);
    ret_version->has_created = (reader->flags & CREATED) != 0;
    ret_version->created_ms = (int64_t)take_integer_if(reader, CREATED);
}

struct slice article_index_name(const struct article_index *index, const struct index_entry *entry)
{
    struct detail_reader reader = details_of(index, entry);

    return take_text(&reader);
}

void article_index_version(const struct article_index *index, const struct index_entry *entry,
                           struct item_version *ret_version)
{
    struct detail_reader reader = details_of(index, entry);

    take_text(&reader);
    take_version(&reader, ret_version);
}

bool article_index_embargo(const struct article_index *index, const struct index_entry *entry,
                           int64_t *ret_until_ms)
{
    struct detail_reader reader = details_of(index, entry);
    struct item_version version;

    take_text(&reader);
    take_version(&reader, &version);
    *ret_until_ms = (int64_t)take_integer_if(&reader, EMBARGO);
    return (reader.flags & EMBARGO) != 0;
}

struct slice article_index_destinations(const struct article_index *index,
                                        const struct index_entry *entry)
{
    return text_pool_text(index->destinations, entry->destinations);
}

void article_index_result(const struct article_index *index, const struct index_entry *entry,
                          struct slice *contains, struct duplicate_result *ret_result)
{
    struct detail_reader reader = details_of(index, entry);
    struct slice name = take_text(&reader);
    struct item_version version;

    take_version(&reader, &version);
    take_integer_if(&reader, EMBARGO);
    *ret_result = (struct duplicate_result){
        .verdict = (enum duplicate_verdict)entry->verdict,
        .by = (enum duplicate_evidence)entry->by,
        .compared = entry->compared,
        .similarity = entry->similarity,
        .of_killed = entry->of_killed,
        .withheld = entry->withheld,
        .embargoed = entry->embargoed,
        .of_withheld = entry->of_withheld,
        .of_embargoed = entry->of_embargoed,
        .of = (reader.flags & OF_ITSELF) ? name : slice_of(NULL, 0),
        .contains = contains,
        .contains_count = reader.contains_count,
    };
    if (reader.flags & OF_OTHER)
        ret_result->of = take_text(&reader);
    for (unsigned i = 0; i < reader.contains_count; i++)
        contains[i] = take_text(&reader);
}

/* FNV-1a (Fowler, Noll, Vo, 1991), which is written down in every language in three lines. */
static uint64_t fnv1a(struct slice bytes)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (size_t i = 0; i < bytes.length; i++)
        hash = (hash ^ (unsigned char)bytes.data[i]) * 0x100000001b3U;
    return hash;
}

/* A position, verdict and `of`, as text, so that others can make it, too. */
static uint64_t digest_of(const struct article_index *index, const struct index_entry *entry)
{
    struct slice contains[DIGEST_MAX];
    struct duplicate_result result;
    char text[CLAIM_MAX_TEXT + 64];

    if (!has_coordinates(entry))
        return 0;
    article_index_result(index, entry, contains, &result);
    int length = snprintf(text, sizeof text, "%u %u %.*s", entry->position, entry->verdict,
                          SLICE_FORMAT(result.of));

    return fnv1a(slice_of(text, (size_t)length));
}

uint64_t article_index_digest(const struct article_index *index)
{
    return index->digest;
}

/* --- adding, expiring, finding --- */

/* The block before is full now: its details give back what they do not use. */
static void finish_block_before(struct article_index *index, uint32_t number)
{
    struct block *block = *block_of(index, number_after(index, number, index->mask));

    if (block != NULL && block->details.length > 0) {
        block->details.data = memory_resize(block->details.data, block->details.length);
        block->details.capacity = block->details.length;
    }
}

static struct block *block_for(struct article_index *index, uint32_t number)
{
    struct block **block = block_of(index, number);

    if (*block == NULL) {
        *block = pages_new(sizeof **block);
        finish_block_before(index, number);
    }
    return *block;
}

static void remember_result(struct index_entry *entry, const struct duplicate_result *result)
{
    entry->similarity = (uint16_t)result->similarity;
    entry->verdict = (uint8_t)result->verdict;
    entry->by = (uint8_t)result->by;
    entry->compared = result->compared;
    entry->of_killed = result->of_killed;
    entry->embargoed = result->embargoed;
    entry->of_withheld = result->of_withheld;
    entry->of_embargoed = result->of_embargoed;
}

static uint32_t *coordinates_head(const struct article_index *index, uint64_t hash)
{
    return &index->by_coordinates.heads[hash & index->by_coordinates.mask];
}

static void coordinates_add(struct article_index *index, struct index_entry *entry)
{
    uint32_t *head = coordinates_head(index, entry->coordinates);

    entry->coordinates_next = *head;
    *head = entry->number;
}

static void coordinates_remove(struct article_index *index, const struct index_entry *entry)
{
    uint32_t *link = coordinates_head(index, entry->coordinates);

    while (*link != entry->number)
        link = &entry_at(index, *link)->coordinates_next;
    *link = entry->coordinates_next;
}

static void link_entry(struct article_index *index, struct index_entry *entry,
                       const struct fingerprint_keys *keys)
{
    if (has_coordinates(entry))
        coordinates_add(index, entry);
    if (in_group(BY_IDENTITY, entry))
        group_append(index, BY_IDENTITY, entry);
    if (in_group(BY_TEXT, entry))
        group_append(index, BY_TEXT, entry);
    postings_add(index, entry, keys);
}

static void unlink_entry(struct article_index *index, struct index_entry *entry)
{
    if (has_coordinates(entry))
        coordinates_remove(index, entry);
    if (in_group(BY_IDENTITY, entry))
        group_remove_oldest(index, BY_IDENTITY, entry);
    if (in_group(BY_TEXT, entry))
        group_remove_oldest(index, BY_TEXT, entry);
    postings_remove(index, entry);
}

/* --- larger tables --- */

/* What a reference in a chain leads to. Returns its link to the next one. */
typedef uint32_t *chain_element(const struct article_index *index, uint32_t reference,
                                uint32_t *ret_hash);

static uint32_t *element_by_key(const struct article_index *index, uint32_t reference,
                                uint32_t *ret_hash)
{
    struct posting *posting = posting_at(index, reference);

    *ret_hash = (uint32_t)mix(posting->key);
    return &posting->next;
}

static uint32_t *element_by_coordinates(const struct article_index *index, uint32_t reference,
                                        uint32_t *ret_hash)
{
    struct index_entry *entry = entry_at(index, reference);

    *ret_hash = (uint32_t)entry->coordinates;
    return &entry->coordinates_next;
}

static uint32_t *element_by_text(const struct article_index *index, uint32_t reference,
                                 uint32_t *ret_hash)
{
    struct index_entry *entry = entry_at(index, reference);

    *ret_hash = (uint32_t)mix(group_key(BY_TEXT, entry));
    return &group_links(BY_TEXT, entry)->next;
}

static uint32_t *element_by_identity(const struct article_index *index, uint32_t reference,
                                     uint32_t *ret_hash)
{
    struct index_entry *entry = entry_at(index, reference);

    *ret_hash = (uint32_t)mix(group_key(BY_IDENTITY, entry));
    return &group_links(BY_IDENTITY, entry)->next;
}

/* Returns the last of the chain, which is then the first. */
static uint32_t reverse_chain(const struct article_index *index, uint32_t first,
                              chain_element *element)
{
    uint32_t before = NONE;

    while (first != NONE) {
        uint32_t hash;
        uint32_t *link = element(index, first, &hash);
        uint32_t next = *link;

        *link = before;
        before = first;
        first = next;
    }
    return before;
}

/* Deals the chains out to more heads; in each the order stays. */
static void heads_grow(const struct article_index *index, struct heads *heads, uint64_t least,
                       chain_element *element)
{
    struct heads larger = heads_new(least);

    for (uint64_t i = 0; i <= heads->mask; i++) {
        uint32_t reference = reverse_chain(index, heads->heads[i], element);

        while (reference != NONE) {
            uint32_t hash;
            uint32_t *link = element(index, reference, &hash);
            uint32_t *head = &larger.heads[hash & larger.mask];
            uint32_t next = *link;

            *link = *head;
            *head = reference;
            reference = next;
        }
    }
    pages_free(heads->heads, bytes_of(heads));
    *heads = larger;
}

/* All at once: at 4,096 articles and at 32,768, from where the tables are those of the whole
 * window. */
static void make_room(struct article_index *index)
{
    uint64_t room = (uint64_t)index->room * MORE_ROOM;

    if (room > FIRST_ROOM * MORE_ROOM || room > index->capacity)
        room = index->capacity;
    index->room = (uint32_t)room;
    heads_grow(index, &index->by_key, HEADS_PER_ARTICLE * room, element_by_key);
    heads_grow(index, &index->by_coordinates, room / ARTICLES_PER_HEAD, element_by_coordinates);
    heads_grow(index, &index->by_text, room / ARTICLES_PER_HEAD, element_by_text);
    heads_grow(index, &index->by_identity, room / ARTICLES_PER_HEAD, element_by_identity);
}

/* --- adding and forgetting --- */

struct index_entry *article_index_add(struct article_index *index, enum entry_type type,
                                      uint64_t identity, const struct claim *claim,
                                      struct slice name, const struct journal_time *time,
                                      const struct duplicate_result *result)
{
    static const struct fingerprint_keys no_keys;
    uint32_t number = number_after(index, index->oldest, index->count);
    struct block *block = block_for(index, number);
    struct index_entry *entry = &block->entries[place_in_block(number)];

    *entry = (struct index_entry){
        .identity = identity,
        .coordinates = claim_coordinates_hash(claim),
        .position = (uint32_t)time->position,
        .time_low = (uint32_t)time->ms,
        .time_high = (uint16_t)(time->ms >> 32),
        .number = number,
        .detail = (uint32_t)block->details.length,
        .type = (uint8_t)type,
        .correction = claim->correction,
        .withheld = claim->withheld,
    };
    if (type == ENTRY_ARTICLE || type == ENTRY_ALIAS) {
        entry->fingerprint = claim->fingerprint;
        entry->destinations = text_pool_take(index->destinations, claim->destinations);
    }
    remember_result(entry, result);
    put_details(&block->details, name, claim, result);
    if (index->count == index->room && index->room < index->capacity)
        make_room(index);
    index->count++;
    link_entry(index, entry, type == ENTRY_ARTICLE ? &claim->keys : &no_keys);
    index->digest += digest_of(index, entry);
    return entry;
}

static void remove_oldest(struct article_index *index)
{
    uint32_t number = index->oldest;

    index->digest -= digest_of(index, entry_at(index, number));
    unlink_entry(index, entry_at(index, number));
    text_pool_release(index->destinations, entry_at(index, number)->destinations);
    if (place_in_block(number) == BLOCK_ENTRIES - 1)
        block_free(block_of(index, number));
    index->oldest = number_after(index, number, 1);
    index->count--;
}

static bool has_expired(const struct article_index *index, const struct index_entry *entry,
                        const struct journal_time *now, int64_t window_ms)
{
    int64_t time_ms = (int64_t)entry->time_high << 32 | entry->time_low;

    return now->ms - time_ms >= window_ms ||
           (uint32_t)now->position - entry->position >= index->capacity;
}

void article_index_expire(struct article_index *index, const struct journal_time *now,
                          int64_t window_ms)
{
    while (index->count > 0 && has_expired(index, entry_at(index, index->oldest), now, window_ms))
        remove_oldest(index);
}

/* --- taking back, and another size --- */

void article_index_retract(struct article_index *index, struct index_entry *entry)
{
    struct index_entry *next = entry;

    entry->retracted = true;
    /* What it said it replaces, and its further ids. */
    while ((next = article_index_next(index, next)) != NULL && !has_coordinates(next))
        next->retracted = true;
}

static struct slice details_as_bytes(const struct article_index *index,
                                     const struct index_entry *entry)
{
    const struct buffer *details = &(*block_of(index, entry->number))->details;
    bool last = place_in_block(entry->number) == BLOCK_ENTRIES - 1 ||
                rank(index, entry) + 1 == index->count;
    size_t end = last ? details->length : entry_at(index, entry->number + 1)->detail;

    return slice_of(details->data + entry->detail, end - entry->detail);
}

static void adopt(struct article_index *index, const struct article_index *from,
                  const struct index_entry *old)
{
    uint32_t number = number_after(index, index->oldest, index->count);
    struct block *block = block_for(index, number);
    struct index_entry *entry = &block->entries[place_in_block(number)];
    struct fingerprint_keys keys = {.count = old->key_count};

    for (uint32_t i = 0; i < keys.count; i++)
        keys.keys[i] = key_of(from, old, i);
    *entry = *old;
    entry->number = number;
    entry->detail = (uint32_t)block->details.length;
    buffer_append(&block->details, details_as_bytes(from, old));
    entry->destinations =
        text_pool_take(index->destinations, text_pool_text(from->destinations, old->destinations));
    if (index->count == index->room && index->room < index->capacity)
        make_room(index);
    index->count++;
    link_entry(index, entry, &keys);
    index->digest += digest_of(index, entry);
}

/* --- what a claim will be looked up by, fetched while nothing waits for it --- */

/* Chains that are walked side by side: each step fetches the next posting of each. */
struct walks {
    uint32_t next[2 * FINGERPRINT_MAX_KEYS];
    uint32_t count;
};

static void begin_walk(const struct article_index *index, struct walks *walks, uint32_t key)
{
    uint32_t reference = *key_head(index, key);

    if (reference == NONE)
        return;
    __builtin_prefetch(posting_at(index, reference));
    walks->next[walks->count++] = reference;
}

static void walk(const struct article_index *index, struct walks *walks)
{
    while (walks->count > 0) {
        uint32_t going_on = 0;

        for (uint32_t i = 0; i < walks->count; i++) {
            uint32_t next = posting_at(index, walks->next[i])->next;

            if (next != NONE) {
                __builtin_prefetch(posting_at(index, next));
                walks->next[going_on++] = next;
            }
        }
        walks->count = going_on;
    }
}

static void fetch_first(const struct article_index *index, uint32_t number)
{
    if (number != NONE)
        fetch_entry(entry_at(index, number));
}

void article_index_fetch(const struct article_index *index, const struct claim *claim)
{
    const struct index_entry *oldest = article_index_oldest(index);
    uint32_t *heads[] = {
        coordinates_head(index, claim_coordinates_hash(claim)),
        group_head(index, BY_TEXT, claim->fingerprint.exact),
        group_head(index, BY_IDENTITY, identity_key(ENTRY_ARTICLE, claim->identity)),
        group_head(index, BY_IDENTITY, identity_key(ENTRY_KILL, claim->identity)),
        group_head(index, BY_IDENTITY, identity_key(ENTRY_REPLACED, claim->identity)),
    };
    struct walks walks = {.count = 0};

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        __builtin_prefetch(heads[i]);
    for (uint32_t i = 0; i < claim->keys.count; i++)
        __builtin_prefetch(key_head(index, claim->keys.keys[i]));
    for (uint32_t i = 0; oldest != NULL && i < oldest->key_count; i++)
        __builtin_prefetch(key_head(index, key_of(index, oldest, i)));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        fetch_first(index, *heads[i]);
    for (uint32_t i = 0; i < claim->keys.count; i++)
        begin_walk(index, &walks, claim->keys.keys[i]);
    for (uint32_t i = 0; oldest != NULL && i < oldest->key_count; i++)
        begin_walk(index, &walks, key_of(index, oldest, i));
    walk(index, &walks);
}

struct article_index *article_index_resize(struct article_index *index, uint32_t capacity)
{
    if (index->capacity == capacity)
        return index;
    struct article_index *resized = article_index_new(capacity);
    const struct index_entry *entry = article_index_oldest(index);
    uint32_t newest =
        entry != NULL
            ? entry_at(index, number_after(index, index->oldest, index->count - 1))->position
            : 0;

    for (; entry != NULL; entry = article_index_next(index, entry)) {
        if (newest - entry->position < capacity)
            adopt(resized, index, entry);
    }
    article_index_free(index);
    return resized;
}

struct index_entry *article_index_by_coordinates(const struct article_index *index, uint64_t hash)
{
    struct index_entry *entry = entry_or_null(index, *coordinates_head(index, hash));

    while (entry != NULL && entry->coordinates != hash)
        entry = entry_or_null(index, entry->coordinates_next);
    return entry;
}

/* From entry on, the first that was not taken back. */
static struct index_entry *text_from(const struct article_index *index, struct index_entry *entry)
{
    while (entry != NULL && entry->retracted) {
        uint32_t newer = entry->text_links.newer;

        entry = newer != entry->number ? entry_at(index, newer) : NULL;
    }
    return entry;
}

struct index_entry *article_index_text_oldest(const struct article_index *index, uint64_t exact)
{
    return text_from(index, group_oldest(index, BY_TEXT, exact));
}

struct index_entry *article_index_text_newer(const struct article_index *index,
                                             const struct index_entry *entry)
{
    uint32_t newer = entry->text_links.newer;

    return newer != entry->number ? text_from(index, entry_at(index, newer)) : NULL;
}

/* From entry on backwards, the first that was not taken back. oldest: of its group. */
static struct index_entry *identity_from(const struct article_index *index,
                                         struct index_entry *entry,
                                         const struct index_entry *oldest)
{
    while (entry->retracted) {
        if (entry == oldest)
            return NULL;
        entry = entry_at(index, entry->identity_links.older);
    }
    return entry;
}

struct index_entry *article_index_identity_newest(const struct article_index *index,
                                                  enum entry_type type, uint64_t identity)
{
    const struct index_entry *oldest =
        identity != 0 ? group_oldest(index, BY_IDENTITY, identity_key(type, identity)) : NULL;

    if (oldest == NULL)
        return NULL;
    return identity_from(index, entry_at(index, oldest->identity_links.older), oldest);
}

struct index_entry *article_index_identity_older(const struct article_index *index,
                                                 const struct index_entry *entry)
{
    const struct index_entry *oldest =
        group_oldest(index, BY_IDENTITY, group_key(BY_IDENTITY, entry));

    if (entry == oldest)
        return NULL;
    return identity_from(index, entry_at(index, entry->identity_links.older), oldest);
}

bool article_index_is_older(const struct article_index *index, const struct index_entry *a,
                            const struct index_entry *b)
{
    return rank(index, a) < rank(index, b);
}

struct index_entry *article_index_oldest(const struct article_index *index)
{
    return index->count > 0 ? entry_at(index, index->oldest) : NULL;
}

struct index_entry *article_index_next(const struct article_index *index,
                                       const struct index_entry *entry)
{
    return rank(index, entry) + 1 < index->count
               ? entry_at(index, number_after(index, entry->number, 1))
               : NULL;
}
