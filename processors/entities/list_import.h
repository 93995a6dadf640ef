/* From the sources of names (list_tsv.h and its sisters) into a gazetteer: what is filtered out,
 * what is refused, what is reported. docs/gazetteer.md has the formats. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_IMPORT_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_IMPORT_H

#include <stdio.h>

#include "processors/entities/gazetteer_builder.h"

enum { LIST_LANGUAGES = 64 };

/* What is worth taking. */
struct list_filter {
    struct slice languages[LIST_LANGUAGES]; /* primary subtags or whole tags */
    uint32_t language_count;                /* 0: all */
    uint32_t least_population;              /* of places whose source states one */
    const char *classes; /* GeoNames feature codes or Wikidata items, separated by commas; NULL:
                            the importer's own choice */
};

enum list_severity {
    LIST_ERROR,   /* a row that cannot be understood: nothing is built */
    LIST_WARNING, /* a name that is left out because it would do harm */
};

typedef void list_problem(void *context, enum list_severity severity, const char *file,
                          uint32_t line, const char *text);

struct list_import {
    struct gazetteer_builder *builder;
    const struct list_filter *filter; /* NULL: everything */
    list_problem *problem;            /* NULL: nobody listens */
    void *context;
    const char *file; /* being read, for messages */
    uint32_t line;
    uint32_t lines_before; /* of tables read before, where lines are counted on */
    uint32_t errors;
    uint32_t entities; /* taken */
    uint32_t names;
    uint32_t left_out;   /* names */
    void *converters[2]; /* of Chinese names; opened by the first one */
};

/* Frees what a reading needed besides the builder; before the last word on it. */
void list_import_end(struct list_import *import);

/* Reports what is wrong with the current line. printf's format. */
void list_report(struct list_import *import, enum list_severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes an entity; its line is the current one. Returns its number in the builder. */
uint32_t list_take_entity(struct list_import *import, struct gazetteer_entity *entity);

/* Takes a name of an entity; a Chinese one (zh) in both scripts. A `*` at its end stands for the
 * endings and prefixes that the language's adjectives have (languages.tsv). */
void list_take_name(struct list_import *import, const struct added_name *name,
                    struct slice language);

/* Is a name in this language wanted? */
bool list_wants_language(const struct list_import *import, struct slice language);

/* The kind that a word such as "place" names; NAME_KINDS where none does. */
enum name_kind list_kind(struct slice word);
const char *list_kind_name(enum name_kind kind);

/* The guard that a word such as "middle" names. Returns false where none does. */
bool list_guard(struct slice word, enum gazetteer_guard *ret_guard);

/* A prefixed id: letters, a colon, and more; without white space. */
bool list_is_id(struct slice text);

/* A BCP 47 tag or "any". */
bool list_is_language(struct slice text);

#endif
