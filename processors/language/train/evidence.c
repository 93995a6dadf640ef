/* usage: language_evidence MODEL. What answers rest on: a hint (or nothing), a tab and a text a
 * line in; tag, ground, class of length, class of strength and confidence a line out, with tabs.
 * Used by calibrate.py. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "processors/language/detector.h"

enum { MODEL_MOST_BYTES = 8 << 20 };

static void show(const struct detection *found)
{
    printf("%s\t%d\t%u\t%u\t%u\n", found->tag, (int)found->evidence.ground,
           confidence_length_class(found->evidence.letters),
           confidence_strength_class(found->evidence.strength), found->confidence);
}

static int read_model(const char *path, struct model *ret_model)
{
    static _Alignas(8) char bytes[MODEL_MOST_BYTES];
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return -1;
    size_t length = fread(bytes, 1, MODEL_MOST_BYTES, file);

    fclose(file);
    return model_open(bytes, length, ret_model);
}

int main(int count, char **arguments)
{
    static struct detector detector;
    struct text_view_builder *builder = text_view_builder_new();
    struct model model;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    if (count != 2 || read_model(arguments[1], &model) != 0)
        return 2;
    detector_init(&detector, &model, &detector_usual);
    while ((length = getline(&line, &size, stdin)) > 0) {
        struct detection found = {.confidence = 0};
        char *text = memchr(line, '\t', (size_t)length);

        if (text == NULL)
            return 1;
        *text++ = '\0';
        detector_find_in_bytes(&detector, builder, slice_of(text, (size_t)(line + length - text)),
                               *line != '\0' ? line : NULL, &found);
        show(&found);
    }
    free(line);
    text_view_builder_free(builder);
    return 0;
}
