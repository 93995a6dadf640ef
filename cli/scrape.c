#include "cli/scrape.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { SECONDS = 2, MOST_BYTES = 4 << 20 };

/* ---- reading ---- */

static void add(struct scrape *scrape, struct sample sample)
{
    scrape->samples = memory_resize(scrape->samples, (scrape->count + 1) * sizeof sample);
    scrape->samples[scrape->count++] = sample;
}

/* NAME{LABELS} VALUE */
static void read_line(struct scrape *scrape, struct slice line)
{
    char *text = arena_copy_text(&scrape->arena, arena_copy(&scrape->arena, line).data);
    char *value = strrchr(text, ' ');
    char *labels = strchr(text, '{');

    if (*text == '#' || value == NULL)
        return;
    *value++ = '\0';
    if (labels != NULL)
        *labels++ = '\0';
    if (labels != NULL && *labels != '\0')
        labels[strlen(labels) - 1] = '\0';
    add(scrape, (struct sample){text, labels != NULL ? labels : "", strtod(value, NULL)});
}

void scrape_read(struct slice page, struct scrape *ret_scrape)
{
    *ret_scrape = (struct scrape){.count = 0};
    while (page.length > 0) {
        const char *end = memchr(page.data, '\n', page.length);
        size_t length = end != NULL ? (size_t)(end - page.data) : page.length;

        if (length > 0)
            read_line(ret_scrape, slice_of(page.data, length));
        length += end != NULL;
        page = slice_of(page.data + length, page.length - length);
    }
}

void scrape_free(struct scrape *scrape)
{
    arena_free(&scrape->arena);
    memory_free(scrape->samples);
    *scrape = (struct scrape){.count = 0};
}

double scrape_sum(const struct scrape *scrape, const char *name, const char *part)
{
    double sum = 0;

    for (size_t i = 0; i < scrape->count; i++)
        if (strcmp(scrape->samples[i].name, name) == 0 &&
            strstr(scrape->samples[i].labels, part) != NULL)
            sum += scrape->samples[i].value;
    return sum;
}

const char *scrape_label(struct arena *arena, const struct sample *sample, const char *label)
{
    size_t length = strlen(label);

    for (const char *at = sample->labels; (at = strstr(at, label)) != NULL; at++)
        if ((at == sample->labels || at[-1] == ',') && strncmp(at + length, "=\"", 2) == 0)
            return arena_copy(arena, slice_of(at + length + 2, strcspn(at + length + 2, "\"")))
                .data;
    return NULL;
}

/* ---- fetching ---- */

static int connect_to(const struct addrinfo *address)
{
    const struct timeval patience = {.tv_sec = SECONDS};
    int handle = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0);

    if (handle < 0)
        return -1;
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(handle, address->ai_addr, address->ai_addrlen) == 0)
        return handle;
    close(handle);
    return -1;
}

/* host:port, or [::1]:port. */
static int open_address(const char *address)
{
    char FREED_AT_END *host = memory_copy_text(address);
    char *colon = strrchr(host, ':');
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int handle = -1;

    if (colon == NULL)
        return -1;
    *colon = '\0';
    if (colon > host && colon[-1] == ']')
        colon[-1] = '\0';
    if (getaddrinfo(*host == '[' ? host + 1 : host, colon + 1, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *at = found; at != NULL && handle < 0; at = at->ai_next)
        handle = connect_to(at);
    freeaddrinfo(found);
    return handle;
}

static bool receive_all(int handle, struct buffer *answer)
{
    ssize_t length;
    char bytes[16384];

    while (answer->length < MOST_BYTES && (length = recv(handle, bytes, sizeof bytes, 0)) > 0)
        buffer_append(answer, slice_of(bytes, (size_t)length));
    buffer_append_byte(answer, '\0');
    return strncmp(answer->data, "HTTP/1.", 7) == 0 && strstr(answer->data, " 200 ") != NULL;
}

int scrape_fetch(const char *address, struct scrape *ret_scrape, char *ret_error, size_t error_size)
{
    static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
    struct buffer answer = {.ceiling = MOST_BYTES + (1 << 16)};
    int handle = open_address(address);

    if (handle < 0) {
        snprintf(ret_error, error_size, "nobody answers at %s", address);
        return -1;
    }
    bool sent = send(handle, request, sizeof request - 1, MSG_NOSIGNAL) > 0;
    bool good = sent && receive_all(handle, &answer);
    const char *page = good ? strstr(answer.data, "\r\n\r\n") : NULL;

    close(handle);
    if (page != NULL)
        scrape_read(slice_of_text(page + 4), ret_scrape);
    else
        snprintf(ret_error, error_size, "%s answers, but not with metrics", address);
    buffer_free(&answer);
    return page != NULL ? 0 : -1;
}
