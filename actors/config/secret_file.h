// secret_file - a file that only its owner may read: tokens, a private key.
//
// One that its group or others may read is refused; but what systemd passes to
// a unit (LoadCredential=) it keeps from others by means that the mode does not
// show.
//
// Errors    0 or a negative errno, with one line for a person to stand after
//           the file's name. What the file holds is never part of it.
// Threads   Any, while none changes the environment.

#ifndef OCTOLOG_ACTORS_CONFIG_SECRET_FILE_H
#define OCTOLOG_ACTORS_CONFIG_SECRET_FILE_H

#include <stddef.h>

#define SECRET_FILE_MAX        ((size_t)64 * 1024)
#define SECRET_FILE_REASON_MAX 96

// Reads all of it into *text, terminated, which secret_file_free() frees.
// -EPERM: others may read it; -EFBIG: it has over SECRET_FILE_MAX bytes;
// -EINVAL: it is no regular file; -ENOMEM; or why it cannot be read.
int secret_file_read(const char *file, char **text,
                     char reason[SECRET_FILE_REASON_MAX]);

// Leaves no trace of a secret in freed memory. NULL is none.
void secret_file_free(char *secret);

// The file of the credential `name` of the systemd unit that this runs in,
// owned; NULL: there is none. It may be blank.
char *secret_file_credential(const char *name);

#endif
