// SPDX-License-Identifier: MIT
/*
 * Sound inputs for the fuzzers to start from, written anew at each run: chance alone would need
 * long to find a magic number, and a stored file would age with the format.
 *
 *   seeds FOLDER       writes FOLDER/{datfile,page,decode,domain,filter,print,tree,dfs-*}/...
 */
#include "folder.h"

#include "abi/dyndbg.h"
#include "abi/print.h"

/* The format of an event, a NUL, a record of it: with a string at its end and a table to print
 * from. */
static const char decoded[] =
	"name: lion\nID: 902\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:int what;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:__data_loc char[] name;\toffset:12;\tsize:4;\tsigned:0;\n\n"
	"print fmt: \"%-8s what=%s %#x\", __get_str(name), __print_flags(REC->what & 7, \"|\", "
	"{ 1, \"one\" }, { 2, \"two\" }), REC->what > 2 ? REC->what << 1 : -1\n\0"
	"\x86\x03\0\0\x64\0\0\0\x03\0\0\0\x10\0\x05\0leo\0";

static void write_seed(const char *name, const void *data, size_t len)
{
	FILE *out = fopen(name, "w");

	if (!out || fwrite(data, 1, len, out) != len || fclose(out)) {
		perror(name);
		exit(1);
	}
}

/*
 * Writes into a domain, 12 bytes each: place, which of its kind, offset (2), value (8; a last byte
 * of 0x55 makes it a small step from what is there). One of each kind alone, and all of a kind
 * together.
 */
static void write_domain_seeds(void)
{
	unsigned char row[12 * 12];
	char name[40];

	for (unsigned int step = 0; step < 8; step++) {
		for (unsigned int place = 0; place < 12; place++) {
			unsigned char *at = row + 12 * place;

			memset(at, step & 1 ? 0xff : 0, 12);
			at[0] = (unsigned char)place;
			at[1] = (unsigned char)(step / 2);
			at[2] = (unsigned char)(8 * step);
			at[3] = 0;
			at[11] = step & 2 ? 0x55 : at[11];
			snprintf(name, sizeof(name), "domain/place-%u-%u", place, step);
			write_seed(name, at, 12);
		}
		snprintf(name, sizeof(name), "domain/all-%u", step);
		write_seed(name, row, sizeof(row));
	}
}

/* What people write to filter and trigger files, with the fields of fuzz-filter's events. */
static const char *const filter_texts[] = {
	"i == 1", "s == \"a\" && !(i > 5 || b & 3)", "d ~ '*x?[a-c]'", "m & CPUS{0-3,5}",
	"CPU == CPUS{all:1/2}", "COMM != \"c\" || common_pid >= 0x10", "p.function == x",
	"stacktrace:5 if i == -1", "enable_event:a:b:3 if b == 1", "traceoff if i < 010",
	"hist:keys=i,p.hex:vals=b:sort=b.descending,i:size=256:name=x:pause if i == 1",
	"hist:keys=stacktrace,p.sym:vals=hitcount.percent,b.graph:NOHC", "hist:keys=d,s:cont",
	"hist:keys=common_pid.execname,h.log2,b.buckets=10", "!hist:keys=p.stacktrace,cpu",
	"hist:keys=p.stacktrace,common_timestamp.usecs:vals=i.hex:clear",
};

/* The event's number, the text, a NUL, and entries of a hist that are ready. */
static void write_filter_seeds(void)
{
	for (size_t i = 0; i < 3 * sizeof(filter_texts) / sizeof(*filter_texts); i++) {
		const char *text = filter_texts[i / 3];
		size_t len = strlen(text);
		char seed[1024] = { (char)(i % 3) }, name[40];

		memcpy(seed + 1, text, len);
		for (size_t at = len + 2; at < sizeof(seed); at += 8)
			seed[at] = 2;
		snprintf(name, sizeof(name), "filter/text-%zu", i);
		write_seed(name, seed, sizeof(seed));
	}
}

/* Commands for the files of fuzz-tree, by number there. */
static void write_tree_seeds(void)
{
	static const struct {
		char file;
		const char *text;
	} commands[] = {
		{ 0, "db:query" }, { 0, "!net:*" }, { 0, "db:" }, { 1, "1 22 333" }, { 3, "noraw" },
		{ 3, "stacktrace" }, { 5, "3" }, { 6, "mono" }, { 14, "rows > 3" },
		{ 16, "traceoff:1" }, { 18, "text ~ \"*a*\" && rows & 1" },
		{ 19, "hist:keys=rows,text:vals=rows:sort=rows" }, { 19, "!hist:keys=rows" },
		{ 20, "enable_event:db:query:2 if owner == 1" }, { 20, "snapshot" },
		{ 22, "hist:keys=bytes.log2:name=x" }, { 23, "hello" },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		char seed[128] = { commands[i].file, (char)(i & 1) }, name[40];

		strcpy(seed + 2, commands[i].text);
		snprintf(name, sizeof(name), "tree/command-%zu", i);
		write_seed(name, seed, 3 + strlen(commands[i].text));
	}
}

/* For fuzz-print: a registry with an entry, or a list; behind it the record. */
static void write_print_seed(const char *name, char kind, const void *text, size_t len)
{
	static const char args[] = "\7\0\0\0\xff\xff\xff\xff\0\0\0\0a string\0b\0\0\0\0";
	char seed[1024] = { kind };
	uint16_t n = (uint16_t)len;

	memcpy(seed + 1, &n, sizeof(n));
	memcpy(seed + 3, text, len);
	memcpy(seed + 3 + len, args, sizeof(args));
	write_seed(name, seed, 3 + len + sizeof(args));
}

static void write_print_seeds(void)
{
	static const char *const formats[] = {
		"%d %-5u %s|%c|%*.*s\n",
		"%p %pS %pM %pe %*ph\t%px",
		"%hhd %lld %.3f %G %+i %%",
		"%",
	};
	static const char list[] =
		"0xffff8f7278000040 : \"%d %s\\n\"\n0xffff8f7278000060 : \"%c\"\n";

	write_print_seed("print/list", 7, list, sizeof(list) - 1);
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		char room[8 + 512] = { 1 }, name[40],
			      *at = room + 8 + offsetof(struct orl_print, text);
		struct orl_print *print = (void *)(room + 8);
		size_t len = strlen(formats[i]);

		*print = (struct orl_print){ .line = 7, .decors = 3, .text_len = { 1, 3, 4, 0,
							     (uint16_t)len, 0 } };
		memcpy(at, "m\0f.c\0func\0", 12);
		memcpy(at + 12, formats[i], len + 1);
		print->len = (uint32_t)(at + 12 + len + 2 - room) & ~7u;
		snprintf(name, sizeof(name), "print/registry-%zu", i);
		write_print_seed(name, (char)(2 | i << 3), room, 8U + print->len);
	}
}

/* Texts, and one query as it stands in memory, behind its list's head. */
static void write_query_seeds(void)
{
	static const char *const texts[] = {
		"file x.c line 1-10 +p; func f* =pmfslt\n-p", "module m format \"^hel\\154o\" +p",
		"class A =_ # all; file x.c:f +t; line 5- -mf", "file 'a b:9-' func \"\" +_",
	};
	char seed[1 + 64 + sizeof(struct orl_query)] = { 1, 1 }, name[40];
	struct orl_query q = { .seq = 1, .set = ORL_SITE_PRINT, .given = 3, .word = { 0, 4 },
			       .len = 6, .text = "x.c\0f" };

	memcpy(seed + 1 + 64, &q, sizeof(q));
	write_seed("query/memory", seed, sizeof(seed));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char text[128] = "";

		strcpy(text + 1, texts[i]);
		snprintf(name, sizeof(name), "query/text-%zu", i);
		write_seed(name, text, 1 + strlen(texts[i]));
	}
}

/* A folder with a value, a link and a file; answers and requests as they ought to be. */
static void write_debugfs_seeds(void)
{
	static const char nodes[] =
		"\2\2\1\1\0\7\0\0\2\0drv\0" "\3\2\7\2\0\6\0\0\3\0level\0"
		"\4\2\2\2\5\7\0\0\4\0link\0" "\5\2\3\0\0\0\0\0\5\0drv/level\0"
		"\6\2\21\2\0\6\11\2\6\0name\0" "\0\1\10\0\0\0\0\0\0\0";
	static const char answers[] = "\0\0\2\5\0\0\2\5abcde\2\4\3\0\2\2";
	static const char requests[] = "\1\0\1" "\1\11\102\0\0\0\0\0\0\0\0\0"
				       "\1\1\25\1" "\1\0\6" "\1\0\7";

	/* Open "text", go to the last position, and on from there. */
	static const char far[] = "\1\1\x11\2" "\1\11\x14\0\xff\xff\xff\xff\xff\xff\xff\x7f"
				  "\1\11\x14\1\1\0\0\0\0\0\0\0";

	write_seed("dfs-nodes/driver", nodes, sizeof(nodes) - 1);
	write_seed("dfs-answers/some", answers, sizeof(answers) - 1);
	write_seed("dfs-requests/some", requests, sizeof(requests) - 1);
	write_seed("dfs-requests/far", far, sizeof(far) - 1);
}

int main(int argc, char **argv)
{
	struct builder b;

	if (argc != 2 || chdir(argv[1]) || mkdir("datfile", 0700) || mkdir("page", 0700) ||
	    mkdir("decode", 0700) || mkdir("domain", 0700) || mkdir("filter", 0700) ||
	    mkdir("tree", 0700) || mkdir("print", 0700) || mkdir("query", 0700) ||
	    mkdir("dfs-nodes", 0700) || mkdir("dfs-answers", 0700) || mkdir("dfs-requests", 0700)) {
		perror(argc == 2 ? argv[1] : "usage: seeds FOLDER");
		return 1;
	}
	strcpy(path, "datfile/plain");
	write_file(1, true);
	strcpy(path, "datfile/compressed");
	write_file(1, false);
	fill_page(&b, 1, 1);
	write_seed("page/ticks", b.page, sizeof(b.page));
	write_seed("decode/lion", decoded, sizeof(decoded) - 1);
	write_domain_seeds();
	write_filter_seeds();
	write_tree_seeds();
	write_print_seeds();
	write_query_seeds();
	write_debugfs_seeds();
	return 0;
}
