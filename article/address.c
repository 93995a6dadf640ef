#include "article/address.h"

#include <stdbool.h>
#include <strings.h>

enum { MAX_LOCAL = 64, MAX_DOMAIN = 255 }; /* RFC 5321 */

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

static bool is_url_byte(char byte)
{
    return byte > ' ' && byte < 0x7F && strchr("<>\"`{}|\\^", byte) == NULL;
}

static bool is_local_byte(char byte)
{
    return is_alphanumeric(byte) || (byte != '\0' && strchr("._%+-", byte) != NULL);
}

static bool is_domain_byte(char byte)
{
    return is_alphanumeric(byte) || byte == '.' || byte == '-';
}

/* Bytes before the host's name; 0: no URL begins so. */
static size_t url_start(struct slice text)
{
    static const char *const STARTS[] = {"http://", "https://", "ftp://", "www."};

    for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++) {
        size_t length = strlen(STARTS[i]);

        if (text.length > length && strncasecmp(text.data, STARTS[i], length) == 0)
            return is_alphanumeric(text.data[length]) ? length : 0;
    }
    return 0;
}

static size_t without_closing_punctuation(struct slice url)
{
    bool round = memchr(url.data, '(', url.length) != NULL;
    bool square = memchr(url.data, '[', url.length) != NULL;

    while (url.length > 0) {
        char last = url.data[url.length - 1];

        if (strchr(".,;:!?'*", last) == NULL && (last != ')' || round) && (last != ']' || square))
            break;
        url.length--;
    }
    return url.length;
}

size_t address_url(struct slice text)
{
    size_t end = url_start(text);

    if (end == 0)
        return 0;
    while (end < text.length && is_url_byte(text.data[end]))
        end++;
    return without_closing_punctuation(slice_of(text.data, end));
}

static size_t domain_end(struct slice text, size_t from)
{
    size_t limit = text.length - from < MAX_DOMAIN ? text.length : from + MAX_DOMAIN;
    size_t end = from;

    while (end < limit && is_domain_byte(text.data[end]))
        end++;
    while (end > from && !is_alphanumeric(text.data[end - 1]))
        end--;
    return end;
}

size_t address_email(struct slice text, size_t at, size_t *ret_start)
{
    size_t start = at;
    size_t end = domain_end(text, at + 1);

    while (start > 0 && at - start < MAX_LOCAL && is_local_byte(text.data[start - 1]))
        start--;
    if (start == at || end == at + 1 || !is_alphanumeric(text.data[at + 1]) ||
        memchr(text.data + at + 1, '.', end - at - 1) == NULL)
        return 0;
    *ret_start = start;
    return end;
}
