#include "actors/transport/frames.h"

static size_t s_kept(const frames_t *frames)
{
    return frames->count < FRAMES_MAX ? frames->count : FRAMES_MAX;
}

bool frames_receive(frames_t *frames, zsock_t *socket)
{
    frames_close(frames);
    void *handle = zsock_resolve(socket);
    int more = 1;
    while (more) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        // ZeroMQ delivers all frames of a message together.
        if (zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&part);
            return frames->count > 0;
        }
        more = zmq_msg_more(&part);
        if (frames->count < FRAMES_MAX)
            frames->parts[frames->count++] = part;
        else {
            frames->count = FRAMES_MAX + 1;
            zmq_msg_close(&part);
        }
    }
    return true;
}

slice_t frames_at(frames_t *frames, size_t i)
{
    if (i >= s_kept(frames))
        return slice(NULL, 0);
    return slice(zmq_msg_data(&frames->parts[i]),
                 zmq_msg_size(&frames->parts[i]));
}

size_t frames_bytes(const frames_t *frames)
{
    size_t bytes = 0;
    for (size_t i = 0; i < s_kept(frames); i++)
        bytes += zmq_msg_size(&frames->parts[i]);
    return bytes;
}

void frames_close(frames_t *frames)
{
    for (size_t i = 0; i < s_kept(frames); i++)
        zmq_msg_close(&frames->parts[i]);
    frames->count = 0;
}
