#include "processors/entities/gazetteer_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "article/fold.h"
#include "base/hash.h"
#include "base/memory.h"
#include "processors/entities/gazetteer_layout.h"

enum { PATH_SIZE = 4096, MOST_BITS = 32 };

/* ---- Checking ---- */

static const char *const rebuild = "build it again with `copydesk gazetteer build`";

static const char *fault_of_header(const struct gazetteer_header *header, size_t size)
{
    if (size < sizeof(*header) ||
        memcmp(header->magic, GAZETTEER_MAGIC, sizeof(header->magic)) != 0)
        return "is no compiled list";
    if (header->byte_order != GAZETTEER_BYTE_ORDER)
        return "was built on a machine of the other byte order";
    if (header->version != GAZETTEER_VERSION)
        return "has another version of the format";
    if (header->size > size)
        return "is cut off";
    if (header->size != size)
        return "has bytes behind its end";
    return NULL;
}

static const char *fault_of_content(const struct gazetteer_header *header)
{
    const char *bytes = (const void *)header;
    size_t from = offsetof(struct gazetteer_header, checksum) + sizeof(header->checksum);

    if (hash_bytes(slice_of(bytes + from, header->size - from)) != header->checksum)
        return "has a wrong checksum: bytes of it changed";
    if (header->folding != fold_table_digest())
        return "was built with another version of Unicode";
    return NULL;
}

static bool section_fits(const struct gazetteer_header *header, enum gazetteer_section section,
                         uint64_t size)
{
    uint64_t start = header->sections[section];

    return start % 8 == 0 && start >= sizeof(*header) && start <= header->size &&
           size <= header->size - start;
}

/* The checksum holds; that every section is where the header says is checked all the same. */
static bool sections_fit(const struct gazetteer_header *header)
{
    return header->small_bits <= MOST_BITS && header->other_bits <= MOST_BITS &&
           header->directory_bits >= 1 && header->directory_bits <= MOST_BITS &&
           header->languages > 0 &&
           section_fits(header, SECTION_LANGUAGES, (uint64_t)header->languages * LANGUAGE_BYTES) &&
           section_fits(header, SECTION_SMALL, gazetteer_set_bytes(header->small_bits)) &&
           section_fits(header, SECTION_OTHER, gazetteer_set_bytes(header->other_bits)) &&
           section_fits(header, SECTION_DIRECTORY, ((1ULL << header->directory_bits) + 1) * 4) &&
           section_fits(header, SECTION_ROWS, header->rows * sizeof(struct packed_row)) &&
           section_fits(header, SECTION_ENTITIES, header->entities * sizeof(struct packed_entity));
}

static const char *fault_of(const void *bytes, size_t size)
{
    const char *fault = fault_of_header(bytes, size);

    if (fault == NULL)
        fault = fault_of_content(bytes);
    if (fault == NULL && !sections_fit(bytes))
        fault = "has a damaged header";
    return fault;
}

/* ---- Mapping ---- */

/* Returns NULL with errno set. */
static void *map(const char *path, size_t *ret_size)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = MAP_FAILED;

    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && status.st_size > 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    else
        errno = errno != 0 ? errno : ENODATA;
    *ret_size = bytes != MAP_FAILED ? (size_t)status.st_size : 0;
    close(file);
    return bytes != MAP_FAILED ? bytes : NULL;
}

struct gazetteer *gazetteer_map(const char *path, char *ret_error, size_t error_size)
{
    size_t size;

    errno = 0;
    void *bytes = map(path, &size);

    if (bytes == NULL) {
        snprintf(ret_error, error_size, "%s: %s", path,
                 errno == ENODATA ? "is empty" : strerror(errno));
        return NULL;
    }
    const char *fault = fault_of(bytes, size);

    if (fault == NULL)
        return gazetteer_over(bytes, true);
    snprintf(ret_error, error_size, "%s: %s; %s", path, fault, rebuild);
    munmap(bytes, size);
    return NULL;
}

/* ---- Writing ---- */

static int write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, bytes, size);

        if (written < 0 && errno != EINTR)
            return -1;
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return fsync(file);
}

static int write_beside(const struct gazetteer *gazetteer, const char *beside)
{
    int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    if (file < 0)
        return -1;
    int result = write_all(file, gazetteer->bytes, gazetteer->header->size);

    return close(file) == 0 ? result : -1;
}

int gazetteer_write(const struct gazetteer *gazetteer, const char *path, char *ret_error,
                    size_t error_size)
{
    char beside[PATH_SIZE];

    snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid());
    if (write_beside(gazetteer, beside) == 0 && rename(beside, path) == 0)
        return 0;
    snprintf(ret_error, error_size, "%s: %s", path, strerror(errno));
    unlink(beside);
    return -1;
}
