// Runs a fuzz target over the files of the folders that are its arguments, in
// builds without libFuzzer.

#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int s_run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status) != 0) {
        perror(path);
        if (file)
            fclose(file);
        return -1;
    }
    size_t bytes = (size_t)status.st_size;
    uint8_t *data = malloc(bytes + 1);
    if (data && fread(data, 1, bytes, file) == bytes) {
        printf("%s\n", path);
        fflush(stdout); // names the culprit if the next line crashes
        LLVMFuzzerTestOneInput(data, bytes);
        bytes = 0;
    }
    free(data);
    fclose(file);
    return bytes ? -1 : 0;
}

static int s_run_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        perror(path);
        return -1;
    }
    int rc = 0;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char file[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int bytes = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (bytes >= (int)sizeof file || s_run_file(file) != 0)
            rc = -1;
    }
    closedir(folder);
    return rc;
}

int main(int argc, char **argv)
{
    int rc = EXIT_SUCCESS;
    for (int i = 1; i < argc; i++)
        if (s_run_folder(argv[i]) != 0)
            rc = EXIT_FAILURE;
    return rc;
}
