/* The program belie-node (node/), as bytes: it is part of belie and put on each node. */
#ifndef BELIE_NEMESIS_NODE_PROGRAM_H
#define BELIE_NEMESIS_NODE_PROGRAM_H

#include "base/str.h"

struct str node_program(void);

#endif
