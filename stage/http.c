#include "stage/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "stage/status.h"

enum { MAX_CONNECTIONS = 32, IDLE_SECONDS = 10 };

struct http {
    struct MHD_Daemon *daemon;
    struct stage *stage;
};

static enum MHD_Result answer_with(struct MHD_Connection *connection, unsigned status,
                                   const char *type, struct buffer *body)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body->length, body->data != NULL ? body->data : (void *)(uintptr_t) "",
        MHD_RESPMEM_MUST_COPY);

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result result = MHD_queue_response(connection, status, response);

    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status,
                                   const char *text)
{
    struct buffer body = {0};

    buffer_append_text(&body, text);
    enum MHD_Result result = answer_with(connection, status, "text/plain; charset=utf-8", &body);

    buffer_free(&body);
    return result;
}

/* A page that is written when it is asked for. */
static enum MHD_Result answer_page(struct MHD_Connection *connection, unsigned status,
                                   const char *type, struct stage *stage,
                                   void (*write)(struct stage *stage, struct buffer *body))
{
    struct buffer body = {0};

    write(stage, &body);
    enum MHD_Result result = answer_with(connection, status, type, &body);

    buffer_free(&body);
    return result;
}

static void write_version(struct stage *stage, struct buffer *body)
{
    (void)stage;
    status_version(body);
}

static enum MHD_Result answer_ready(struct MHD_Connection *connection, const struct stage *stage)
{
    const char *why = stage_why_not_ready(stage);
    char text[128];

    snprintf(text, sizeof text, "%s\n", why != NULL ? why : "ready");
    return answer_text(connection, why == NULL ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, text);
}

/* Returns false where url is none of the pages. */
static bool answer_pages(struct MHD_Connection *connection, const char *url, struct stage *stage,
                         enum MHD_Result *ret_result)
{
    static const struct {
        const char *url;
        const char *type;
        void (*write)(struct stage *stage, struct buffer *body);
    } pages[] = {
        {"/metrics", "text/plain; version=0.0.4; charset=utf-8", stage_metrics},
        {"/version", "application/json", write_version},
        {"/config", "application/yaml", status_config},
        {"/topology", "application/json", status_topology},
        {"/entities", "application/json", status_entities},
    };

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(pages[i].url, url) != 0)
            continue;
        *ret_result = answer_page(connection, MHD_HTTP_OK, pages[i].type, stage, pages[i].write);
        return true;
    }
    return false;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    struct http *http = context;

    (void)version;
    (void)upload;
    (void)state;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        *upload_size = 0;
        return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    if (strcmp(url, "/livez") == 0)
        return answer_text(connection, MHD_HTTP_OK, "alive\n");
    if (strcmp(url, "/readyz") == 0)
        return answer_ready(connection, http->stage);
    if (strcmp(url, "/healthz") == 0)
        return answer_page(connection,
                           stage_is_ready(http->stage) ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
                           "application/json", http->stage, status_health);
    enum MHD_Result result;

    if (answer_pages(connection, url, http->stage, &result))
        return result;
    return answer_text(connection, MHD_HTTP_NOT_FOUND,
                       "not here; there are /livez, /readyz, /healthz, /metrics, /version, "
                       "/config, /topology and /entities\n");
}

/* host:port, with [::1]:port for IPv6. Returns NULL where it cannot be resolved. */
static struct addrinfo *resolve(const char *listen)
{
    char FREED_AT_END *host = memory_copy_text(listen);
    char *colon = strrchr(host, ':');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *result = NULL;

    if (colon == NULL)
        return NULL;
    *colon = '\0';
    char *name = host;

    if (name[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        name++;
    }
    return getaddrinfo(name[0] != '\0' ? name : NULL, colon + 1, &hints, &result) == 0 ? result
                                                                                       : NULL;
}

struct http *http_start(const char *listen, struct stage *stage, char *ret_error, size_t error_size)
{
    struct addrinfo *address = resolve(listen);

    if (address == NULL) {
        snprintf(ret_error, error_size, "http.listen: %s is no address (host:port)", listen);
        return NULL;
    }
    struct http *http = memory_zeroed(1, sizeof *http);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO;

    if (address->ai_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    http->stage = stage;
    http->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, answer, http, MHD_OPTION_SOCK_ADDR, address->ai_addr,
                         MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    freeaddrinfo(address);
    if (http->daemon == NULL) {
        snprintf(ret_error, error_size,
                 "http.listen: cannot listen on %s: %s; is another instance running there? Set "
                 "another port, or port 0 for any",
                 listen, strerror(errno));
        return memory_free(http);
    }
    return http;
}

int http_port(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void http_stop(struct http *http)
{
    if (http == NULL)
        return;
    MHD_stop_daemon(http->daemon);
    memory_free(http);
}
