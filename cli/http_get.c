#include "cli/http_get.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/memory.h"

enum { SECONDS = 2, MOST_BYTES = 4 << 20 };

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

static bool send_request(int handle, const char *path)
{
    struct buffer request = {0};

    buffer_append_format(&request, "GET %s HTTP/1.0\r\n\r\n", path);
    bool sent = send(handle, request.data, request.length, MSG_NOSIGNAL) == (ssize_t)request.length;

    buffer_free(&request);
    return sent;
}

static void receive_all(int handle, struct buffer *bytes)
{
    char piece[16384];
    ssize_t length;

    while (bytes->length < MOST_BYTES && (length = recv(handle, piece, sizeof piece, 0)) > 0)
        buffer_append(bytes, slice_of(piece, (size_t)length));
    buffer_append_byte(bytes, '\0');
}

/* "HTTP/1.0 200 OK", headers, an empty line, the body. */
static bool split(struct http_answer *answer)
{
    const char *text = answer->bytes.data;
    const char *end = strstr(text, "\r\n\r\n");

    if (strncmp(text, "HTTP/1.", 7) != 0 || strlen(text) < 9 || end == NULL)
        return false;
    answer->status = (int)strtol(text + 9, NULL, 10);
    answer->body = end + 4;
    return true;
}

int http_get(const char *address, const char *path, struct http_answer *ret_answer, char *ret_error,
             size_t error_size)
{
    *ret_answer = (struct http_answer){.bytes = {.ceiling = MOST_BYTES + (1 << 16)}};
    int handle = open_address(address);

    if (handle < 0) {
        snprintf(ret_error, error_size, "nobody answers at %s", address);
        return -1;
    }
    if (send_request(handle, path))
        receive_all(handle, &ret_answer->bytes);
    close(handle);
    if (ret_answer->bytes.length > 0 && split(ret_answer))
        return 0;
    snprintf(ret_error, error_size, "%s answers, but not in HTTP", address);
    http_answer_free(ret_answer);
    return -1;
}

void http_answer_free(struct http_answer *answer)
{
    buffer_free(&answer->bytes);
    *answer = (struct http_answer){.status = 0};
}
