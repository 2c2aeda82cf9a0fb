/* The writers of this room, for the table in write.c. */
#ifndef BELIE_HISTORIES_WRITER_LIST_H
#define BELIE_HISTORIES_WRITER_LIST_H

#include "histories/writer.h"

extern const struct writer writer_edn, writer_json, writer_jsonl; /* write_map.c */
extern const struct writer writer_txt, writer_log;                /* write_text.c */
extern const struct writer writer_trace;                          /* write_trace.c */

#endif
