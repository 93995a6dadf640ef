/* The names that articles of one language are searched for: an immutable index from folded words to
 * entities. One is built for each language, since a name of another language is the most frequent
 * false hit (Arabic "Russian" folds to a Persian "Russia").
 *
 * The index is a trie over words, kept as one open-addressing table: the key is a hash of (state,
 * word, gap before it), the value the next state and, where a name ends, its row. So a step costs
 * one look-up whatever the number of names, and a bitmap of first words, small enough for the
 * first-level cache, answers for most words that no name begins with them.
 *
 * Ownership: a gazetteer owns its strings. Threads: a builder one at a time; a gazetteer any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_H
#define COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_H

#include <stdbool.h>
#include <stdint.h>

#include "article/results.h"
#include "article/text_view.h"

enum { GAZETTEER_ROOT = 0, GAZETTEER_NAME_TOKENS = 64 };

struct gazetteer_entity {
    enum entity_type type;
    uint32_t weight;         /* of two with the same name, the heavier one has it */
    struct slice name;       /* its usual name, in English where the source has one */
    const struct slice *ids; /* prefixed, the preferred one first */
    uint32_t id_count;
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
    enum gazetteer_guard guard;
    bool acronym;   /* all of its letters are capitals, and must be in the text */
    uint64_t upper; /* bit i: word i begins with a capital, and must in the text */
};

/* Where a walk stands after a word. */
struct gazetteer_step {
    uint32_t state; /* for the next word; GAZETTEER_ROOT: no name goes on */
    uint32_t row;   /* 1 + index of the row of the name that ends here; 0: none does */
};

struct gazetteer;
struct gazetteer_builder;

struct gazetteer_builder *gazetteer_builder_new(void);

/* Returns the entity's number. All strings are copied. */
uint32_t gazetteer_add_entity(struct gazetteer_builder *builder,
                              const struct gazetteer_entity *entity);

/* Makes name (UTF-8, as it is written in running text) an alias of entity. Names that would only do
 * harm are left out: without letters, of one letter or ideograph, of two letters that are not an
 * acronym, single words without capital in scripts that have capitals, more than
 * GAZETTEER_NAME_TOKENS words. Of two equal names the heavier entity's stays, else the first.
 * Returns whether it is in. */
bool gazetteer_add_name(struct gazetteer_builder *builder, uint32_t entity, struct slice name,
                        enum gazetteer_guard guard);

/* Frees the builder. Never NULL. */
struct gazetteer *gazetteer_build(struct gazetteer_builder *builder);

void gazetteer_free(struct gazetteer *gazetteer); /* NULL is fine */

/* May a name begin with the word of this hash? False is certain. */
bool gazetteer_may_begin(const struct gazetteer *gazetteer, uint64_t word);

/* Goes on from state by a word and the gap before it (any gap from the root). Returns whether a
 * name does. */
bool gazetteer_walk(const struct gazetteer *gazetteer, uint32_t state, uint64_t word,
                    enum token_gap gap, struct gazetteer_step *ret_step);

const struct gazetteer_row *gazetteer_row_of(const struct gazetteer *gazetteer,
                                             struct gazetteer_step step);

const struct gazetteer_entity *gazetteer_entity_of(const struct gazetteer *gazetteer,
                                                   uint32_t entity);

/* Entities are numbered from 0 to this. */
uint32_t gazetteer_entity_count(const struct gazetteer *gazetteer);

/* Names in the index, and the bytes that it takes. */
uint32_t gazetteer_name_count(const struct gazetteer *gazetteer);
size_t gazetteer_bytes(const struct gazetteer *gazetteer);

#endif
