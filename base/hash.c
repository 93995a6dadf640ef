#include "base/hash.h"

#include <openssl/sha.h>
#include <xxhash.h>

uint64_t hash_bytes(struct slice bytes)
{
    return XXH3_64bits(bytes.data != NULL ? bytes.data : "", bytes.length);
}

void hash_sha256_hex(struct slice bytes, char ret_hex[SHA256_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];

    SHA256((const unsigned char *)(bytes.data != NULL ? bytes.data : ""), bytes.length, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_hex[SHA256_HEX_SIZE - 1] = '\0';
}
