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

#endif
