#include <unicode/uchar.h>

#include "base/utf8.h"
#include "processors/entities/affix.h"
#include "processors/entities/array.h"
#include "processors/entities/context.h"
#include "processors/entities/finding.h"

/* One text in one language. */
struct search {
    struct finding *finding;
    const struct language_names *names;
    const struct language_rules *rules;
    const struct text_view *view;
    struct gazetteer_states states[NAME_LAYERS]; /* of the lists of names */
    uint32_t layer_count;
    uint32_t end;   /* names go on before this word */
    uint32_t known; /* the word behind the last match; 0: none yet */
    bool forms;     /* the language has some */
};

/* A name that begins at some word. */
struct hit {
    uint32_t words; /* 0: none */
    uint32_t row;
    uint8_t layer;
    uint8_t kind;     /* enum name_kind */
    uint32_t skipped; /* folded points of the first word before the name */
    uint32_t dropped; /* folded points of the last word behind it */
    bool form;        /* some word is a form of the name's */
    uint64_t last_word;
};

/* The longest of what begins at some word. */
struct hits {
    struct hit name;
    struct hit signal;
};

/* The words that a walk has gone over, in all lists at once. Sets of lists have a bit for each. */
struct walk {
    uint64_t state;
    uint64_t upper; /* bit i: word i begins with a capital */
    uint64_t last_word;
    uint32_t words;
    uint32_t dropped; /* of the last word: what stays outside; nothing goes on behind it */
    uint32_t
        rows[NAME_LAYERS]; /* 1 + the first row of what ends here, by list, in those of `ends` */
    uint8_t ends;
    uint8_t goes_on; /* lists in which a name may go on */
    bool all_upper;
    bool form;
};

/* ---- Walking ---- */

/* What may be in a state, in any list. Nearly no word of a text is one of a name's, so that this is
 * what finding costs. There are hardly ever more than two sets. */
static inline unsigned ask_all(const struct state_sets *sets, uint64_t state)
{
    unsigned found = state_set_ask(&sets->items[0], state);

    if (sets->count > 1)
        found |= state_set_ask(&sets->items[1], state);
    for (uint32_t i = 2; i < sets->count; i++)
        found |= state_set_ask(&sets->items[i], state);
    return found;
}

/* For those who ask why a word was not tagged, names whose capitals are not in the text count. */
static inline bool is_small(const struct search *search, const struct text_token *token)
{
    return gazetteer_is_small(search->view, token) && !search->finding->keep_refused;
}

static inline const struct state_sets *sets_for(const struct search *search, bool small)
{
    return small ? &search->names->small : &search->names->any;
}

/* Which lists may have names in a state: as a set those in which some end, and those in which some
 * go on. */
struct answers {
    uint8_t ends;
    uint8_t goes_on;
};

static inline struct answers ask(const struct search *search, uint64_t state, unsigned layers,
                                 bool small)
{
    unsigned ends = 0;
    unsigned goes_on = 0;

    for (uint32_t i = 0; i < search->layer_count; i++) {
        unsigned bits =
            (layers >> i & 1) != 0 ? gazetteer_ask(&search->states[i], state, small) : 0;

        ends |= (bits & STATE_ENDS) != 0 ? 1U << i : 0;
        goes_on |= (bits & STATE_GOES_ON) != 0 ? 1U << i : 0;
    }
    return (struct answers){(uint8_t)ends, (uint8_t)goes_on};
}

/* Of the lists in which a name may end where the walk stands, those in which one does. */
static void find_rows(const struct search *search, struct walk *walk, unsigned layers)
{
    unsigned ends = 0;

    for (uint32_t i = 0; layers >> i != 0; i++) {
        if ((layers >> i & 1) == 0)
            continue;
        walk->rows[i] = gazetteer_rows_in(search->names->layers[i].gazetteer, walk->state);
        ends |= walk->rows[i] != 0 ? 1U << i : 0;
    }
    walk->ends = (uint8_t)ends;
}

/* Goes on by a word whose hash, or that of the name it is a form of, is given. */
static bool walk_as(const struct search *search, struct walk *walk, const struct text_token *token,
                    uint64_t hash)
{
    uint64_t state = gazetteer_state(walk->state, hash, (enum token_gap)token->gap);
    bool small = is_small(search, token);

    if (ask_all(sets_for(search, small), state) == 0)
        return false;
    struct answers answers = ask(search, state, walk->goes_on, small);

    if ((answers.ends | answers.goes_on) == 0)
        return false;
    walk->state = state;
    walk->goes_on = answers.goes_on;
    find_rows(search, walk, answers.ends);
    if ((walk->ends | walk->goes_on) == 0)
        return false;
    if ((token->flags & TOKEN_UPPER_FIRST) != 0 && walk->words < 64)
        walk->upper |= 1ULL << walk->words;
    if ((token->flags & TOKEN_UPPER_ALL) == 0)
        walk->all_upper = false;
    walk->last_word = hash;
    walk->words++;
    return true;
}

/* A name does not begin with a small letter in scripts that have capitals. */
static inline bool may_begin_form(const struct search *search, const struct text_token *token)
{
    return search->forms && token->kind == TOKEN_WORD && !gazetteer_is_small(search->view, token);
}

static uint32_t stems_of(const struct search *search, const struct text_token *token, bool first,
                         struct affix_stem stems[AFFIX_STEMS])
{
    if (!search->forms || token->kind != TOKEN_WORD || (first && !may_begin_form(search, token)) ||
        word_set_has(&search->rules->plain, token->hash))
        return 0;
    return affix_stems(search->rules, search->view->points + token->first, token->length, first,
                       stems);
}

/* Is a cut before this point of a word inside one source character that folds to several (a
 * ligature)? Then no position tells the two sides apart. */
static bool splits_character(const struct text_view *view, const struct text_token *token,
                             uint32_t point)
{
    return text_view_start(view, token, point) < text_view_end(view, token, point - 1);
}

static bool is_cut_cleanly(const struct text_view *view, const struct text_token *token,
                           const struct affix_stem *stem)
{
    return (stem->skipped == 0 || !splits_character(view, token, stem->skipped)) &&
           (stem->dropped == 0 || !splits_character(view, token, token->length - stem->dropped));
}

/* The walk over a word that is read as a form of a name's. Returns whether a name goes on so. */
static bool walk_as_form(const struct search *search, const struct walk *walk,
                         const struct text_token *token, const struct affix_stem *stem,
                         struct walk *ret_walk)
{
    *ret_walk = *walk;
    ret_walk->dropped = stem->dropped;
    ret_walk->form = true;
    return is_cut_cleanly(search->view, token, stem) &&
           walk_as(search, ret_walk, token, text_token_hash(stem->points, stem->length));
}

/* Goes on by a word behind the first: as it is where a name ends so, else as a form where one does;
 * else by whichever may go on, for a walk that only may is often a dead end. */
static bool walk_over(const struct search *search, struct walk *walk,
                      const struct text_token *token)
{
    struct affix_stem stems[AFFIX_STEMS];
    struct walk best = *walk;
    bool on = walk_as(search, &best, token, token->hash);
    uint32_t count = on && best.ends != 0 ? 0 : stems_of(search, token, false, stems);

    for (uint32_t i = 0; i < count; i++) {
        struct walk form;

        if (!walk_as_form(search, walk, token, &stems[i], &form) || (on && form.ends == 0))
            continue;
        best = form;
        on = true;
        if (form.ends != 0)
            break;
    }
    if (on)
        *walk = best;
    return on;
}

/* ---- Taking ---- */

static bool is_whole(const struct search *search, uint32_t first, uint32_t count)
{
    const struct text_view *view = search->view;

    return (view->tokens[first].kind != TOKEN_IDEOGRAPH &&
            view->tokens[first + count - 1].kind != TOKEN_IDEOGRAPH) ||
           segmenter_is_whole(search->finding->segmenter, view, first, count);
}

static enum refusal refusal_of(const struct search *search, uint32_t first, const struct walk *walk,
                               const struct name_layer *layer, const struct gazetteer_row *row)
{
    if (!name_layer_has(layer, row))
        return REFUSAL_LANGUAGE;
    if ((row->upper & ~walk->upper) != 0 || (row->acronym && !walk->all_upper))
        return REFUSAL_CAPITALS;
    struct candidate candidate = {search->view, row,           first,
                                  walk->words,  search->known, row->kind == NAME_PLACE};
    enum refusal refusal = context_refusal(search->rules, &candidate);

    if (refusal == REFUSAL_NONE && !is_whole(search, first, walk->words))
        return REFUSAL_PART;
    return refusal;
}

static void note_refused(const struct search *search, uint32_t first, uint32_t words, uint8_t layer,
                         uint32_t row, enum refusal refusal)
{
    const struct refused refused = {
        .first = first, .words = words, .row = row, .layer = layer, .refusal = (uint8_t)refusal};

    finding_note_refused(search->finding, &refused);
}

static uint32_t weight_of_hit(const struct search *search, const struct hit *hit)
{
    const struct gazetteer *gazetteer = search->names->layers[hit->layer].gazetteer;

    uint32_t entity = gazetteer_row_of(gazetteer, hit->row).entity;

    return gazetteer_standing_of(gazetteer, entity).weight;
}

static struct hit hit_of(const struct walk *walk, uint32_t layer, uint32_t number,
                         const struct gazetteer_row *row)
{
    return (struct hit){
        .words = walk->words,
        .row = number,
        .layer = (uint8_t)layer,
        .kind = row->kind,
        .dropped = walk->dropped,
        .form = walk->form,
        .last_word = walk->last_word,
    };
}

/* The longer one stays; of two that are as long, the heavier, else the earlier. */
static void keep_better(const struct search *search, uint32_t first, struct hit *best,
                        const struct hit *hit)
{
    bool better =
        hit->words > best->words || weight_of_hit(search, hit) > weight_of_hit(search, best);
    const struct hit *worse = better ? best : hit;

    if (worse->words > 0)
        note_refused(search, first, worse->words, worse->layer, worse->row,
                     best->words == hit->words ? REFUSAL_LIGHTER : REFUSAL_SHORTER);
    if (better)
        *best = *hit;
}

/* What ends where the walk stands, in one list. */
static void take_rows(const struct search *search, uint32_t first, const struct walk *walk,
                      uint32_t layer, struct hits *hits)
{
    const struct name_layer *names = &search->names->layers[layer];
    const uint8_t *live = search->finding->keep_refused ? NULL : names->live;
    uint32_t next = gazetteer_live_row(names->gazetteer, walk->rows[layer], live);

    while (next != 0) {
        uint32_t number = next - 1;
        struct gazetteer_row row = gazetteer_row_of(names->gazetteer, number);
        enum refusal refusal = refusal_of(search, first, walk, names, &row);

        next = gazetteer_next_row(names->gazetteer, number);
        next = gazetteer_live_row(names->gazetteer, next, live);
        if (refusal != REFUSAL_NONE) {
            note_refused(search, first, walk->words, (uint8_t)layer, number, refusal);
            continue;
        }
        struct hit hit = hit_of(walk, layer, number, &row);

        keep_better(search, first, hit.kind <= NAME_PLACE ? &hits->name : &hits->signal, &hit);
    }
}

/* The longest names from word `first` on, which is read as the hash says: as itself, or as the name
 * that it is a form of. */
static struct hits longest_as(const struct search *search, uint32_t first, uint64_t hash,
                              const struct affix_stem *stem)
{
    struct walk walk = {.state = GAZETTEER_ROOT,
                        .goes_on = UINT8_MAX,
                        .dropped = stem != NULL ? stem->dropped : 0,
                        .all_upper = true,
                        .form = stem != NULL};
    const struct text_token *tokens = &search->view->tokens[first];
    struct hits hits = {0};
    bool on = walk_as(search, &walk, &tokens[0], hash);

    while (on) {
        for (uint32_t i = 0; walk.ends >> i != 0; i++)
            if ((walk.ends >> i & 1) != 0)
                take_rows(search, first, &walk, i, &hits);
        on = walk.dropped == 0 && walk.goes_on != 0 && first + walk.words < search->end &&
             walk_over(search, &walk, &tokens[walk.words]);
    }
    hits.name.skipped = stem != NULL ? stem->skipped : 0;
    hits.signal.skipped = hits.name.skipped;
    return hits;
}

/* A word as it is comes before what it may be a form of. */
static struct hits longest(const struct search *search, uint32_t first)
{
    const struct text_token *token = &search->view->tokens[first];
    struct affix_stem stems[AFFIX_STEMS];
    struct hits hits = longest_as(search, first, token->hash, NULL);
    uint32_t count = hits.name.words == 0 ? stems_of(search, token, true, stems) : 0;

    for (uint32_t i = 0; hits.name.words == 0 && i < count; i++) {
        if (!is_cut_cleanly(search->view, token, &stems[i]))
            continue;
        struct hits more =
            longest_as(search, first, text_token_hash(stems[i].points, stems[i].length), &stems[i]);

        hits.name = more.name;
        if (hits.signal.words == 0)
            hits.signal = more.signal;
    }
    return hits;
}

/* ---- Positions ---- */

/* The stop of "U.S." is part of it. */
static bool ends_in_stop(const struct text_view *view, uint32_t first, const struct hit *hit)
{
    const struct text_token *last = &view->tokens[first + hit->words - 1];

    return hit->words > 1 && last->length == 1 && last->kind == TOKEN_WORD &&
           last->gap == GAP_JOINER && last->end_byte < view->value.length &&
           view->value.data[last->end_byte] == '.';
}

static struct match match_of(const struct search *search, uint32_t first, const struct hit *hit)
{
    const struct text_view *view = search->view;
    const struct text_token *from = &view->tokens[first];
    const struct text_token *to = &view->tokens[first + hit->words - 1];
    struct match match =
        finding_span(search->finding, search->finding->field_count - 1, first, hit->words);

    match.rule = hit->form ? RULE_FORM : RULE_LIST;
    match.type = hit->kind;
    match.layer = hit->layer;
    match.row = hit->row;
    match.last_word = hit->last_word;
    if (ends_in_stop(view, first, hit)) {
        match.end++;
        match.end_byte++;
    }
    if (hit->skipped > 0) {
        match.start = text_view_end(view, from, hit->skipped - 1u);
        match.start_byte += finding_bytes(view, from->start_byte, match.start - from->start);
    }
    if (hit->dropped > 0) {
        match.end = text_view_start(view, to, to->length - hit->dropped);
        match.end_byte =
            to->start_byte + finding_bytes(view, to->start_byte, match.end - to->start);
    }
    return match;
}

static bool is_word_end(struct slice value, size_t at)
{
    return at == value.length ||
           !u_isalnum((UChar32)utf8_decode((const unsigned char *)value.data + at));
}

/* "UN-a" (of the UN, in Croatian) is one word. */
static void take_suffix(const struct search *search, struct match *match)
{
    struct slice value = search->view->value;
    size_t left = value.length - match->end_byte;

    for (uint32_t i = 0; i < search->rules->suffixes.count; i++) {
        struct slice suffix = search->rules->suffixes.texts[i];

        if (suffix.length > left ||
            memcmp(value.data + match->end_byte, suffix.data, suffix.length) != 0 ||
            !is_word_end(value, match->end_byte + suffix.length))
            continue;
        match->end_byte += (uint32_t)suffix.length;
        match->end += (uint32_t)utf8_count(suffix);
        return;
    }
}

static void add_name(struct search *search, uint32_t first, const struct hit *hit)
{
    struct match match = match_of(search, first, hit);

    take_suffix(search, &match);
    finding_add_match(search->finding, &match);
    search->known = first + hit->words;
}

static void add_signal(struct finding *finding, uint32_t first, const struct hit *hit)
{
    finding->signals = array_grown(finding->signals, finding->signal_count,
                                   &finding->signal_capacity, sizeof(*finding->signals));
    finding->signals[finding->signal_count++] = (struct signal){first, hit->words, hit->kind};
}

/* A longer signal hides a name at its start ("South Korean"); but what begins inside of a signal
 * is looked at. Returns the word to go on with. */
static uint32_t take(struct search *search, uint32_t first, const struct hits *hits)
{
    if (hits->signal.words > 0)
        add_signal(search->finding, first, &hits->signal);
    if (hits->name.words == 0 || hits->signal.words > hits->name.words)
        return first + 1;
    add_name(search, first, &hits->name);
    return first + hits->name.words;
}

static struct search search_of(struct finding *finding)
{
    struct search search = {.finding = finding,
                            .names = finding->names,
                            .rules = finding->names->rules,
                            .view = finding_view(finding),
                            .end = finding_view(finding)->token_count,
                            .layer_count = finding->names->layer_count};

    search.forms = rules_have_forms(search.rules);
    for (uint32_t i = 0; i < search.layer_count; i++)
        search.states[i] = gazetteer_states_of(search.names->layers[i].gazetteer);
    return search;
}

/* Does a name that is longer than its first word, whose state is given, perhaps have the next one?
 */
static bool may_go_on(const struct search *search, uint32_t word, uint64_t state)
{
    const struct text_token *next = &search->view->tokens[word + 1];

    return word + 1 < search->end &&
           ask_all(sets_for(search, is_small(search, next)),
                   gazetteer_state(state, next->hash, (enum token_gap)next->gap)) != 0;
}

/* May a name begin at a word, as it is or as a form? Most words of a text are told by the first
 * question. */
static inline bool may_begin(const struct search *search, uint32_t word)
{
    const struct text_token *token = &search->view->tokens[word];
    uint64_t state = gazetteer_state(GAZETTEER_ROOT, token->hash, GAP_NONE);
    bool small = is_small(search, token);
    unsigned found = ask_all(sets_for(search, small), state);

    if (found == 0 && (small || !search->forms))
        return false;
    return (search->forms || (found & STATE_ENDS) != 0 || may_go_on(search, word, state)) &&
           (token->flags & TOKEN_URL) == 0;
}

/* The next word, from one on, at which a name may begin. */
static uint32_t next_start(const struct search *search, uint32_t word)
{
    uint32_t count = search->view->token_count;

    while (word < count && !may_begin(search, word))
        word++;
    return word;
}

void scan_view(struct finding *finding)
{
    struct search search = search_of(finding);
    uint32_t word = next_start(&search, 0);

    while (word < search.view->token_count) {
        struct hits hits = longest(&search, word);

        word = next_start(&search, take(&search, word, &hits));
    }
}

/* The names that begin at a word and end before search->end, from the longest to the shortest. */
static void add_names_at(struct search *search, uint32_t word)
{
    while (word < search->end && may_begin(search, word)) {
        struct hits hits = longest(search, word);

        if (hits.name.words == 0)
            return;
        add_name(search, word, &hits.name);
        search->end = word + hits.name.words - 1;
    }
}

void scan_inside(struct finding *finding, const struct match *match)
{
    uint32_t fields = finding->field_count;

    finding->field_count = match->field + 1U;
    struct search search = search_of(finding);

    for (uint32_t i = 0; i < match->words; i++) {
        search.end = match->first + match->words - (i == 0 ? 1 : 0);
        add_names_at(&search, match->first + i);
    }
    finding->field_count = fields;
}
