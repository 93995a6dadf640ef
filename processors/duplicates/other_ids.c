#include "processors/duplicates/other_ids.h"

#include <jansson.h>

#include "processors/duplicates/identity.h"

struct other_ids {
    struct slice source;
    uint64_t own;
    uint64_t *identities;
    uint32_t count;
    uint32_t most;
};

static bool is_known(const struct other_ids *ids, uint64_t identity)
{
    for (uint32_t i = 0; i < ids->count; i++) {
        if (ids->identities[i] == identity)
            return true;
    }
    return identity == ids->own;
}

static void add(struct other_ids *ids, struct slice id)
{
    uint64_t identity = identity_hash(ids->source, id);

    if (identity != 0 && ids->count < ids->most && !is_known(ids, identity))
        ids->identities[ids->count++] = identity;
}

static void add_json(struct other_ids *ids, const json_t *value)
{
    if (json_is_object(value))
        value = json_object_get(value, "value");
    if (json_is_string(value))
        add(ids, slice_of(json_string_value(value), json_string_length(value)));
}

static void add_all(struct other_ids *ids, const json_t *root)
{
    if (json_is_object(root))
        add_json(ids, root);
    for (size_t i = 0; i < json_array_size(root); i++)
        add_json(ids, json_array_get(root, i));
}

static bool is_json(struct slice value)
{
    return value.data[0] == '[' || value.data[0] == '{';
}

uint32_t other_ids_read(struct slice source, struct slice value, uint64_t own, uint32_t most,
                        uint64_t *ret_identities)
{
    struct other_ids ids = {
        .source = source, .own = own, .identities = ret_identities, .most = most};
    json_t *root = NULL;

    if (value.length == 0 || value.length > OTHER_IDS_MAX_BYTES)
        return 0;
    if (is_json(value))
        root = json_loadb(value.data, value.length, JSON_ALLOW_NUL, NULL);
    if (root != NULL)
        add_all(&ids, root);
    else
        add(&ids, value);
    json_decref(root);
    return ids.count;
}
