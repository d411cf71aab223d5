#include "actors/runtime/resources.h"

// An actor's own sockets, and files for them and for everything else that is
// not counted. A socket needs two files: its signal and its connection.
#define OWN_SOCKETS    16
#define OWN_FILES      128
#define FILES_A_SOCKET 2

static size_t s_workers(const config_t *config)
{
    return (size_t)config->http_threads + (size_t)config->http_streams;
}

size_t resources_sockets(const config_t *config)
{
    return s_workers(config) * (config->view_count + RESOURCES_ASKED_ACTORS) +
           OWN_SOCKETS;
}

size_t resources_files(const config_t *config)
{
    return FILES_A_SOCKET * resources_sockets(config) + s_workers(config) +
           OWN_FILES;
}
