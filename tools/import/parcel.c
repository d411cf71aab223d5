#include "tools/import/parcel.h"

#include <errno.h>
#include <stdlib.h>

parcel_t *parcel_new(void)
{
    return calloc(1, sizeof(parcel_t));
}

void parcel_destroy(parcel_t **parcels)
{
    while (*parcels) {
        parcel_t *next = (*parcels)->next;
        buffer_free(&(*parcels)->head);
        buffer_free(&(*parcels)->payload);
        buffer_free(&(*parcels)->packed);
        buffer_free(&(*parcels)->rejects);
        free(*parcels);
        *parcels = next;
    }
}

int parcel_fill(parcel_t *parcel, batch_builder_t *builder,
                const batch_origin_t *origin, buffer_t *rejects,
                payload_pack_t *pack, bool keep)
{
    slice_t head, payload;
    int rc = batch_builder_finish(builder, origin, &head, &payload);
    if (rc != 0)
        return rc;
    slice_t packed;
    rc = payload_pack(pack, payload, &packed);
    if (rc != 0)
        return rc;
    buffer_reset(&parcel->head);
    buffer_reset(&parcel->packed);
    buffer_reset(&parcel->rejects);
    buffer_add(&parcel->head, head.data, head.bytes);
    buffer_add(&parcel->packed, packed.data, packed.bytes);
    if (buffer_failed(&parcel->head) || buffer_failed(&parcel->packed))
        return -ENOMEM;
    buffer_swap(&parcel->rejects, rejects);
    if (keep)
        batch_builder_trade_payload(builder, &parcel->payload);
    else
        buffer_free(&parcel->payload);
    batch_builder_reset(builder);
    return 0;
}

size_t parcel_bytes(const parcel_t *parcel)
{
    return parcel->head.bytes + parcel->payload.bytes + parcel->packed.bytes +
           parcel->rejects.bytes;
}
