#include "processors/language/sample.h"

static bool is_inside_code_point(struct slice text, size_t at)
{
    return at < text.length && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

/* Copies text[start, end), less the code points that it would cut, and a space. */
static size_t copy_window(struct slice text, size_t start, size_t end, char *sample)
{
    while (is_inside_code_point(text, start))
        start++;
    while (end > start && is_inside_code_point(text, end))
        end--;
    if (end > start)
        memcpy(sample, text.data + start, end - start);
    sample[end - start] = ' ';
    return end - start + 1;
}

size_t sample_take(struct slice headline, struct slice body, char ret_sample[SAMPLE_MAX])
{
    size_t whole = (size_t)SAMPLE_WINDOWS * SAMPLE_WINDOW;
    size_t head = headline.length < SAMPLE_WINDOW ? headline.length : SAMPLE_WINDOW;
    size_t length = copy_window(headline, 0, head, ret_sample);

    if (body.length <= whole)
        return length + copy_window(body, 0, body.length, ret_sample + length);
    for (size_t i = 0; i < SAMPLE_WINDOWS; i++) {
        size_t start = (body.length - SAMPLE_WINDOW) * i / (SAMPLE_WINDOWS - 1);

        length += copy_window(body, start, start + SAMPLE_WINDOW, ret_sample + length);
    }
    return length;
}
