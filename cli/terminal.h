/* What standard output is: a terminal, how wide, with colour. Threads: any. */
#ifndef COPYDESK_CLI_TERMINAL_H
#define COPYDESK_CLI_TERMINAL_H

#include <stdbool.h>

struct terminal {
    bool is_terminal;
    bool colour;      /* a terminal, NO_COLOR is not set, TERM is not dumb */
    unsigned columns; /* 40-80: pages are composed for 80 and fit into less */
};

struct terminal terminal_of_output(void);

/* Of standard output as it is now: 80 by 24 where it is no terminal. */
struct terminal_size {
    unsigned columns;
    unsigned lines;
};

struct terminal_size terminal_size(void);

#endif
