/* The names that articles are searched for: an immutable index from folded words to entities, one
 * run of bytes that is the same in memory and in a file (gazetteer_file.h), so that a compiled list
 * is mapped and shared and never read in. docs/gazetteer.md has the layout.
 *
 * A name is a walk over its words: the state after a word is a hash of the state before it, the
 * word, and the kind of gap between the two. Names are rows sorted by the state that they end in,
 * with a directory of its upper bits. Two bit sets answer first for nearly all words: may a name
 * begin with it, may a name go on after this state. They may say yes where the answer is no (that
 * costs a look-up), never the other way round.
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
};

/* What the words of the text must look like for a name to be meant. */
struct gazetteer_row {
    uint32_t entity;
    uint16_t language; /* number of the language whose name it is: gazetteer_language */
    uint8_t guard;     /* enum gazetteer_guard */
    bool acronym;      /* all of its letters are capitals, and must be in the text */
    uint8_t upper;     /* bit i: word i begins with a capital, and must in the text */
};

/* Where a walk stands after a word. */
struct gazetteer_step {
    uint64_t state; /* for the next word; GAZETTEER_ROOT: no name goes on */
    uint32_t row;   /* 1 + number of the first row of the names that end here; 0: none does */
};

struct gazetteer;

void gazetteer_free(struct gazetteer *gazetteer); /* NULL is fine */

/* May a name begin with the word of this hash? False is certain. */
bool gazetteer_may_begin(const struct gazetteer *gazetteer, uint64_t word);

/* Goes on from state by a word and the gap before it (any gap from the root). Returns whether a
 * name does, or may. */
bool gazetteer_walk(const struct gazetteer *gazetteer, uint64_t state, uint64_t word,
                    enum token_gap gap, struct gazetteer_step *ret_step);

/* The row of this number, and the number of the next one with the same name + 1, 0 where there is
 * none: rows of one name stand by falling weight. */
struct gazetteer_row gazetteer_row_of(const struct gazetteer *gazetteer, uint32_t row);
uint32_t gazetteer_next_row(const struct gazetteer *gazetteer, uint32_t row);

/* What it points to lives as long as the gazetteer. */
struct gazetteer_entity gazetteer_entity_of(const struct gazetteer *gazetteer, uint32_t entity);

/* The kind and the weight alone, which cost less. */
enum name_kind gazetteer_kind_of(const struct gazetteer *gazetteer, uint32_t entity);
uint32_t gazetteer_weight_of(const struct gazetteer *gazetteer, uint32_t entity);

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
