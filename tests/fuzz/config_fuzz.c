// Claims: any bytes are a configuration or are refused; what is accepted is
// saved to a file that loads again.

#include "actors/config/config.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define NAME_BYTES 32

// A file in memory, known by a name in /proc.
static int s_file(char name[NAME_BYTES])
{
    int fd = memfd_create("config", MFD_CLOEXEC);
    assert(fd >= 0);
    snprintf(name, NAME_BYTES, "/proc/self/fd/%d", fd);
    return fd;
}

static int s_load(const char *name, config_t **config)
{
    *config = config_new();
    assert(*config);
    return config_load(*config, name, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char given[NAME_BYTES], saved[NAME_BYTES];
    config_t *config, *again = NULL;
    int in = s_file(given), out = s_file(saved);
    ssize_t written = write(in, data, size);
    assert(written == (ssize_t)size);
    if (s_load(given, &config) == 0 && config_save(config, saved) == 0) {
        int rc = s_load(saved, &again);
        assert(rc == 0);
    }
    config_destroy(&config);
    config_destroy(&again);
    close(in);
    close(out);
    return 0;
}
