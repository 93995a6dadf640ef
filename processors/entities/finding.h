/* What is known of an article while it is searched; private to match.c, scan.c, compose.c,
 * repeat.c and choose.c. Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_FINDING_H
#define COPYDESK_PROCESSORS_ENTITIES_FINDING_H

#include "processors/entities/match.h"
#include "processors/entities/segment.h"

/* A word that is no name but says what stands beside it is. */
struct signal {
    uint32_t first; /* token */
    uint32_t words;
    uint8_t kind; /* enum name_kind, NAME_ROLE and up */
};

struct finding {
    const struct language_names *names;
    const struct text_view *views[MATCHER_FIELDS];
    uint32_t field_count;

    struct match *matches;
    uint32_t match_count;
    uint32_t match_capacity;

    struct signal *signals; /* of the field that is being read, by first word */
    uint32_t signal_count;
    uint32_t signal_capacity;

    struct found_entity *entities;
    uint32_t entity_count;
    uint32_t entity_capacity;
    uint32_t *numbers; /* choose.c's table of them */
    uint32_t number_capacity;

    bool keep_inner;
    bool keep_refused;
    struct refused *refused;
    uint32_t refused_count;
    uint32_t refused_capacity;

    struct segmenter *segmenter;
};

/* The view that is being read. */
static inline const struct text_view *finding_view(const struct finding *finding)
{
    return finding->views[finding->field_count - 1];
}

/* Notes why a name of a list was not taken, where people ask. first and words: tokens of the view
 * that is being read. */
void finding_note_refused(struct finding *finding, const struct refused *refused);

void finding_add_match(struct finding *finding, const struct match *match);

/* A match over whole tokens first .. first + words - 1 of a field. */
struct match finding_span(const struct finding *finding, uint32_t field, uint32_t first,
                          uint32_t words);

/* The bytes of so many code points of the view's value, from a byte on. */
uint32_t finding_bytes(const struct text_view *view, uint32_t from, uint32_t points);

/* Sorts the matches from `from` on; of two that overlap the one that was put together of more
 * words stays, else the earlier. */
void finding_settle(struct finding *finding, uint32_t from);

/* Adds the list names and the signals of the view that is being read. */
void scan_view(struct finding *finding);

/* Adds the names of lists inside of a match, which is of any view that was read. */
void scan_inside(struct finding *finding, const struct match *match);

/* Adds the names that signals tell of. from: the field's first match. */
void compose_names(struct finding *finding, uint32_t from);

/* Joins what Chinese writes in one run: places of an address, a place and its kind, an institution
 * and its place. from: the field's first match; they stand in order. */
void join_han(struct finding *finding, uint32_t from);

/* Adds acronyms that the article defines and surnames of persons that it names in full. */
void repeat_names(struct finding *finding);

/* Gives every match its entity: among those of one name by weight and country, the same for the
 * same name in no list. */
void choose_entities(struct finding *finding);

#endif
