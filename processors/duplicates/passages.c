#include "processors/duplicates/passages.h"

#include "base/memory.h"
#include "processors/duplicates/fingerprint.h"
#include "processors/duplicates/mix.h"

enum {
    RUN = SHINGLE_WORDS,
    HEADS = 1 << 16,
    MOST_STARTS = 64, /* places of one run in the first text that are tried */
};

#define NOWHERE UINT32_MAX

/* The tokens of headline and body, one after the other. */
struct sequence {
    const struct passage_text *text;
    uint32_t in_headline;
    uint32_t count;
};

struct search {
    struct sequence first;
    struct sequence second;
    uint32_t *heads; /* of the chains of runs of the first text, by hash */
    uint32_t *next;
};

static struct sequence sequence_of(const struct passage_text *text)
{
    uint32_t count = text->headline->token_count + text->body->token_count;

    return (struct sequence){.text = text,
                             .in_headline = text->headline->token_count,
                             .count = count < SHINGLE_MAX_TOKENS ? count : SHINGLE_MAX_TOKENS};
}

static const struct text_token *token_at(const struct sequence *sequence, uint32_t i)
{
    return i < sequence->in_headline ? &sequence->text->headline->tokens[i]
                                     : &sequence->text->body->tokens[i - sequence->in_headline];
}

/* Where the field ends that token i stands in. */
static uint32_t field_end(const struct sequence *sequence, uint32_t i)
{
    return i < sequence->in_headline && sequence->in_headline < sequence->count
               ? sequence->in_headline
               : sequence->count;
}

static bool run_begins_at(const struct sequence *sequence, uint32_t i)
{
    return i + RUN <= field_end(sequence, i);
}

static uint32_t head_of(const struct sequence *sequence, uint32_t i)
{
    uint64_t hash = 0;

    for (uint32_t k = 0; k < RUN; k++)
        hash = mix(hash ^ token_at(sequence, i + k)->hash);
    return (uint32_t)(hash % HEADS);
}

/* Chains lead from the first place to the last. */
static void index_runs(struct search *search)
{
    for (uint32_t i = 0; i < HEADS; i++)
        search->heads[i] = NOWHERE;
    for (uint32_t i = search->first.count; i-- > 0;) {
        if (!run_begins_at(&search->first, i))
            continue;
        uint32_t *head = &search->heads[head_of(&search->first, i)];

        search->next[i] = *head;
        *head = i;
    }
}

static uint32_t common_length(const struct search *search, uint32_t first, uint32_t second)
{
    uint32_t most = field_end(&search->first, first) - first;
    uint32_t length = 0;

    if (field_end(&search->second, second) - second < most)
        most = field_end(&search->second, second) - second;
    while (length < most && token_at(&search->first, first + length)->hash ==
                                token_at(&search->second, second + length)->hash)
        length++;
    return length;
}

static bool is_passage(const struct search *search, uint32_t second, uint32_t length)
{
    const struct text_token *last =
        length > 0 ? token_at(&search->second, second + length - 1) : NULL;

    return last != NULL &&
           length >= (uint32_t)(last->kind == TOKEN_IDEOGRAPH ? SHINGLE_IDEOGRAPHS : RUN);
}

/* The longest one that begins at that token of the second text; of equal ones the first. */
static uint32_t longest_at(const struct search *search, uint32_t second, uint32_t *ret_first)
{
    uint32_t longest = 0;
    uint32_t first = search->heads[head_of(&search->second, second)];

    for (int tried = 0; first != NOWHERE && tried < MOST_STARTS; tried++) {
        uint32_t length = common_length(search, first, second);

        if (length > longest) {
            longest = length;
            *ret_first = first;
        }
        first = search->next[first];
    }
    return longest;
}

static struct passage_place place_of(const struct sequence *sequence, uint32_t i, uint32_t length)
{
    const struct text_token *begin = token_at(sequence, i);
    const struct text_token *last = token_at(sequence, i + length - 1);

    return (struct passage_place){.field = i < sequence->in_headline ? ROLE_HEADLINE : ROLE_BODY,
                                  .start = begin->start,
                                  .end = last->end,
                                  .start_byte = begin->start_byte,
                                  .end_byte = last->end_byte};
}

static uint32_t find_all(const struct search *search, struct passage *ret_passages, uint32_t most,
                         uint32_t *ret_tokens)
{
    uint32_t count = 0;

    *ret_tokens = 0;
    for (uint32_t second = 0; second < search->second.count;) {
        uint32_t first = 0;
        uint32_t length =
            run_begins_at(&search->second, second) ? longest_at(search, second, &first) : 0;

        if (!is_passage(search, second, length)) {
            second++;
            continue;
        }
        if (count < most)
            ret_passages[count++] = (struct passage){
                .tokens = length,
                .first = place_of(&search->first, first, length),
                .second = place_of(&search->second, second, length),
            };
        *ret_tokens += length;
        second += length;
    }
    return count;
}

uint32_t passages_find(const struct passage_text *first, const struct passage_text *second,
                       struct passage *ret_passages, uint32_t most, uint32_t *ret_tokens)
{
    struct search search = {.first = sequence_of(first), .second = sequence_of(second)};

    search.heads = memory_allocate(HEADS * sizeof *search.heads);
    search.next = memory_allocate((search.first.count + 1) * sizeof *search.next);
    index_runs(&search);
    uint32_t count = find_all(&search, ret_passages, most, ret_tokens);

    memory_free(search.heads);
    memory_free(search.next);
    return count;
}
