/* The HTTP endpoint: /livez, /readyz, /healthz, /metrics, /version, /config and /topology
 * (docs/health.md), on a thread of libmicrohttpd's. It reads; it
 * changes nothing. Threads: one at a time. */
#ifndef COPYDESK_STAGE_HTTP_H
#define COPYDESK_STAGE_HTTP_H

#include "stage/stage.h"

struct http;

/* listen: host:port, with port 0 for any. The stage outlives the result. Returns NULL and a
 * sentence in ret_error. */
struct http *http_start(const char *listen, struct stage *stage, char *ret_error,
                        size_t error_size);

int http_port(const struct http *http);

void http_stop(struct http *http); /* NULL is fine */

#endif
