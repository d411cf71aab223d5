// config_file - reads a ZPL file: sections and settings, line by line.
//
// czmq's zconfig reads the file, but keeps no line numbers, stops at the first
// mistake, and prints it. So each line is checked here first; lines with a
// mistake are reported and left out, and zconfig gets the others.
//
//   section
//       name = value            # 4 spaces a level; a comment begins with #
//       name = "quoted value"
//
// Errors    0 or a negative errno; mistakes go to the report function.

#ifndef OCTOLOG_ACTORS_CONFIG_FILE_H
#define OCTOLOG_ACTORS_CONFIG_FILE_H

#include "actors/config/settings.h"

// Larger files are not configuration.
#define CONFIG_FILE_MAX_BYTES ((size_t)1024 * 1024)

// Receives each setting in the file's order: path "section.name".
typedef void config_file_each_t(void *context, int line, const char *path,
                                const char *value);

// -ENOENT, -EACCES, -EIO, -EFBIG, ...: the file could not be read (reported).
// -EINVAL: it has mistakes (each reported); the rest was given to `each`.
int config_file_read(const char *file, config_file_each_t *each,
                     config_report_t *report, void *context);

#endif
