#include "article/text_view.h"

#include <stdlib.h>

#include "article/address.h"
#include "article/html_markup.h"
#include "article/html_reference.h"
#include "article/tokens.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { KEPT_BYTES = 1 << 20 /* of clean text; more is given back after use */ };

struct text_view_builder {
    struct token_store store;
    struct buffer clean;
};

/* One value on its way into a view. */
struct reading {
    struct tokens tokens;
    struct slice value;
    struct buffer *clean;
    size_t copied; /* clean has what it wants of the value's bytes before here */
    struct html_memory html;
};

struct text_view_builder *text_view_builder_new(void)
{
    return memory_zeroed(1, sizeof(struct text_view_builder));
}

void text_view_builder_free(struct text_view_builder *builder)
{
    if (builder == NULL)
        return;
    token_store_free(&builder->store);
    buffer_free(&builder->clean);
    free(builder);
}

static struct slice rest_of_value(const struct reading *reading)
{
    size_t byte = reading->tokens.byte;

    return slice_of(reading->value.data + byte, reading->value.length - byte);
}

/* Clean text gets the value's bytes up to `from` as they are, then replacement for those up to
 * `to`. */
static void replace_in_clean(struct reading *reading, size_t from, size_t to,
                             struct slice replacement)
{
    if (from > reading->copied)
        buffer_append(reading->clean,
                      slice_of(reading->value.data + reading->copied, from - reading->copied));
    buffer_append(reading->clean, replacement);
    reading->copied = to;
}

static void read_one(struct reading *reading)
{
    struct tokens *tokens = &reading->tokens;
    const unsigned char *bytes = tokens->bytes + tokens->byte;
    uint32_t code_point = utf8_decode(bytes);
    size_t length = utf8_length(bytes[0]);

    if (fold_entry_of(tokens->table, code_point)->flags & FOLD_UNCLEAN)
        replace_in_clean(reading, tokens->byte, tokens->byte + length, SLICE_LITERAL(" "));
    tokens_take(tokens, code_point, length, 1);
}

static void read_markup(struct reading *reading)
{
    struct tokens *tokens = &reading->tokens;
    struct slice rest = rest_of_value(reading);
    bool block;
    size_t length = html_markup(rest, &reading->html, &block);

    if (length == 0) {
        read_one(reading);
        return;
    }
    tokens->line_is_space |= block;
    replace_in_clean(reading, tokens->byte, tokens->byte + length,
                     block ? SLICE_LITERAL("\n") : SLICE_LITERAL(" "));
    tokens_skip(tokens, length, utf8_count(slice_of(rest.data, length)), block ? GAP_SEEN_END : 0);
}

static void read_reference(struct reading *reading)
{
    struct tokens *tokens = &reading->tokens;
    uint32_t code_point;
    size_t length = html_reference(rest_of_value(reading), &code_point);
    char utf8[UTF8_MAX_BYTES] = " ";
    size_t utf8_bytes = 1;

    if (length == 0) {
        read_one(reading);
        return;
    }
    if ((fold_entry_of(tokens->table, code_point)->flags & FOLD_UNCLEAN) == 0)
        utf8_bytes = utf8_encode(code_point, utf8);
    replace_in_clean(reading, tokens->byte, tokens->byte + length, slice_of(utf8, utf8_bytes));
    tokens_take(tokens, code_point, length, length);
}

/* Reads an address from start, of which a part is read already, to end. It changes flags and clean
 * text alone: the tokens are what they would be anyway. */
static void read_address(struct reading *reading, size_t start, size_t end)
{
    struct tokens *tokens = &reading->tokens;

    replace_in_clean(reading, start, end, SLICE_LITERAL(" "));
    tokens->literal = true;
    tokens_read(tokens, end);
    tokens->literal = false;
    tokens_flag(tokens, start, TOKEN_URL);
}

/* Whether the colon or full stop here can be a URL's first: http://, www. */
static bool may_be_url(const struct reading *reading)
{
    const struct tokens *tokens = &reading->tokens;
    size_t length = tokens->open ? tokens->byte - tokens->token->start_byte : 0;

    return length >= 3 && length <= 5 && tokens->byte + 1 < tokens->length &&
           tokens->token->start_byte >= reading->copied &&
           (tokens->bytes[tokens->byte] == '.' ? length == 3
                                               : tokens->bytes[tokens->byte + 1] == '/');
}

/* At the colon or full stop behind a word. */
static void read_behind_word(struct reading *reading)
{
    struct slice all = reading->value;
    size_t start = 0;
    size_t length = 0;

    if (may_be_url(reading)) {
        start = reading->tokens.token->start_byte;
        length = address_url(slice_of(all.data + start, all.length - start));
    }
    if (start + length > reading->tokens.byte)
        read_address(reading, start, start + length);
    else
        read_one(reading);
}

static void read_at_sign(struct reading *reading)
{
    size_t start;
    size_t end = address_email(reading->value, reading->tokens.byte, &start);

    if (end != 0 && start >= reading->copied)
        read_address(reading, start, end);
    else
        read_one(reading);
}

/* The byte where tokens_read stopped. */
static void look_closer(struct reading *reading)
{
    switch (reading->value.data[reading->tokens.byte]) {
    case '<':
        read_markup(reading);
        break;
    case '&':
        read_reference(reading);
        break;
    case '@':
        read_at_sign(reading);
        break;
    case ':':
    case '.':
        read_behind_word(reading);
        break;
    default:
        read_one(reading);
        break;
    }
}

static void read_value(struct reading *reading)
{
    struct tokens *tokens = &reading->tokens;

    tokens_read(tokens, tokens->length);
    while (tokens->byte < tokens->length) {
        look_closer(reading);
        tokens_read(tokens, tokens->length);
    }
    tokens_close(tokens);
}

/* Most values need no change: clean is then the value itself. */
static struct slice clean_text(struct reading *reading)
{
    size_t end = reading->value.length;

    if (reading->copied == 0 && reading->clean->length == 0)
        return reading->value;
    replace_in_clean(reading, end, end, SLICE_LITERAL(""));
    return buffer_slice(reading->clean);
}

void text_view_build(struct text_view_builder *builder, struct slice value,
                     struct text_view *ret_view)
{
    struct reading reading = {.value = value, .clean = &builder->clean};

    if (builder->clean.capacity > KEPT_BYTES)
        buffer_free(&builder->clean);
    buffer_clear(&builder->clean);
    tokens_begin(&reading.tokens, &builder->store, value);
    read_value(&reading);
    *ret_view = (struct text_view){.value = value,
                                   .value_points = reading.tokens.position,
                                   .clean = clean_text(&reading),
                                   .points = builder->store.points,
                                   .starts = builder->store.starts,
                                   .ends = builder->store.ends,
                                   .point_count = reading.tokens.point_count,
                                   .tokens = builder->store.tokens,
                                   .token_count = reading.tokens.token_count};
}
