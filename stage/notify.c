#include "stage/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A name that begins with @ is one in the abstract namespace. Returns its length, 0 for none. */
static socklen_t address_of(const char *name, struct sockaddr_un *ret_address)
{
    size_t length = name != NULL ? strlen(name) : 0;

    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (length < 2 || length >= sizeof ret_address->sun_path || (*name != '/' && *name != '@'))
        return 0;
    memcpy(ret_address->sun_path, name, length);
    if (*name == '@')
        ret_address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void notify_service(const char *state, ...)
{
    struct sockaddr_un address;
    socklen_t length = address_of(getenv("NOTIFY_SOCKET"), &address);
    char text[1024];
    va_list arguments;

    if (length == 0)
        return;
    va_start(arguments, state);
    vsnprintf(text, sizeof text, state, arguments);
    va_end(arguments);
    int handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (handle < 0)
        return;
    /* A manager that does not listen is no reason to stop. */
    ssize_t sent =
        sendto(handle, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length);

    (void)sent;
    close(handle);
}

int64_t notify_watchdog_ms(void)
{
    const char *text = getenv("WATCHDOG_USEC");
    long long usec = text != NULL ? strtoll(text, NULL, 10) : 0;

    return usec > 0 ? usec / 2000 : 0;
}
