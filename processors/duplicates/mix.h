/* Scrambling of 64 bits: the finaliser of MurmurHash3 (Appleby, public domain). Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_MIX_H
#define COPYDESK_PROCESSORS_DUPLICATES_MIX_H

#include <stdint.h>

static inline uint64_t mix(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdU;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53U;
    return x ^ x >> 33;
}

#endif
