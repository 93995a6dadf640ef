#include "started.h"

#include <stdio.h>
#include <stdlib.h>

enum { ERROR_SIZE = 8192 };

struct stage *started(const struct config *config)
{
    char error[ERROR_SIZE] = "";
    int status;
    struct stage *stage =
        stage_start(&(struct stage_options){.config = config}, &status, error, sizeof error);

    if (stage == NULL) {
        fprintf(stderr, "%s\n", error);
        abort();
    }
    return stage;
}

void stopped(struct stage *stage)
{
    stage_stop(stage);
    if (stage_has_failed(stage))
        abort();
    stage_free(stage);
}
