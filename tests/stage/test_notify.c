#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "stage/notify.h"

/* A socket in the abstract namespace, as a service manager's may be; its name in NOTIFY_SOCKET. */
static int listen_as_manager(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int length = snprintf(name, sizeof name, "@copydesk-notify-%d", getpid());
    int handle = socket(AF_UNIX, SOCK_DGRAM, 0);

    memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
    assert_int_equal(bind(handle, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
    return handle;
}

static void the_manager_is_told_in_one_datagram(void **state)
{
    char text[256] = "";
    int manager = listen_as_manager();

    (void)state;
    notify_service("READY=1\nSTATUS=%s, %d", "running", 7);
    assert_true(recv(manager, text, sizeof text - 1, MSG_DONTWAIT) > 0);
    assert_string_equal(text, "READY=1\nSTATUS=running, 7");
    close(manager);
    notify_service("READY=1"); /* nobody listens: no harm */
}

static void without_a_manager_nothing_happens(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    notify_service("READY=1");
    setenv("NOTIFY_SOCKET", "relative", 1);
    notify_service("READY=1");
}

static void the_watchdog_is_fed_twice_as_often_as_it_looks(void **state)
{
    (void)state;
    unsetenv("WATCHDOG_USEC");
    assert_int_equal(notify_watchdog_ms(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(notify_watchdog_ms(), 15000);
    setenv("WATCHDOG_USEC", "-5", 1);
    assert_int_equal(notify_watchdog_ms(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manager_is_told_in_one_datagram),
        cmocka_unit_test(without_a_manager_nothing_happens),
        cmocka_unit_test(the_watchdog_is_fed_twice_as_often_as_it_looks),
    };

    return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
