/* The names that articles are searched for: an immutable index from folded words to entities, one
 * run of bytes that is the same in memory and in a file (gazetteer_file.h), so that a compiled list
 * is mapped and shared and never read in. docs/gazetteer.md has the layout.
 *
 * A name is a walk over its words: the state after a word is a hash of the state before it, the
 * word, and the kind of gap between the two; it is the same in all gazetteers. Names are rows
 * sorted by the state that they end in, with a directory of its upper bits. Sets of states answer
 * first for nearly all words: may a name end in this state, may one go on after it. They may say
 * yes where the answer is no (that costs a look-up), never the other way round.
 *
 * Ownership: a gazetteer owns its bytes or its mapping. Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_H
#define COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_H

#include <stdbool.h>
#include <stdint.h>

#include "article/results.h"
#include "article/text_view.h"

enum { GAZETTEER_ROOT = 0, GAZETTEER_NAME_TOKENS = 64, GAZETTEER_IDS = 8 };

/* What a row names: an entity (enum entity_type), or a word that says what stands beside it is. */
enum name_kind {
    NAME_PERSON = ENTITY_PERSON,
    NAME_ORGANISATION = ENTITY_ORGANISATION,
    NAME_PLACE = ENTITY_PLACE,
    NAME_ROLE,        /* "president": a person's name may follow */
    NAME_NATIONALITY, /* "French" */
    NAME_MINISTRY,    /* "ministry": with a portfolio it names an organisation */
    NAME_PORTFOLIO,   /* "foreign affairs" */
    NAME_OFFICE,      /* "МИД": a ministry and its portfolio in one word */
    NAME_BODY,        /* "parliament", "presidency": with a nationality it names an organisation */
    NAME_INSTITUTION, /* "University": with a name beside it, it is an organisation */
    NAME_FEATURE,     /* "River": with a name beside it, it is a place */
    NAME_GIVEN,       /* "Maria" */
    NAME_KINDS
};

struct gazetteer_entity {
    uint8_t kind;      /* enum name_kind */
    uint32_t weight;   /* of two with the same name, the heavier one has it (enum name_weight) */
    struct slice name; /* its usual name, in English where the source has one */
    struct slice ids[GAZETTEER_IDS]; /* prefixed, the preferred one first */
    uint32_t id_count;
    char country[3]; /* ISO 3166-1 of where it is, "" where unknown */
    uint32_t line;   /* of its list where it stands, 0 where that has none */
};

/* Below NAME_WEIGHT_CAPITAL the weight of a place is its population. */
enum name_weight {
    NAME_WEIGHT_CITY = 1000000, /* a big one, population not stated */
    NAME_WEIGHT_LISTED = 100000000,
    NAME_WEIGHT_CAPITAL = 200000000,
    NAME_WEIGHT_REGION = 300000000,
    NAME_WEIGHT_COUNTRY = 400000000,
};

/* What must be around a name that is also an ordinary word. */
enum gazetteer_guard {
    GUARD_NONE,
    GUARD_MIDDLE,      /* not at the start of a sentence, where every word has a capital */
    GUARD_PREPOSITION, /* behind a word that says where */
    GUARD_NOUN,        /* not behind a word with the Arabic article, which it describes then */
    GUARD_HOME,        /* only in articles in the name's own language: a word of another one */
};

/* What the words of the text must look like for a name to be meant. */
struct gazetteer_row {
    uint32_t entity;
    uint16_t language; /* number of the language whose name it is: gazetteer_language */
    uint8_t kind;      /* enum name_kind, of the entity */
    uint8_t guard;     /* enum gazetteer_guard */
    bool acronym;      /* all of its letters are capitals, and must be in the text */
    uint8_t upper;     /* bit i: word i begins with a capital, and must in the text */
};

/* What may be in a state, as a set of bits. */
enum { STATE_ENDS = 1, STATE_GOES_ON = 2, STATE_BITS = 2 };

/* The states of names, by how their last word must be written. Words without a capital, in scripts
 * that have them, are most of a text, and few names have such words: these have a set of their own,
 * which stays in the nearest cache. A set is a Bloom filter in blocks of 64 bits: STATE_BITS bits
 * stand at two places of the block that the state's lower bits name. */
struct state_set {
    const uint64_t *blocks;
    uint64_t mask; /* blocks - 1 */
};

struct gazetteer_states {
    struct state_set small; /* a small letter will do */
    struct state_set other; /* with a capital, in a script without, or a number */
};

enum { STATE_PLACES = 64 / STATE_BITS, STATE_SECOND_PLACE = 37 };

struct gazetteer;

void gazetteer_free(struct gazetteer *gazetteer); /* NULL is fine */

/* The gap's class: 0 joins words, 1 parts them, 2 ends a sentence. Words of one name may stand
 * apart by a space, a hyphen or nothing alike; a comma or the stop of "St. Lucia" only where the
 * name has it too. */
static inline unsigned gazetteer_gap_class(enum token_gap gap)
{
    return gap <= GAP_JOINER ? 0 : gap == GAP_PUNCTUATION ? 1 : 2;
}

/* The state after a word; after the first it is that word's hash, whatever stands before. Ends in
 * the finalizer of MurmurHash3 (Appleby, public domain): every bit of the state reaches every bit
 * of the next. */
static inline uint64_t gazetteer_state(uint64_t state, uint64_t word, enum token_gap gap)
{
    uint64_t next = word + 0x9e3779b97f4a7c15ULL * (state * 3 + gazetteer_gap_class(gap));

    if (state == GAZETTEER_ROOT)
        return word != GAZETTEER_ROOT ? word : 1;
    next ^= next >> 33;
    next *= 0xff51afd7ed558ccdULL;
    next ^= next >> 33;
    next *= 0xc4ceb9fe1a85ec53ULL;
    next ^= next >> 33;
    return next != GAZETTEER_ROOT ? next : 1;
}

struct gazetteer_states gazetteer_states_of(const struct gazetteer *gazetteer);

/* What may be in a state. 0 is certain. */
static inline unsigned state_set_ask(const struct state_set *set, uint64_t state)
{
    uint64_t block = set->blocks[state / STATE_PLACES & set->mask];
    uint64_t bits = block >> (STATE_BITS * (state % STATE_PLACES)) &
                    block >> (STATE_BITS * ((state >> STATE_SECOND_PLACE) % STATE_PLACES));

    return (unsigned)bits & ((1U << STATE_BITS) - 1);
}

/* The same, where the last word stands in the text with a small letter, or otherwise. */
static inline unsigned gazetteer_ask(const struct gazetteer_states *states, uint64_t state,
                                     bool small)
{
    unsigned found = state_set_ask(&states->small, state);

    return small ? found : found | state_set_ask(&states->other, state);
}

/* Is a word of a text, or of a name, without a capital in a script that has them? Folded letters of
 * these are all below the Hebrew ones. */
static inline bool gazetteer_is_small(const struct text_view *view, const struct text_token *token)
{
    return (token->flags & TOKEN_UPPER_FIRST) == 0 && token->kind == TOKEN_WORD &&
           view->points[token->first] < 0x590;
}

/* 1 + number of the first row of the names that end in a state; 0: none does. */
uint32_t gazetteer_rows_in(const struct gazetteer *gazetteer, uint64_t state);

/* The same for the name that a view's text is as a whole, in any case. */
uint32_t gazetteer_find(const struct gazetteer *gazetteer, const struct text_view *view);

/* The row of this number, and the number of the next one with the same name + 1, 0 where there is
 * none: rows of one name stand by falling weight. */
struct gazetteer_row gazetteer_row_of(const struct gazetteer *gazetteer, uint32_t row);
uint32_t gazetteer_next_row(const struct gazetteer *gazetteer, uint32_t row);

/* Of the rows of one name, from 1 + a row's number on, the first whose language is not 0 in `live`,
 * which is by number of the language; NULL: all are live. 0: none is. Common names have many rows,
 * nearly all in other languages than the text's. */
uint32_t gazetteer_live_row(const struct gazetteer *gazetteer, uint32_t row, const uint8_t *live);

/* What it points to lives as long as the gazetteer. */
struct gazetteer_entity gazetteer_entity_of(const struct gazetteer *gazetteer, uint32_t entity);

/* What decides between entities, without the texts, which lie elsewhere in memory. */
struct gazetteer_standing {
    uint32_t weight;
    char country[3];
};

struct gazetteer_standing gazetteer_standing_of(const struct gazetteer *gazetteer, uint32_t entity);

/* Languages are numbered from 0; 0 is "any". A text that lives as long as the gazetteer. */
const char *gazetteer_language(const struct gazetteer *gazetteer, uint32_t language);
uint32_t gazetteer_language_count(const struct gazetteer *gazetteer);

/* Entities and rows are numbered from 0 to these. */
uint32_t gazetteer_entity_count(const struct gazetteer *gazetteer);
uint32_t gazetteer_row_count(const struct gazetteer *gazetteer);

/* Different names in the index, and the bytes that it takes. */
uint32_t gazetteer_name_count(const struct gazetteer *gazetteer);
size_t gazetteer_bytes(const struct gazetteer *gazetteer);

/* The day that the list describes, YYYY-MM-DD or shorter; "" where it does not say. */
const char *gazetteer_as_of(const struct gazetteer *gazetteer);

/* The same for the same content. */
uint64_t gazetteer_checksum(const struct gazetteer *gazetteer);

#endif
