#include "processors/entities/match.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "processors/entities/array.h"
#include "processors/entities/finding.h"

struct matcher {
    struct finding finding;
};

struct matcher *matcher_new(void)
{
    struct matcher *matcher = memory_zeroed(1, sizeof(*matcher));

    matcher->finding.segmenter = segmenter_new();
    return matcher;
}

void matcher_free(struct matcher *matcher)
{
    if (matcher == NULL)
        return;
    segmenter_free(matcher->finding.segmenter);
    free(matcher->finding.matches);
    free(matcher->finding.signals);
    free(matcher->finding.entities);
    free(matcher->finding.numbers);
    free(matcher->finding.refused);
    free(matcher);
}

void matcher_keep_refused(struct matcher *matcher, bool keep)
{
    matcher->finding.keep_refused = keep;
}

void matcher_keep_inner(struct matcher *matcher, bool keep)
{
    matcher->finding.keep_inner = keep;
}

void matcher_begin(struct matcher *matcher, const struct language_names *names)
{
    struct finding *finding = &matcher->finding;

    finding->names = names;
    finding->field_count = 0;
    finding->match_count = 0;
    finding->entity_count = 0;
    finding->refused_count = 0;
}

void matcher_read(struct matcher *matcher, const struct text_view *view)
{
    struct finding *finding = &matcher->finding;
    uint32_t from = finding->match_count;

    finding->views[finding->field_count++] = view;
    finding->signal_count = 0;
    scan_view(finding);
    join_han(finding, from);
    if (finding->signal_count > 0) {
        compose_names(finding, from);
        finding_settle(finding, from);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct match *x = a;
    const struct match *y = b;

    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return (int)x->rule - (int)y->rule;
}

static void add_inner_names(struct finding *finding)
{
    uint32_t count = finding->match_count;

    for (uint32_t i = 0; i < count; i++) {
        struct match match = finding->matches[i]; /* the array moves as it grows */

        scan_inside(finding, &match);
    }
    if (finding->match_count > count)
        qsort(finding->matches, finding->match_count, sizeof(*finding->matches), by_place);
}

uint32_t matcher_finish(struct matcher *matcher)
{
    struct finding *finding = &matcher->finding;

    repeat_names(finding);
    if (finding->keep_inner)
        add_inner_names(finding);
    choose_entities(finding);
    return finding->match_count;
}

uint32_t matcher_run(struct matcher *matcher, const struct language_names *names,
                     const struct text_view *view)
{
    matcher_begin(matcher, names);
    matcher_read(matcher, view);
    return matcher_finish(matcher);
}

const struct match *matcher_matches(const struct matcher *matcher)
{
    return matcher->finding.matches;
}

const struct found_entity *matcher_entities(const struct matcher *matcher)
{
    return matcher->finding.entities;
}

uint32_t matcher_entity_count(const struct matcher *matcher)
{
    return matcher->finding.entity_count;
}

const struct refused *matcher_refused(const struct matcher *matcher)
{
    return matcher->finding.refused;
}

uint32_t matcher_refused_count(const struct matcher *matcher)
{
    return matcher->finding.refused_count;
}

/* ---- What the steps share ---- */

void finding_note_refused(struct finding *finding, const struct refused *refused)
{
    if (!finding->keep_refused)
        return;
    finding->refused = array_grown(finding->refused, finding->refused_count,
                                   &finding->refused_capacity, sizeof(*finding->refused));
    finding->refused[finding->refused_count] = *refused;
    finding->refused[finding->refused_count++].field = (uint8_t)(finding->field_count - 1);
}

void finding_add_match(struct finding *finding, const struct match *match)
{
    finding->matches = array_grown(finding->matches, finding->match_count, &finding->match_capacity,
                                   sizeof(*finding->matches));
    finding->matches[finding->match_count++] = *match;
}

struct match finding_span(const struct finding *finding, uint32_t field, uint32_t first,
                          uint32_t words)
{
    const struct text_token *from = &finding->views[field]->tokens[first];
    const struct text_token *to = &finding->views[field]->tokens[first + words - 1];

    return (struct match){
        .start = from->start,
        .end = to->end,
        .start_byte = from->start_byte,
        .end_byte = to->end_byte,
        .first = first,
        .words = words,
        .field = (uint8_t)field,
        .layer = LAYER_NONE,
        .last_word = to->hash,
    };
}

uint32_t finding_bytes(const struct text_view *view, uint32_t from, uint32_t points)
{
    uint32_t bytes = 0;

    for (; points > 0; points--)
        bytes += (uint32_t)utf8_length((unsigned char)view->value.data[from + bytes]);
    return bytes;
}

static bool is_composed(const struct match *match)
{
    return match->rule > RULE_FORM && match->rule != RULE_REPEAT;
}

static bool overlap(const struct match *a, const struct match *b)
{
    return a->field == b->field && a->end > b->start;
}

/* a begins first or is the longer. */
static bool gives_way(const struct match *a, const struct match *b)
{
    return !is_composed(a) && is_composed(b) && b->words > a->words;
}

static bool is_in_order(const struct match *matches, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (by_place(&matches[i - 1], &matches[i]) > 0)
            return false;
    return true;
}

void finding_settle(struct finding *finding, uint32_t from)
{
    struct match *matches = finding->matches;
    uint32_t kept = from;

    if (!is_in_order(matches + from, finding->match_count - from))
        qsort(matches + from, finding->match_count - from, sizeof(*matches), by_place);
    for (uint32_t i = from; i < finding->match_count; i++) {
        while (kept > from && overlap(&matches[kept - 1], &matches[i]) &&
               gives_way(&matches[kept - 1], &matches[i]))
            kept--;
        if (kept == from || !overlap(&matches[kept - 1], &matches[i]))
            matches[kept++] = matches[i];
    }
    finding->match_count = kept;
}
