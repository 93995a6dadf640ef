/* Counts how often the program allocates memory, for measurements: preloaded (LD_PRELOAD), it takes
 * the place of the allocator's entries and passes every call on. A call counts as the program's own
 * where it returns into the program itself, which all of copydesk's libraries are linked into; what
 * librdkafka, ICU and others allocate within their own calls does not.
 *
 * COPYDESK_ALLOCATIONS names a file that then holds the count, eight bytes in the machine's order,
 * for who measures from outside; allocations_counted() tells it to the program. */
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))
#define CALLER ((uintptr_t)__builtin_return_address(0))

/* The allocator under these names, as glibc exports it. */
void *real_malloc(size_t size) __asm__("__libc_malloc");
void *real_calloc(size_t count, size_t size) __asm__("__libc_calloc");
void *real_realloc(void *memory, size_t size) __asm__("__libc_realloc");

EXPORTED int64_t allocations_counted(void);

static _Atomic int64_t in_process;
static _Atomic int64_t *counted = &in_process;
static uintptr_t program_start;
static uintptr_t program_end;

/* The first object that is told of is the program. */
static int note_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) == 0)
            continue;
        program_start = info->dlpi_addr + segment->p_vaddr;
        program_end = program_start + segment->p_memsz;
    }
    return 1;
}

static void share_count(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT, 0600);

    if (file < 0 || ftruncate(file, sizeof *counted) != 0)
        return;
    void *shared = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    close(file);
    if (shared != MAP_FAILED)
        counted = shared;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("COPYDESK_ALLOCATIONS");

    dl_iterate_phdr(note_program, NULL);
    if (path != NULL)
        share_count(path);
}

static void count(uintptr_t caller)
{
    if (caller >= program_start && caller < program_end)
        atomic_fetch_add_explicit(counted, 1, memory_order_relaxed);
}

int64_t allocations_counted(void)
{
    return atomic_load_explicit(counted, memory_order_relaxed);
}

EXPORTED void *malloc(size_t size)
{
    count(CALLER);
    return real_malloc(size);
}

EXPORTED void *calloc(size_t number, size_t size)
{
    count(CALLER);
    return real_calloc(number, size);
}

EXPORTED void *realloc(void *memory, size_t size)
{
    count(CALLER);
    return real_realloc(memory, size);
}
