// config_file - reads a ZPL file: sections and settings, line by line.
//
// czmq's zconfig parses the file, but it keeps no line numbers, stops at the
// first error, and prints it. So each line is checked here first; invalid lines
// are reported and left out, and zconfig gets the rest.
//
//   section
//       name = value            # 4 spaces per level; # begins a comment
//       name = "quoted value"
//
// Errors    0 or a negative errno; errors in the file go to the report
//           function.

#ifndef OCTOLOG_ACTORS_CONFIG_FILE_H
#define OCTOLOG_ACTORS_CONFIG_FILE_H

#include "actors/config/settings.h"

// A larger file cannot be a configuration.
#define CONFIG_FILE_MAX_BYTES ((size_t)1024 * 1024)

// Receives each setting in file order; the path is "section.name".
typedef void config_file_each_t(void *context, int line, const char *path,
                                const char *value);

// -ENOENT, -EACCES, -EIO, -EFBIG, ...: the file cannot be read (reported).
// -EINVAL: it has errors (each reported); the rest was passed to `each`.
int config_file_read(const char *file, config_file_each_t *each,
                     config_report_t *report, void *context);

#endif
