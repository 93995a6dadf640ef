/* Names that no list has, told by the words beside them. */
#include <string.h>

#include "processors/entities/array.h"
#include "processors/entities/context.h"
#include "processors/entities/finding.h"

enum {
    CASELESS = 0x590, /* folded letters of scripts with capitals are below this */
    CYRILLIC = 0x400,
    NAME_WORDS = 4,    /* of a person's name that no list has */
    SKIPPED_UNITS = 6, /* between a role and the name: whose role it is */
    ACRONYM_MOST = 5,  /* letters of one that is hardly a name in capitals */
    LINKS = 3,         /* little words in a row: "of the" */
};

/* The field that is being read. */
struct composer {
    struct finding *finding;
    const struct text_view *view;
    const struct language_rules *rules;
    uint32_t from; /* the field's first match */
    uint32_t to;   /* behind its last one that scan_view found */
};

/* Words first .. end - 1. */
struct run {
    uint32_t first;
    uint32_t end;
    uint32_t count[NAME_KINDS];
    bool capital; /* a word of it has one */
    bool head_capital;
};

static const struct text_token *token_at(const struct composer *composer, uint32_t index)
{
    return &composer->view->tokens[index];
}

static bool is_in(const struct composer *composer, uint32_t index)
{
    return index < composer->view->token_count;
}

static bool has_capital(const struct text_token *token)
{
    return (token->flags & TOKEN_UPPER_FIRST) != 0;
}

static bool has_case(const struct composer *composer, const struct text_token *token)
{
    return token->kind == TOKEN_WORD && composer->view->points[token->first] < CASELESS;
}

static bool is_close(const struct text_token *token)
{
    return token->gap <= GAP_JOINER;
}

/* The longest signal of these kinds (a set of bits) at a word; NULL where there is none. */
static const struct signal *signal_at(const struct composer *composer, uint32_t word,
                                      unsigned kinds)
{
    const struct signal *signals = composer->finding->signals;
    const struct signal *found = NULL;
    uint32_t low = 0;
    uint32_t high = composer->finding->signal_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (signals[middle].first < word)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < composer->finding->signal_count && signals[low].first == word; low++)
        if ((kinds >> signals[low].kind & 1) != 0 &&
            (found == NULL || signals[low].words > found->words))
            found = &signals[low];
    return found;
}

/* The match that begins at a word; NULL where none does. They stand in the order of the text. */
static const struct match *match_at(const struct composer *composer, uint32_t word)
{
    const struct match *matches = composer->finding->matches;
    uint32_t low = composer->from;
    uint32_t high = composer->to;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (matches[middle].first < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low < composer->to && matches[low].first == word ? &matches[low] : NULL;
}

/* The match that ends right before a word. */
static const struct match *match_before(const struct composer *composer, uint32_t word)
{
    for (uint32_t first = word > 8 ? word - 8 : 0; first < word; first++) {
        const struct match *match = match_at(composer, first);

        if (match != NULL && match->first + match->words == word)
            return match;
    }
    return NULL;
}

static void add(const struct composer *composer, uint32_t first, uint32_t end,
                enum entity_type type, enum match_rule rule)
{
    struct match match =
        finding_span(composer->finding, composer->finding->field_count - 1, first, end - first);

    match.type = (uint8_t)type;
    match.rule = (uint8_t)rule;
    for (uint32_t i = first; i < end; i++)
        match.key = match.key * 31 + token_at(composer, i)->hash;
    finding_add_match(composer->finding, &match);
}

/* ---- Ministries, parliaments ---- */

enum {
    BODY_KINDS = 1 << NAME_MINISTRY | 1 << NAME_PORTFOLIO | 1 << NAME_NATIONALITY |
                 1 << NAME_OFFICE | 1 << NAME_BODY
};

static bool is_link(const struct composer *composer, uint32_t word)
{
    return word_set_has(&composer->rules->links, token_at(composer, word)->hash);
}

static bool is_head(const struct signal *signal)
{
    return signal->kind == NAME_MINISTRY || signal->kind == NAME_OFFICE ||
           signal->kind == NAME_BODY;
}

/* A second head begins another name; whose it is stands right beside the rest. */
static bool fits(const struct run *run, const struct signal *signal, bool linked)
{
    if (is_head(signal))
        return run->count[NAME_MINISTRY] + run->count[NAME_BODY] == 0;
    return signal->kind != NAME_NATIONALITY || (!linked && run->count[NAME_NATIONALITY] == 0);
}

static void take_signal(const struct composer *composer, struct run *run,
                        const struct signal *signal)
{
    run->end = signal->first + signal->words;
    run->count[signal->kind]++;
    if (signal->kind == NAME_OFFICE) {
        run->count[NAME_MINISTRY]++;
        run->count[NAME_PORTFOLIO]++;
    }
    for (uint32_t i = signal->first; i < run->end; i++)
        run->capital |= has_capital(token_at(composer, i));
    if (is_head(signal))
        run->head_capital = has_capital(token_at(composer, signal->first));
}

/* Signals in a row from a word on, with little words between. */
static struct run run_from(const struct composer *composer, uint32_t first)
{
    struct run run = {.first = first, .end = first};
    uint32_t links = 0;

    for (uint32_t word = first; is_in(composer, word);) {
        const struct signal *signal = signal_at(composer, word, BODY_KINDS);

        if (word > first && !is_close(token_at(composer, word)))
            break;
        if (signal != NULL && fits(&run, signal, links > 0)) {
            take_signal(composer, &run, signal);
            word = run.end;
            links = 0;
        } else if (word > first && links < LINKS && is_link(composer, word)) {
            links++;
            word++;
        } else {
            break;
        }
    }
    return run;
}

/* Whose it is, where the language writes the country right beside it: "Türkiye Dışişleri
 * Bakanlığı", "МИД России". */
static bool take_place(const struct composer *composer, struct run *run)
{
    const struct match *before =
        composer->rules->whose_before ? match_before(composer, run->first) : NULL;
    const struct match *after = composer->rules->whose_after ? match_at(composer, run->end) : NULL;

    if (before != NULL && before->type == ENTITY_PLACE &&
        is_close(token_at(composer, run->first))) {
        run->first = before->first;
        return true;
    }
    if (after != NULL && after->type == ENTITY_PLACE &&
        token_at(composer, run->end)->gap <= GAP_SPACE) {
        run->end += after->words;
        return true;
    }
    return false;
}

/* In Latin script some capital must tell that it is a name. */
static bool is_written_as_name(const struct composer *composer, const struct run *run)
{
    uint32_t letter = composer->view->points[token_at(composer, run->first)->first];

    if (letter >= CASELESS)
        return true;
    return run->count[NAME_BODY] > 0 ? run->head_capital : run->capital || letter >= CYRILLIC;
}

/* Chinese: "the foreign minister" */
static bool is_led(const struct composer *composer, uint32_t end)
{
    return is_in(composer, end) && token_at(composer, end)->gap == GAP_NONE &&
           word_set_has(&composer->rules->leaders, token_at(composer, end)->hash);
}

static uint32_t compose_body(const struct composer *composer, const struct signal *signal)
{
    struct run run = run_from(composer, signal->first);
    uint32_t end = run.end;

    if (run.count[NAME_MINISTRY] + run.count[NAME_BODY] == 0 ||
        !is_written_as_name(composer, &run) || is_led(composer, run.end))
        return signal->first + 1;
    bool whose = run.count[NAME_NATIONALITY] > 0 || take_place(composer, &run);

    if (run.count[NAME_MINISTRY] > 0 && run.count[NAME_PORTFOLIO] > 0)
        add(composer, run.first, run.end, ENTITY_ORGANISATION, RULE_MINISTRY);
    else if (run.count[NAME_BODY] > 0 && whose)
        add(composer, run.first, run.end, ENTITY_ORGANISATION, RULE_BODY);
    else
        return signal->first + 1;
    return end;
}

static void compose_bodies(const struct composer *composer)
{
    uint32_t past = 0;

    for (uint32_t i = 0; i < composer->finding->signal_count; i++) {
        const struct signal *signal = &composer->finding->signals[i];

        if (signal->first >= past && (BODY_KINDS >> signal->kind & 1) != 0)
            past = compose_body(composer, signal);
    }
}

/* ---- Rivers, universities ---- */

/* May a word be part of such a name? */
static bool is_part_of_name(const struct composer *composer, uint32_t word)
{
    const struct text_token *token = token_at(composer, word);

    return has_capital(token) && token->kind == TOKEN_WORD && (token->flags & TOKEN_URL) == 0 &&
           !word_set_has(&composer->rules->dates, token->hash) &&
           !word_set_has(&composer->rules->openers, token->hash) &&
           signal_at(composer, word, 1 << NAME_ROLE) == NULL;
}

static uint32_t first_of_name(const struct composer *composer, uint32_t word)
{
    uint32_t first = word;

    while (first > 0 && word - first < NAME_WORDS && is_close(token_at(composer, first)) &&
           is_part_of_name(composer, first - 1))
        first--;
    return first;
}

static uint32_t end_of_name(const struct composer *composer, uint32_t word)
{
    uint32_t end = word;

    while (is_in(composer, end) && end - word < NAME_WORDS && is_close(token_at(composer, end)) &&
           is_part_of_name(composer, end))
        end++;
    return end;
}

/* Behind "of Kalmor"; `word` itself where that does not stand there. */
static uint32_t end_of_linked_name(const struct composer *composer, uint32_t word)
{
    uint32_t name = word;

    while (is_in(composer, name) && name - word < LINKS && is_close(token_at(composer, name)) &&
           is_link(composer, name))
        name++;
    uint32_t end = name > word ? end_of_name(composer, name) : name;

    return end > name ? end : word;
}

static void compose_head(const struct composer *composer, const struct signal *head)
{
    uint32_t behind = head->first + head->words;
    bool feature = head->kind == NAME_FEATURE;
    uint32_t first = first_of_name(composer, head->first);
    uint32_t end = end_of_linked_name(composer, behind);

    if (first == head->first && end == behind && (feature || !composer->rules->heads_last))
        end = end_of_name(composer, behind);
    if ((first == head->first && end == behind) ||
        context_is_title_case(composer->view, first, end - first))
        return;
    add(composer, first, end, feature ? ENTITY_PLACE : ENTITY_ORGANISATION, RULE_HEAD);
}

static void compose_heads(const struct composer *composer)
{
    for (uint32_t i = 0; i < composer->finding->signal_count; i++) {
        const struct signal *signal = &composer->finding->signals[i];

        if (signal->kind == NAME_INSTITUTION || signal->kind == NAME_FEATURE)
            compose_head(composer, signal);
    }
}

/* ---- Persons ---- */

static bool is_comma(const struct composer *composer, uint32_t word)
{
    uint32_t from = token_at(composer, word - 1)->end_byte;
    uint32_t to = token_at(composer, word)->start_byte;
    struct slice gap = slice_of(composer->view->value.data + from, to - from);

    return slice_is(gap, ", ") || slice_is(gap, "\xd8\x8c ");
}

/* "(President of the) EC (Jane Doe)" */
static bool is_acronym_of_body(const struct composer *composer, uint32_t word)
{
    const struct text_token *token = token_at(composer, word);

    return (token->flags & TOKEN_UPPER_ALL) != 0 && token->length <= ACRONYM_MOST &&
           is_in(composer, word + 1) && token_at(composer, word + 1)->gap == GAP_SPACE &&
           has_capital(token_at(composer, word + 1)) &&
           (token_at(composer, word + 1)->flags & TOKEN_UPPER_ALL) == 0;
}

/* Over what says whose role it is: "(President) of the French Republic", "(الرئيس) الأذربيجاني،".
 * Returns the word behind. */
static uint32_t skip_whose(const struct composer *composer, uint32_t word)
{
    bool comma = false;

    for (uint32_t i = 0; i < SKIPPED_UNITS && is_in(composer, word); i++) {
        const struct match *match = match_at(composer, word);
        const struct signal *signal =
            signal_at(composer, word, 1 << NAME_NATIONALITY | 1 << NAME_PORTFOLIO | 1 << NAME_ROLE);

        if (!is_close(token_at(composer, word)) && (comma || !is_comma(composer, word)))
            return word;
        comma |= !is_close(token_at(composer, word));
        if (match != NULL && match->type != ENTITY_PERSON)
            word += match->words;
        else if (signal != NULL)
            word += signal->words;
        else if (is_link(composer, word) || is_acronym_of_body(composer, word))
            word++;
        else
            return word;
    }
    return word;
}

static bool is_initial(const struct text_token *token)
{
    return token->length == 1 && has_capital(token);
}

/* A word with a capital that may be part of a person's name. */
static bool is_name_word(const struct composer *composer, uint32_t word)
{
    const struct text_token *token = token_at(composer, word);

    if (token->kind != TOKEN_WORD || !has_capital(token) || (token->flags & TOKEN_URL) != 0 ||
        word_set_has(&composer->rules->dates, token->hash) ||
        word_set_has(&composer->rules->things, token->hash) ||
        word_set_has(&composer->rules->openers, token->hash))
        return false;
    return is_initial(token) || token->length > 1;
}

static bool is_particle(const struct composer *composer, uint32_t word)
{
    return word_set_has(&composer->rules->particles, token_at(composer, word)->hash);
}

/* "Jane Doe@Kalmor" and "Jane Doe/Kalmor" are a person and something else. */
static bool is_divided(const struct composer *composer, uint32_t word)
{
    uint32_t from = token_at(composer, word - 1)->end_byte;
    uint32_t to = token_at(composer, word)->start_byte;

    for (uint32_t i = from; i < to; i++)
        if (strchr("@/\\|+=_&", composer->view->value.data[i]) != NULL)
            return true;
    return false;
}

static bool goes_on_close(const struct composer *composer, uint32_t word)
{
    return is_in(composer, word) && is_close(token_at(composer, word)) &&
           !is_divided(composer, word);
}

/* Behind the name that begins at `first` in a script with capitals; particles only between. */
static uint32_t end_of_cased_name(const struct composer *composer, uint32_t first,
                                  uint32_t *ret_words)
{
    uint32_t end = first;
    uint32_t word = first;

    *ret_words = 0;
    while (is_in(composer, word) && (word == first || goes_on_close(composer, word)) &&
           *ret_words < NAME_WORDS) {
        if (is_name_word(composer, word) &&
            (word == first ||
             signal_at(composer, word, 1 << NAME_ROLE | 1 << NAME_NATIONALITY) == NULL)) {
            end = ++word;
            ++*ret_words;
        } else if (word > first && is_particle(composer, word)) {
            word++;
        } else {
            break;
        }
    }
    return end;
}

static bool begins_with_article(const struct composer *composer, const struct text_token *token)
{
    const uint32_t *points = composer->view->points + token->first;

    return token->length > 3 && points[0] == 0x627 && points[1] == 0x644;
}

static bool may_be_surname(const struct composer *composer, uint32_t word)
{
    const struct text_token *token = token_at(composer, word);

    return token->kind == TOKEN_WORD && token->length > 2 && token->gap <= GAP_JOINER &&
           !word_set_has(&composer->rules->things, token->hash) &&
           signal_at(composer, word,
                     1 << NAME_ROLE | 1 << NAME_NATIONALITY | 1 << NAME_MINISTRY |
                         1 << NAME_BODY) == NULL &&
           match_at(composer, word) == NULL;
}

/* Behind a name in a script without capitals, which begins with a given name: that, what is written
 * between ("bin"), one word more, and a second one that has the article ("Abd al-Fattah al-Sisi").
 */
static uint32_t end_of_caseless_name(const struct composer *composer, uint32_t first)
{
    const struct signal *given = signal_at(composer, first, 1 << NAME_GIVEN);
    uint32_t word = given != NULL ? first + given->words : first;
    uint32_t end = word;
    bool named = false;

    while (given != NULL && goes_on_close(composer, word) && word < first + 2 * NAME_WORDS) {
        const struct signal *more = signal_at(composer, word, 1 << NAME_GIVEN);

        if (is_particle(composer, word)) {
            word++;
            named = false;
            continue;
        }
        if (named && !begins_with_article(composer, token_at(composer, word)))
            break;
        if (more == NULL && !may_be_surname(composer, word))
            break;
        named |= more == NULL;
        word += more != NULL ? more->words : 1;
        end = word;
    }
    return given != NULL && end > first + given->words ? end : first;
}

static bool is_place_at(const struct composer *composer, uint32_t first, uint32_t end)
{
    const struct match *match = match_at(composer, first);

    return match != NULL && (match->type == ENTITY_PERSON || match->first + match->words >= end);
}

/* "(Predsjednik) Vrhovnog (suda)": the president of something. */
static bool is_complement(const struct composer *composer, const struct text_token *token)
{
    const struct text_set *endings = &composer->rules->complements;
    const char *end = composer->view->value.data + token->end_byte;
    size_t length = token->end_byte - token->start_byte;

    for (uint32_t i = 0; i < endings->count; i++)
        if (endings->texts[i].length < length &&
            memcmp(end - endings->texts[i].length, endings->texts[i].data,
                   endings->texts[i].length) == 0)
            return true;
    return false;
}

static bool is_surname(const struct composer *composer, uint32_t word)
{
    const struct text_token *token = token_at(composer, word);

    return token->length > 2 && !composer->rules->nouns_have_capitals &&
           ((token->flags & TOKEN_UPPER_ALL) == 0 || token->length > ACRONYM_MOST) &&
           !is_complement(composer, token) && !context_is_title_case(composer->view, word, 1);
}

/* A surname alone stands right behind the role: "President Doe". */
static bool is_person(const struct composer *composer, uint32_t first, uint32_t end, uint32_t words,
                      bool beside)
{
    if (end == first || is_place_at(composer, first, end))
        return false;
    if (words > 1)
        return true;
    return beside && is_surname(composer, first);
}

static void compose_role(const struct composer *composer, const struct signal *role)
{
    uint32_t behind = role->first + role->words;
    uint32_t first = skip_whose(composer, behind);
    uint32_t words = 2;

    if (!is_in(composer, first))
        return;
    const struct text_token *token = token_at(composer, first);
    bool whose = first > behind && is_close(token) && is_link(composer, first - 1);

    if (whose || (!is_close(token) && !is_comma(composer, first)))
        return;
    uint32_t end = has_case(composer, token) ? end_of_cased_name(composer, first, &words)
                                             : end_of_caseless_name(composer, first);

    if (is_person(composer, first, end, words, first == behind && token->gap == GAP_SPACE))
        add(composer, first, end, ENTITY_PERSON, RULE_ROLE);
}

static bool is_begun_before(const struct composer *composer, uint32_t first)
{
    const struct text_token *token = token_at(composer, first);

    return first > 0 && is_close(token) && token->gap != GAP_NONE &&
           is_name_word(composer, first - 1) && !is_initial(token_at(composer, first - 1)) &&
           token_at(composer, first - 1)->gap < GAP_PUNCTUATION &&
           signal_at(composer, first - 1,
                     1 << NAME_ROLE | 1 << NAME_NATIONALITY | 1 << NAME_GIVEN) == NULL;
}

/* A country in another case is no surname. */
static bool ends_in_place(const struct composer *composer, uint32_t first, uint32_t end)
{
    const struct match *place = match_before(composer, end);

    return place != NULL && place->first > first && place->type == ENTITY_PLACE &&
           place->rule == RULE_FORM;
}

/* "Maria Schmidt": a given name and what follows it, in scripts with capitals. */
static uint32_t compose_given(const struct composer *composer, const struct signal *given)
{
    uint32_t words;
    uint32_t first = given->first;
    const struct match *list = match_at(composer, first);

    if (!has_case(composer, token_at(composer, first)) || !is_name_word(composer, first) ||
        is_begun_before(composer, first) || (list != NULL && list->words > 1))
        return first + 1;
    uint32_t end = end_of_cased_name(composer, first, &words);
    bool thing = is_in(composer, end) && token_at(composer, end)->gap <= GAP_JOINER &&
                 has_capital(token_at(composer, end)) && !is_divided(composer, end);

    if (words < 2 || thing || is_initial(token_at(composer, end - 1)) ||
        ends_in_place(composer, first, end) || context_is_title_case(composer->view, first, 1))
        return first + 1;
    add(composer, first, end, ENTITY_PERSON, RULE_GIVEN);
    return end;
}

static void compose_persons(const struct composer *composer)
{
    uint32_t past = 0;

    for (uint32_t i = 0; i < composer->finding->signal_count; i++) {
        const struct signal *signal = &composer->finding->signals[i];

        if (signal->kind == NAME_ROLE)
            compose_role(composer, signal);
        else if (signal->kind == NAME_GIVEN && signal->first >= past)
            past = compose_given(composer, signal);
    }
}

void compose_names(struct finding *finding, uint32_t from)
{
    struct composer composer = {finding, finding_view(finding), finding->names->rules, from,
                                finding->match_count};

    compose_bodies(&composer);
    compose_heads(&composer);
    finding_settle(finding, from);
    composer.to = finding->match_count;
    compose_persons(&composer);
}
