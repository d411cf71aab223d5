// secret_file - reads a file that only its owner may read: tokens, a private
// key.
//
// A file that group or others may read is refused. Credentials that systemd
// passes to a unit (LoadCredential=) are exempt: systemd protects them by means
// that the mode does not show.
//
// Errors    0 or a negative errno, with one line to print after the file's
//           name. It never contains anything from the file.
// Threads   Any, while no thread changes the environment.

#ifndef OCTOLOG_ACTORS_CONFIG_SECRET_FILE_H
#define OCTOLOG_ACTORS_CONFIG_SECRET_FILE_H

#include <stddef.h>

#define SECRET_FILE_MAX        ((size_t)64 * 1024)
#define SECRET_FILE_REASON_MAX 96

// Reads the whole file into *text, NUL-terminated; free it with
// secret_file_free(). -EPERM: others may read it. -EFBIG: larger than
// SECRET_FILE_MAX bytes. -EINVAL: not a regular file. -ENOMEM, or the error of
// reading it.
int secret_file_read(const char *file, char **text,
                     char reason[SECRET_FILE_REASON_MAX]);

// Wipes and frees a secret. NULL is allowed.
void secret_file_free(char *secret);

// The path of the credential `name` of the systemd unit this process runs in;
// the caller frees it. NULL: there is none. The file may be blank.
char *secret_file_credential(const char *name);

#endif
