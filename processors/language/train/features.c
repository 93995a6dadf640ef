/* The features of the model, as the processor counts them: a text a line in; for each its number of
 * features and their hashes out, 32 bits in the machine's order. Used by train.py. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "processors/language/ngram.h"

enum { MOST = 1 << 20 };

int main(void)
{
    uint32_t *hashes = malloc(MOST * sizeof *hashes);
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    while (hashes != NULL && (length = getline(&line, &size, stdin)) > 0) {
        uint32_t count = (uint32_t)ngram_hashes(line, (size_t)length, true, hashes, MOST);

        if (fwrite(&count, sizeof count, 1, stdout) != 1 ||
            fwrite(hashes, sizeof *hashes, count, stdout) != count)
            return 1;
    }
    free(line);
    free(hashes);
    return 0;
}
