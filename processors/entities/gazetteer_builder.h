/* Makes gazetteers: names are added in any order, then the whole index is laid out at once.
 * docs/gazetteer.md has the layout and what a name must be like.
 *
 * Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_BUILDER_H
#define COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_BUILDER_H

#include "processors/entities/gazetteer.h"

struct gazetteer_builder;

struct gazetteer_builder *gazetteer_builder_new(void);
void gazetteer_builder_free(struct gazetteer_builder *builder); /* NULL is fine */

/* Returns the entity's number. All strings are copied; a name is cut at 65,535 bytes, ids are at
 * most 255. */
uint32_t gazetteer_add_entity(struct gazetteer_builder *builder,
                              const struct gazetteer_entity *entity);

/* The number of a language by its BCP 47 tag; "any" is 0. */
uint16_t gazetteer_add_language(struct gazetteer_builder *builder, struct slice tag);

/* Why a name is not looked for. */
enum name_fault {
    NAME_FINE,
    NAME_EMPTY,   /* no letters */
    NAME_SHORT,   /* one letter or ideograph; two letters that are not an acronym */
    NAME_SMALL,   /* a single word without a capital in a script that has capitals */
    NAME_TOO_LONG /* more than GAZETTEER_NAME_TOKENS words */
};

/* A sentence's end: "has no letters". */
const char *name_fault_text(enum name_fault fault);

struct added_name {
    uint32_t entity;
    struct slice text; /* UTF-8, as it is written in running text */
    uint16_t language;
    enum gazetteer_guard guard;
};

/* Makes a text an alias of an entity, or says why it is left out. Words that are no entities
 * (NAME_ROLE and the like) need no capital. The same name may be added for many entities; of the
 * same entity the first stays. */
enum name_fault gazetteer_add_alias(struct gazetteer_builder *builder,
                                    const struct added_name *name);

/* The same, of language "any". Returns whether it is in. */
bool gazetteer_add_name(struct gazetteer_builder *builder, uint32_t entity, struct slice name,
                        enum gazetteer_guard guard);

/* The day that the list describes. */
void gazetteer_set_as_of(struct gazetteer_builder *builder, struct slice as_of);

/* Frees the builder. Never NULL. */
struct gazetteer *gazetteer_build(struct gazetteer_builder *builder);

#endif
