/* Where the names of an article's language stand in its texts: one pass over each view's words,
 * leftmost longest, whole words, never over a sentence's end. A word is first looked up as it is,
 * and only then as a form of a name (affix.h). What is found must fit what stands around it
 * (context.h, segment.h). Then names are put together of words that say what stands beside them
 * (compose.h), and what was found once is found everywhere (repeat.h). Nothing is allocated a word.
 *
 * Threads: one at a time per matcher. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_MATCH_H
#define COPYDESK_PROCESSORS_ENTITIES_MATCH_H

#include "processors/entities/language_names.h"

enum { MATCHER_FIELDS = 2, LAYER_NONE = 255 };

/* Why a span is a name. */
enum match_rule {
    RULE_LIST,     /* a row of a list, as it is written there */
    RULE_FORM,     /* a form of it: little words before it, an ending */
    RULE_ROLE,     /* behind a role: "President Jane Doe" */
    RULE_GIVEN,    /* a given name and what follows it */
    RULE_MINISTRY, /* a ministry and its portfolio */
    RULE_BODY,     /* a parliament, a presidency, and whose it is */
    RULE_HEAD,     /* "Hudson River", "University of Kalmor" */
    RULE_TAIL,     /* Chinese: a place and what belongs to its name, or makes it another's */
    RULE_SOUND,    /* Chinese: a foreign person, whose names a middle dot parts */
    RULE_ACRONYM,  /* defined in the text: "World Health Organization (WHO)" */
    RULE_REPEAT,   /* the surname of a person who was named in full */
    RULE_COUNT
};

struct match {
    uint32_t entity; /* number in matcher_entities */
    uint32_t start;  /* in the view's value, code points */
    uint32_t end;
    uint32_t start_byte; /* the same place in bytes */
    uint32_t end_byte;
    uint32_t first; /* token of the view */
    uint32_t words;
    uint8_t field; /* 0 for the first view that was read */
    uint8_t rule;  /* enum match_rule */
    uint8_t type;  /* enum entity_type */
    uint8_t layer; /* whose row it is; LAYER_NONE: no list's */
    uint32_t row;
    uint64_t last_word; /* hash of its last word, as the list writes it */
    uint64_t key;       /* where no list has it: the same for the same name */
};

/* An entity that the article names. */
struct found_entity {
    uint8_t type;
    uint8_t layer;     /* LAYER_NONE: in no list */
    uint32_t entity;   /* number in the layer's gazetteer */
    struct slice name; /* where in no list: as first written in the text; else absent */
    uint64_t key;      /* the same for the same name in no list */
};

/* Why a name of a list that stands in the text was not taken. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_LANGUAGE, /* a name of another language */
    REFUSAL_CAPITALS, /* capitals of the name are not in the text */
    REFUSAL_GUARD,    /* an ordinary word too, and what must be around it is not */
    REFUSAL_CURRENCY, /* US$ */
    REFUSAL_PEOPLE,   /* a people or a language */
    REFUSAL_STRANGER, /* part of another name: a word with a capital beside it */
    REFUSAL_PART,     /* no whole word in a script without spaces */
    REFUSAL_LIGHTER,  /* another entity of the same name is likelier: a runner-up */
    REFUSAL_SHORTER,  /* a longer name begins at the same word */
    REFUSAL_COUNT
};

struct refused {
    uint32_t first;
    uint32_t words;
    uint32_t row;
    uint8_t layer;
    uint8_t field;
    uint8_t refusal;
};

/* Working memory and results, reused from article to article. */
struct matcher;

struct matcher *matcher_new(void);
void matcher_free(struct matcher *matcher); /* NULL is fine */

/* Keeps what was refused and why, for people who ask; costs time. */
void matcher_keep_refused(struct matcher *matcher, bool keep);

/* Whether names of lists that stand inside of longer names count too; at first they do not. */
void matcher_keep_inner(struct matcher *matcher, bool keep);

/* An article begins: forgets the one before. names outlive matcher_finish. */
void matcher_begin(struct matcher *matcher, const struct language_names *names);

/* Reads the article's next field, at most MATCHER_FIELDS of them; the view outlives matcher_finish.
 */
void matcher_read(struct matcher *matcher, const struct text_view *view);

/* All fields are read. Returns the number of matches: by field and place, of those that begin alike
 * the longest first. They do not overlap, but for inner ones. */
uint32_t matcher_finish(struct matcher *matcher);

/* The three for an article of one field. */
uint32_t matcher_run(struct matcher *matcher, const struct language_names *names,
                     const struct text_view *view);

/* Valid until the next matcher_begin. */
const struct match *matcher_matches(const struct matcher *matcher);
const struct found_entity *matcher_entities(const struct matcher *matcher);
uint32_t matcher_entity_count(const struct matcher *matcher);
const struct refused *matcher_refused(const struct matcher *matcher);
uint32_t matcher_refused_count(const struct matcher *matcher);

#endif
