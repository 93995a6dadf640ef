/* What an article names once in full, it names again in short. */
#include "processors/entities/affix.h"
#include "processors/entities/finding.h"

enum {
    SHORT_NAMES = 128, /* of one article; what comes later is not looked for again */
    SHORT_FORMS = 4,   /* ways in which the name's first word may be written */
    SHORT_WORDS = 6,
    FILTER_BITS = 1024,
    ACRONYM_LEAST = 2,
    ACRONYM_MOST = 8,
    INITIAL_WORDS = 12, /* words in which an acronym's letters are looked for */
    CASELESS = 0x590,
};

/* A name in short: a surname, an acronym. */
struct short_name {
    uint64_t forms[SHORT_FORMS]; /* hashes of its first word */
    uint32_t form_count;
    uint64_t more[SHORT_WORDS - 1]; /* hashes of the other words */
    uint32_t words;
    bool acronym;
    struct match full; /* what it stands for */
};

struct short_names {
    struct short_name items[SHORT_NAMES];
    uint32_t count;
    uint64_t filter[FILTER_BITS / 64]; /* by hash: some form is like this */
    bool forms; /* some of them is more than an acronym, and the language has forms */
};

/* ---- Collecting ---- */

static void add_form(struct short_names *names, struct short_name *name, uint64_t hash)
{
    for (uint32_t i = 0; i < name->form_count; i++)
        if (name->forms[i] == hash)
            return;
    if (name->form_count == SHORT_FORMS)
        return;
    name->forms[name->form_count++] = hash;
    names->filter[hash % FILTER_BITS / 64] |= 1ULL << (hash % 64);
}

static struct short_name *new_name(struct short_names *names, const struct match *full)
{
    if (names->count == SHORT_NAMES)
        return NULL;
    struct short_name *name = &names->items[names->count++];

    *name = (struct short_name){.words = 1, .full = *full};
    return name;
}

/* Words first .. of the full name, as they stand in the text. */
static void add_words(struct short_names *names, const struct text_view *view,
                      const struct match *full, uint32_t first)
{
    uint32_t words = full->first + full->words - first;
    struct short_name *name = words <= SHORT_WORDS ? new_name(names, full) : NULL;

    if (name == NULL)
        return;
    name->words = words;
    names->forms = true;
    add_form(names, name, view->tokens[first].hash);
    for (uint32_t i = 1; i < words; i++)
        name->more[i - 1] = view->tokens[first + i].hash;
}

static uint32_t stems_of(const struct finding *finding, const struct text_view *view,
                         const struct text_token *token, struct affix_stem stems[AFFIX_STEMS])
{
    return token->kind != TOKEN_WORD
               ? 0
               : affix_stems(finding->names->rules, view->points + token->first, token->length,
                             true, stems);
}

/* The surname may be in any form here and there: what it may be a form of counts as well. */
static void add_surname(const struct finding *finding, struct short_names *names,
                        const struct match *full)
{
    const struct text_view *view = finding->views[full->field];
    const struct text_token *last = &view->tokens[full->first + full->words - 1];
    struct affix_stem stems[AFFIX_STEMS];
    struct short_name *name = last->length > 2 ? new_name(names, full) : NULL;

    if (name == NULL)
        return;
    names->forms = true;
    add_form(names, name, full->last_word);
    add_form(names, name, last->hash);
    uint32_t count = full->layer == LAYER_NONE ? stems_of(finding, view, last, stems) : 0;

    for (uint32_t i = 0; i < count; i++)
        add_form(names, name, text_token_hash(stems[i].points, stems[i].length));
}

/* The word behind the last middle dot of a name in Han or Kana. */
static uint32_t behind_dot(const struct text_view *view, const struct match *full)
{
    uint32_t word = full->first + full->words - 1;

    while (word > full->first && view->tokens[word].gap == GAP_NONE)
        word--;
    return word;
}

static void add_person(const struct finding *finding, struct short_names *names,
                       const struct match *full)
{
    const struct text_view *view = finding->views[full->field];
    bool ideographs = view->tokens[full->first].kind == TOKEN_IDEOGRAPH;
    uint32_t surname = ideographs ? behind_dot(view, full) : full->first + 1;

    if (full->layer == LAYER_NONE)
        add_words(names, view, full, full->first);
    if (full->words < 2)
        return;
    if (!ideographs)
        add_surname(finding, names, full);
    else if (surname > full->first && full->first + full->words - surname > 1)
        add_words(names, view, full, surname);
}

/* ---- Acronyms ---- */

/* All capitals, or two of them and small letters too: "AfDB". */
static bool is_acronym(const struct text_view *view, const struct text_token *token)
{
    uint32_t capitals = 0;

    if (token->length < ACRONYM_LEAST || token->length > ACRONYM_MOST)
        return false;
    for (uint32_t i = token->start_byte; i < token->end_byte; i++)
        capitals += view->value.data[i] >= 'A' && view->value.data[i] <= 'Z';
    return (token->flags & TOKEN_UPPER_ALL) != 0 || capitals > 1;
}

static bool is_in_brackets(const struct text_view *view, uint32_t word, size_t bracket)
{
    const struct text_token *token = &view->tokens[word];
    struct slice value = view->value;

    return token->start_byte == bracket + 1 && token->end_byte < value.length &&
           value.data[token->end_byte] == ')';
}

/* The match that ends right before a word, among the first `count`, which stand in order. */
static const struct match *match_before(const struct finding *finding, uint32_t count,
                                        uint32_t field, uint32_t word)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct match *match = &finding->matches[middle];

        if (match->field < field || (match->field == field && match->first < word))
            low = middle + 1;
        else
            high = middle;
    }
    const struct match *last = low > 0 ? &finding->matches[low - 1] : NULL;

    return last != NULL && last->field == field && last->first + last->words == word ? last : NULL;
}

/* Do the capitals of words first .. end - 1 spell the acronym? Small words may be between. */
static bool is_spelled(const struct text_view *view, uint32_t first, uint32_t end,
                       const struct text_token *acronym)
{
    uint32_t letter = 0;

    for (uint32_t i = first; i < end; i++) {
        const struct text_token *token = &view->tokens[i];

        if ((token->flags & TOKEN_UPPER_FIRST) == 0)
            continue;
        if (letter == acronym->length ||
            view->points[token->first] != view->points[acronym->first + letter])
            return false;
        letter++;
    }
    return letter == acronym->length && (view->tokens[first].flags & TOKEN_UPPER_FIRST) != 0;
}

/* The first of the words before `end` that the acronym abbreviates; `end` where none do. */
static uint32_t spelled_before(const struct text_view *view, uint32_t end,
                               const struct text_token *acronym)
{
    for (uint32_t first = end; first > 0 && end - first < INITIAL_WORDS;) {
        first--;
        if (first + 1 < end && view->tokens[first + 1].gap > GAP_JOINER)
            break;
        if (end - first > 1 && is_spelled(view, first, end, acronym))
            return first;
    }
    return end;
}

static void add_acronym(struct short_names *names, const struct text_token *token,
                        const struct match *full)
{
    struct short_name *name = new_name(names, full);

    if (name == NULL)
        return;
    name->acronym = true;
    add_form(names, name, token->hash);
}

/* "World Health Organization (WHO)" */
static void find_acronym(struct finding *finding, uint32_t found, struct short_names *names,
                         uint32_t field, uint32_t word)
{
    const struct text_view *view = finding->views[field];
    const struct text_token *token = &view->tokens[word];
    const struct match *known = match_before(finding, found, field, word);

    if (known != NULL && known->type != ENTITY_PLACE) {
        add_acronym(names, token, known);
        return;
    }
    uint32_t first = spelled_before(view, word, token);

    if (first == word)
        return;
    struct match full = finding_span(finding, field, first, word - first);

    full.type = ENTITY_ORGANISATION;
    full.rule = RULE_ACRONYM;
    for (uint32_t i = first; i < word; i++)
        full.key = full.key * 31 + view->tokens[i].hash;
    finding_add_match(finding, &full);
    add_acronym(names, token, &full);
}

/* The first token that begins at a byte or behind it. */
static uint32_t token_from(const struct text_view *view, size_t byte)
{
    uint32_t low = 0;
    uint32_t high = view->token_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (view->tokens[middle].start_byte < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void find_acronyms_in(struct finding *finding, uint32_t found, struct short_names *names,
                             uint32_t field)
{
    const struct text_view *view = finding->views[field];
    const char *value = view->value.data;
    const char *end = value + view->value.length;
    const char *bracket = value < end ? memchr(value, '(', view->value.length) : NULL;

    while (bracket != NULL && names->count < SHORT_NAMES) {
        uint32_t word = token_from(view, (size_t)(bracket + 1 - value));

        if (word > 0 && word < view->token_count && is_acronym(view, &view->tokens[word]) &&
            is_in_brackets(view, word, (size_t)(bracket - value)))
            find_acronym(finding, found, names, field, word);
        bracket = memchr(bracket + 1, '(', (size_t)(end - bracket - 1));
    }
}

static void find_acronyms(struct finding *finding, struct short_names *names)
{
    uint32_t found = finding->match_count;

    for (uint32_t field = 0; field < finding->field_count; field++)
        find_acronyms_in(finding, found, names, field);
}

/* ---- Looking again ---- */

static bool has_form(const struct short_name *name, uint64_t hash)
{
    for (uint32_t i = 0; i < name->form_count; i++)
        if (name->forms[i] == hash)
            return true;
    return false;
}

static bool may_have(const struct short_names *names, uint64_t hash)
{
    return (names->filter[hash % FILTER_BITS / 64] >> (hash % 64) & 1) != 0;
}

static bool goes_on(const struct short_name *name, const struct text_view *view, uint32_t word)
{
    if (word + name->words > view->token_count)
        return false;
    for (uint32_t i = 1; i < name->words; i++)
        if (view->tokens[word + i].hash != name->more[i - 1] ||
            view->tokens[word + i].gap > GAP_JOINER)
            return false;
    return true;
}

static bool is_before(const struct match *full, uint32_t field, uint32_t word)
{
    return full->field < field || (full->field == field && full->first < word);
}

/* Of several that are written so: the longest, then the one named last before here. */
static const struct short_name *name_at(const struct short_names *names,
                                        const struct finding *finding, uint32_t field,
                                        uint32_t word, uint64_t hash)
{
    const struct text_view *view = finding->views[field];
    const struct short_name *best = NULL;

    if (!may_have(names, hash))
        return NULL;
    for (uint32_t i = 0; i < names->count; i++) {
        const struct short_name *name = &names->items[i];

        if (!has_form(name, hash) || !goes_on(name, view, word) ||
            (name->acronym && !is_acronym(view, &view->tokens[word])))
            continue;
        if (best == NULL || name->words > best->words ||
            (name->words == best->words && is_before(&name->full, field, word)))
            best = name;
    }
    return best;
}

static inline bool may_be_name(const struct text_view *view, const struct text_token *token)
{
    return ((token->flags & TOKEN_UPPER_FIRST) != 0 || view->points[token->first] >= CASELESS) &&
           (token->flags & TOKEN_URL) == 0;
}

static void add_repeat(struct finding *finding, uint32_t field, uint32_t word,
                       const struct short_name *name, const struct affix_stem *stem)
{
    const struct text_view *view = finding->views[field];
    const struct text_token *token = &view->tokens[word];
    struct match match = finding_span(finding, field, word, name->words);

    if (stem != NULL && stem->skipped > 0) {
        uint32_t start = text_view_end(view, token, stem->skipped - 1u);

        match.start_byte += finding_bytes(view, token->start_byte, start - token->start);
        match.start = start;
    }
    if (stem != NULL && stem->dropped > 0) {
        match.end = text_view_start(view, token, token->length - stem->dropped);
        match.end_byte =
            token->start_byte + finding_bytes(view, token->start_byte, match.end - token->start);
    }
    match.rule = RULE_REPEAT;
    match.type = name->full.type;
    match.layer = name->full.layer;
    match.row = name->full.row;
    match.key = name->full.key;
    finding_add_match(finding, &match);
}

/* Returns the word to go on with. */
static uint32_t look_at(struct finding *finding, const struct short_names *names, uint32_t field,
                        uint32_t word)
{
    const struct text_view *view = finding->views[field];
    const struct text_token *token = &view->tokens[word];
    const struct short_name *name = name_at(names, finding, field, word, token->hash);
    struct affix_stem stems[AFFIX_STEMS];
    const struct affix_stem *stem = NULL;
    uint32_t count = name == NULL && names->forms ? stems_of(finding, view, token, stems) : 0;

    for (uint32_t i = 0; name == NULL && i < count; i++) {
        stem = &stems[i];
        name = name_at(names, finding, field, word, text_token_hash(stem->points, stem->length));
    }
    if (name == NULL)
        return word + 1;
    add_repeat(finding, field, word, name, stem);
    return word + name->words;
}

/* Words first .. end - 1, which no name covers yet. Returns the word to go on with. */
static uint32_t look_between(struct finding *finding, const struct short_names *names,
                             uint32_t field, uint32_t first, uint32_t end)
{
    const struct text_view *view = finding->views[field];
    uint32_t word = first;

    while (word < end) {
        const struct text_token *token = &view->tokens[word];

        if (may_be_name(view, token) && (names->forms || may_have(names, token->hash)))
            word = look_at(finding, names, field, word);
        else
            word++;
    }
    return word;
}

/* The matches that scanning and composing left stand in the order of the text: what they cover is
 * not looked at. */
static void look_again(struct finding *finding, const struct short_names *names)
{
    uint32_t known = finding->match_count;
    uint32_t next = 0;

    for (uint32_t field = 0; field < finding->field_count; field++) {
        uint32_t word = 0;

        for (; next < known && finding->matches[next].field == field; next++) {
            uint32_t first = finding->matches[next].first;
            uint32_t end = first + finding->matches[next].words;

            word = look_between(finding, names, field, word, first);
            word = word > end ? word : end;
        }
        look_between(finding, names, field, word, finding->views[field]->token_count);
    }
}

void repeat_names(struct finding *finding)
{
    struct short_names names;
    uint32_t found = finding->match_count;

    names.count = 0;
    names.forms = false;
    memset(names.filter, 0, sizeof(names.filter));
    find_acronyms(finding, &names);
    for (uint32_t i = 0; i < found; i++)
        if (finding->matches[i].type == ENTITY_PERSON)
            add_person(finding, &names, &finding->matches[i]);
    if (finding->match_count > found)
        finding_settle(finding, 0);
    if (names.count == 0)
        return;
    names.forms &= rules_have_forms(finding->names->rules);
    found = finding->match_count;
    look_again(finding, &names);
    if (finding->match_count > found)
        finding_settle(finding, 0);
}
