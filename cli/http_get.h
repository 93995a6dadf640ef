/* One GET to an instance, as `top` and `health` ask. Threads: any. */
#ifndef COPYDESK_CLI_HTTP_GET_H
#define COPYDESK_CLI_HTTP_GET_H

#include "base/buffer.h"

struct http_answer {
    int status;       /* such as 200 */
    const char *body; /* ends with a NUL; within bytes */
    struct buffer bytes;
};

/* Asks host:port (or [::1]:port) for path; each step has two seconds. Returns 0 where somebody
 * answers in HTTP, or -1 and a sentence in ret_error; the answer is then empty. */
int http_get(const char *address, const char *path, struct http_answer *ret_answer, char *ret_error,
             size_t error_size);

void http_answer_free(struct http_answer *answer);

#endif
