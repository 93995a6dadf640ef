/* Any bytes as a field's value: every position is in order and in range, and canonically equivalent
 * values have the same tokens. */
#include <stdint.h>
#include <stdlib.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "article/text_view.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/view_checks.h"

enum { MAX_BYTES = 1 << 16, CASE = TOKEN_UPPER_FIRST | TOKEN_UPPER_ALL };

/* The bytes with a question mark for each that is no UTF-8. */
static struct slice make_valid(char *bytes, size_t length)
{
    size_t valid = 0;

    while ((valid += utf8_valid_prefix(slice_of(bytes + valid, length - valid))) < length)
        bytes[valid++] = '?';
    return slice_of(bytes, length);
}

static bool may_have_markup(struct slice value)
{
    return value.length == 0 || memchr(value.data, '<', value.length) != NULL ||
           memchr(value.data, '&', value.length) != NULL;
}

/* The value's canonical decomposition; absent where it grows too long. */
static struct slice decompose(struct slice value, char *bytes, size_t size)
{
    static UChar units[MAX_BYTES + 1];
    static UChar decomposed[4 * MAX_BYTES];
    UErrorCode error = U_ZERO_ERROR;
    int32_t length;

    u_strFromUTF8(units, MAX_BYTES, &length, value.data, (int32_t)value.length, &error);
    length = unorm2_normalize(unorm2_getNFDInstance(&error), units, length, decomposed,
                              4 * MAX_BYTES, &error);
    u_strToUTF8(bytes, (int32_t)size, &length, decomposed, length, &error);
    return U_SUCCESS(error) ? slice_of(bytes, (size_t)length) : (struct slice){0};
}

static void require_same_tokens(const struct text_view *view, const struct text_view *other)
{
    require(view->point_count == other->point_count && view->token_count == other->token_count);
    for (uint32_t i = 0; i < view->token_count; i++) {
        require(view->tokens[i].hash == other->tokens[i].hash);
        require(view->tokens[i].kind == other->tokens[i].kind);
        require(view->tokens[i].gap == other->tokens[i].gap);
        require(view->tokens[i].script == other->tokens[i].script);
        require((view->tokens[i].flags & CASE) == (other->tokens[i].flags & CASE));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char equivalent[4 * MAX_BYTES];
    static struct text_view_builder *builders[2];
    struct text_view views[2];

    if (builders[0] == NULL) {
        builders[0] = text_view_builder_new();
        builders[1] = text_view_builder_new();
    }
    size = size < MAX_BYTES ? size : MAX_BYTES;
    char *copy = memory_allocate(size + 1);

    for (size_t i = 0; i < size; i++)
        copy[i] = (char)data[i];
    struct slice value = make_valid(copy, size);

    text_view_build(builders[0], value, &views[0]);
    require_sound_view(&views[0]);
    struct slice other = decompose(value, equivalent, sizeof equivalent);

    if (!may_have_markup(value) && !slice_is_absent(other) && !may_have_markup(other)) {
        text_view_build(builders[1], other, &views[1]);
        require_same_tokens(&views[0], &views[1]);
    }
    free(copy);
    return 0;
}
