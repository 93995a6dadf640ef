/* Hashes: XXH3 for tables and fingerprints, SHA-256 for what people compare. Threads: any. */
#ifndef COPYDESK_BASE_HASH_H
#define COPYDESK_BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

enum { SHA256_HEX_SIZE = 65 };

/* XXH3, 64 bits, seed 0: the same on every machine and in every version. */
uint64_t hash_bytes(struct slice bytes);

/* SHA-256 as 64 lower-case hexadecimal digits and a NUL. */
void hash_sha256_hex(struct slice bytes, char ret_hex[SHA256_HEX_SIZE]);

#endif
