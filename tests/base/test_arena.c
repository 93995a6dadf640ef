#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    struct arena arena = {.block_size = 128};
    unsigned char *previous = NULL;

    (void)state;
    for (size_t size = 1; size < 400; size += 7) {
        unsigned char *memory = arena_allocate(&arena, size);

        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xee, size);
        assert_ptr_not_equal(memory, previous);
        previous = memory;
    }
    arena_free(&arena);
}

static void reset_reuses_blocks_and_zeroes_them_again(void **state)
{
    struct arena arena = {0};

    (void)state;
    unsigned char *first = arena_allocate(&arena, 100);

    memset(first, 0xee, 100);
    arena_reset(&arena, 1 << 16);
    unsigned char *again = arena_allocate(&arena, 100);

    assert_ptr_equal(again, first);
    assert_int_equal(again[99], 0);
    arena_free(&arena);
}

static void reset_keeps_no_more_than_asked(void **state)
{
    struct arena arena = {0};

    (void)state;
    arena_allocate(&arena, 1 << 20);
    arena_reset(&arena, 4096);
    assert_null(arena.first);
    arena_free(&arena);
}

static void it_tells_what_it_takes(void **state)
{
    struct arena arena = {0};

    (void)state;
    assert_int_equal(arena_bytes(&arena), 0);
    arena_allocate(&arena, 1);
    size_t one_block = arena_bytes(&arena);

    arena_allocate(&arena, 1);
    assert_int_equal(arena_bytes(&arena), one_block);
    arena_allocate(&arena, 1 << 20);
    assert_in_range(arena_bytes(&arena), one_block + (1 << 20), one_block + (1 << 20) + 4096);
    arena_free(&arena);
    assert_int_equal(arena_bytes(&arena), 0);
}

static void copies_and_formats(void **state)
{
    struct arena arena = {0};

    (void)state;
    struct slice copy = arena_copy(&arena, slice_of("ab\0c", 4));

    assert_int_equal(copy.length, 4);
    assert_memory_equal(copy.data, "ab\0c", 5);
    assert_true(slice_is_absent(arena_copy(&arena, slice_of(NULL, 0))));
    assert_null(arena_copy_text(&arena, NULL));
    assert_string_equal(arena_format(&arena, "%s-%d", "topic", 3), "topic-3");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(reset_reuses_blocks_and_zeroes_them_again),
        cmocka_unit_test(reset_keeps_no_more_than_asked),
        cmocka_unit_test(it_tells_what_it_takes),
        cmocka_unit_test(copies_and_formats),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
