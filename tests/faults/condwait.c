/* Preloaded beside libfaketime, which shifts the time that librdkafka reads but not its waits until
 * a time: these are C11's, and 0.9.10 knows those of POSIX only. So they are made to be these; in
 * glibc the two are the same underneath. */
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "glibc's");
_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "glibc's");

__attribute__((visibility("default"))) int cnd_timedwait(cnd_t *restrict condition,
                                                         mtx_t *restrict mutex,
                                                         const struct timespec *restrict until)
{
    int result = pthread_cond_timedwait((pthread_cond_t *)(void *)condition,
                                        (pthread_mutex_t *)(void *)mutex, until);

    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}
