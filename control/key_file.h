/* What a private key file is, without its secret. */
#ifndef BELIE_CONTROL_KEY_FILE_H
#define BELIE_CONTROL_KEY_FILE_H

#include "base/err.h"
#include "base/str.h"

struct key_info {
    bool rsa, encrypted;
};

/* The text of a key file, OpenSSH's or PEM. False when it is neither. */
bool key_info_of(struct str text, struct key_info *k);
bool key_file_info(const char *path, struct key_info *k, struct err *e);

#endif
