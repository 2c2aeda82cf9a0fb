#include "nemesis/node_program.h"

#ifndef NODE_PROGRAM /* the Makefile knows better */
#define NODE_PROGRAM "build/release/node/belie-node"
#endif

__asm__("    .pushsection .rodata\n"
        "    .balign 16\n"
        "belie_node_begin:\n"
        "    .incbin \"" NODE_PROGRAM "\"\n"
        "belie_node_end:\n"
        "    .byte 0\n"
        "    .balign 8\n"
        "belie_node_size:\n"
        "    .quad belie_node_end - belie_node_begin\n"
        "    .popsection\n");
extern const char belie_node_begin[];
extern const uint64_t belie_node_size;

struct str node_program(void)
{
    return (struct str){belie_node_begin, (size_t)belie_node_size};
}
