/* Runs a fuzzer on the files of folders, without libFuzzer: what was once found stays mended. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

static bool replay_file(const char *path)
{
    struct buffer bytes = {0};
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return false;
    for (int byte = fgetc(file); byte != EOF; byte = fgetc(file))
        buffer_append_byte(&bytes, (char)byte);
    fclose(file);
    /* An exact copy on the heap, so that reading one byte too far is seen. */
    uint8_t *copy = memory_allocate(bytes.length);

    for (size_t i = 0; i < bytes.length; i++)
        copy[i] = (uint8_t)bytes.data[i];
    LLVMFuzzerTestOneInput(copy, bytes.length);
    free(copy);
    buffer_free(&bytes);
    return true;
}

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int replay_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    int replayed = 0;

    if (entries == NULL)
        return 0;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (is_file(path) && replay_file(path))
            replayed++;
    }
    closedir(entries);
    return replayed;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int replayed = replay_folder(argv[i]);

        printf("%s: %d files\n", argv[i], replayed);
        if (replayed == 0)
            return 1;
    }
    return argc > 1 ? 0 : 1;
}
