/* SPDX-License-Identifier: MIT */
/*
 * The numbers of the trace.dat format, versions 6 and 7, as trace-cmd.dat.v6(5) and
 * trace-cmd.dat.v7(5) tell them; shared by the reader and the writer.
 *
 * A v7 file is a header and sections, found through the options of the OPTIONS sections:
 *
 *   magic "7\0" endian longsize u32 pagesize "zstd\0" "1.5.4\0" u64 offset of OPTIONS
 *   section = u16 id, u16 flags, u32 description (offset in STRINGS), u64 size, body
 *   packed body of a section        = u32 csize, u32 usize, data
 *   packed data of one CPU's buffer = u32 chunks, then per chunk u32 csize, u32 usize, data
 */
#ifndef ORL_READER_DATFILE_LAYOUT_H
#define ORL_READER_DATFILE_LAYOUT_H

#define ORL_DAT_MAGIC		"\x17\x08\x44tracing"
#define ORL_DAT_MAGIC_LEN	10

#define ORL_DAT_SECTION_LEN	16u	/* header of a section */
#define ORL_DAT_PACKED		1u	/* section flag: the body is compressed */

/* Section ids; most are also the id of the option that holds the section's offset. */
enum orl_dat_id {
	ORL_DAT_OPTIONS = 0,
	ORL_DAT_DONE = 0,
	ORL_DAT_CPUSTAT = 2,
	ORL_DAT_BUFFER = 3,
	ORL_DAT_TRACECLOCK = 4,
	ORL_DAT_UNAME = 5,
	ORL_DAT_CPUCOUNT = 8,
	ORL_DAT_VERSION = 9,
	ORL_DAT_TRACEID = 11,
	ORL_DAT_STRINGS = 15,
	ORL_DAT_HEADER_INFO = 16,
	ORL_DAT_FTRACE_EVENTS = 17,
	ORL_DAT_EVENT_FORMATS = 18,
	ORL_DAT_KALLSYMS = 19,
	ORL_DAT_PRINTK = 20,
	ORL_DAT_CMDLINES = 21,
};

#endif /* ORL_READER_DATFILE_LAYOUT_H */
