/* What the program's exit status means. Threads: any. */
#ifndef COPYDESK_CONFIG_EXITS_H
#define COPYDESK_CONFIG_EXITS_H

enum program_exit {
    EXIT_OK = 0,          /* also after a clean SIGTERM */
    EXIT_RUNTIME = 1,     /* failed while it ran */
    EXIT_USAGE = 2,       /* the command line is wrong */
    EXIT_DIFFERENCE = 3,  /* --strict, a failed test or a difference */
    EXIT_NO_BROKER = 69,  /* no broker before the first assignment */
    EXIT_BAD_CONFIG = 78, /* the configuration has problems */
};

#endif
