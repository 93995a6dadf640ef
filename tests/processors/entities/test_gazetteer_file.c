#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "processors/entities/gazetteer_builder.h"
#include "processors/entities/gazetteer_file.h"

static char folder[] = "/tmp/copydesk-gazetteer-XXXXXX";
static char path[64];

static struct gazetteer *one_name(const char *name)
{
    struct gazetteer_builder *builder = gazetteer_builder_new();
    struct gazetteer_entity entity = {.kind = NAME_PLACE, .name = slice_of_text(name)};

    gazetteer_add_name(builder, gazetteer_add_entity(builder, &entity), slice_of_text(name),
                       GUARD_NONE);
    return gazetteer_build(builder);
}

static void write_one(const char *name)
{
    char error[256];
    struct gazetteer *gazetteer = one_name(name);

    assert_int_equal(gazetteer_write(gazetteer, path, error, sizeof(error)), 0);
    gazetteer_free(gazetteer);
}

/* The sentence that the file is refused with; "" where it is not. */
static const char *refusal(void)
{
    static char error[512];
    struct gazetteer *gazetteer = gazetteer_map(path, error, sizeof(error));

    if (gazetteer == NULL)
        return error;
    gazetteer_free(gazetteer);
    return "";
}

static void change_byte(long at, int by)
{
    FILE *file = fopen(path, "r+");

    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);

    fseek(file, at, SEEK_SET);
    fputc(byte + by, file);
    fclose(file);
}

static void what_is_written_is_mapped_with_the_same_content(void **state)
{
    char error[256];
    struct gazetteer *written = one_name("Kalmor");

    (void)state;
    assert_int_equal(gazetteer_write(written, path, error, sizeof(error)), 0);
    struct gazetteer *mapped = gazetteer_map(path, error, sizeof(error));

    assert_non_null(mapped);
    assert_int_equal(gazetteer_checksum(mapped), gazetteer_checksum(written));
    assert_int_equal(gazetteer_name_count(mapped), 1);
    assert_true(slice_is(gazetteer_entity_of(mapped, 0).name, "Kalmor"));
    gazetteer_free(mapped);
    gazetteer_free(written);
}

static void a_file_that_is_replaced_stays_as_it_was_for_who_maps_it(void **state)
{
    char error[256];

    (void)state;
    write_one("Kalmor");
    struct gazetteer *old = gazetteer_map(path, error, sizeof(error));

    write_one("Aldora");
    assert_true(slice_is(gazetteer_entity_of(old, 0).name, "Kalmor"));
    gazetteer_free(old);
    struct gazetteer *new = gazetteer_map(path, error, sizeof(error));

    assert_true(slice_is(gazetteer_entity_of(new, 0).name, "Aldora"));
    gazetteer_free(new);
}

static void a_truncated_file_is_refused(void **state)
{
    struct stat status;

    (void)state;
    write_one("Kalmor");
    stat(path, &status);
    assert_int_equal(truncate(path, status.st_size - 8), 0);
    assert_non_null(strstr(refusal(), "is cut off"));
    assert_int_equal(truncate(path, 20), 0);
    assert_non_null(strstr(refusal(), "is no compiled list"));
    assert_int_equal(truncate(path, 0), 0);
    assert_non_null(strstr(refusal(), "is empty"));
}

static void a_changed_byte_is_found_wherever_it_is(void **state)
{
    struct stat status;

    (void)state;
    write_one("Kalmor");
    stat(path, &status);
    for (long at = 40; at < status.st_size; at += 97) {
        change_byte(at, 1);
        assert_non_null(strstr(refusal(), "wrong checksum"));
        change_byte(at, -1);
    }
    assert_string_equal(refusal(), "");
}

static void another_version_is_refused_as_such(void **state)
{
    (void)state;
    write_one("Kalmor");
    change_byte(20, 1);
    assert_non_null(strstr(refusal(), "another version of the format"));
    assert_non_null(strstr(refusal(), "copydesk gazetteer build"));
}

static void what_is_no_list_or_not_there_is_refused_by_name(void **state)
{
    FILE *file = fopen(path, "w");

    (void)state;
    for (int i = 0; i < 100; i++)
        fputs("type\tname\n", file);
    fclose(file);
    assert_non_null(strstr(refusal(), "is no compiled list"));
    unlink(path);
    assert_non_null(strstr(refusal(), "No such file"));
    assert_non_null(strstr(refusal(), path));
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    char error[256];
    struct gazetteer *gazetteer = one_name("Kalmor");

    (void)state;
    assert_int_equal(gazetteer_write(gazetteer, "/nowhere/list.gaz", error, sizeof(error)), -1);
    assert_non_null(strstr(error, "/nowhere/list.gaz"));
    gazetteer_free(gazetteer);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/list.gaz", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_mapped_with_the_same_content),
        cmocka_unit_test(a_file_that_is_replaced_stays_as_it_was_for_who_maps_it),
        cmocka_unit_test(a_truncated_file_is_refused),
        cmocka_unit_test(a_changed_byte_is_found_wherever_it_is),
        cmocka_unit_test(another_version_is_refused_as_such),
        cmocka_unit_test(what_is_no_list_or_not_there_is_refused_by_name),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
