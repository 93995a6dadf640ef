#include "journal/echoes.h"

#include "base/memory.h"

enum { FIRST_CAPACITY = 256 };

void echoes_init(struct echoes *echoes, uint64_t drawn)
{
    *echoes = (struct echoes){.drawn = drawn, .capacity = FIRST_CAPACITY};
    echoes->ring = memory_zeroed(echoes->capacity, sizeof *echoes->ring);
}

void echoes_free(struct echoes *echoes)
{
    echoes->ring = memory_free(echoes->ring);
}

size_t echoes_count(const struct echoes *echoes)
{
    return (size_t)(echoes->next - echoes->first);
}

static struct awaited *place_of(const struct echoes *echoes, uint64_t sequence)
{
    return &echoes->ring[sequence & (echoes->capacity - 1)];
}

const struct awaited *echoes_oldest(const struct echoes *echoes)
{
    return echoes_count(echoes) > 0 ? place_of(echoes, echoes->first) : NULL;
}

static void grow(struct echoes *echoes)
{
    struct echoes larger = *echoes;

    larger.capacity *= 2;
    larger.ring = memory_zeroed(larger.capacity, sizeof *larger.ring);
    for (uint64_t s = echoes->first; s < echoes->next; s++)
        *place_of(&larger, s) = *place_of(echoes, s);
    memory_free(echoes->ring);
    *echoes = larger;
}

static void put_integer(char *bytes, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (char)(value >> 8 * i & 0xff);
}

static uint64_t get_integer(const char *bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    return value;
}

void echoes_expect(struct echoes *echoes, struct article *own, int64_t now_ns,
                   char ret_key[ECHO_KEY_BYTES])
{
    if (echoes_count(echoes) == echoes->capacity)
        grow(echoes);
    *place_of(echoes, echoes->next) = (struct awaited){own, now_ns};
    put_integer(ret_key, echoes->drawn);
    put_integer(ret_key + 8, echoes->next);
    echoes->next++;
}

bool echoes_give_up(struct echoes *echoes, struct awaited *ret_awaited)
{
    if (echoes_count(echoes) == 0)
        return false;
    *ret_awaited = *place_of(echoes, echoes->first++);
    return true;
}

bool echoes_awaits(const struct echoes *echoes, uint64_t sequence)
{
    return sequence >= echoes->first && sequence < echoes->next;
}

enum echo echoes_take(struct echoes *echoes, struct slice key, struct awaited *ret_awaited)
{
    if (key.length != ECHO_KEY_BYTES || get_integer(key.data) != echoes->drawn)
        return ECHO_OTHER;
    uint64_t sequence = get_integer(key.data + 8);

    if (!echoes_awaits(echoes, sequence))
        return ECHO_OTHER;
    if (sequence != echoes->first)
        return ECHO_GAP;
    echoes_give_up(echoes, ret_awaited);
    return ECHO_OWN;
}
