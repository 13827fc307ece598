// SPDX-License-Identifier: MIT
/*
 * oriel report: a trace.dat as text, line by line what `trace-cmd report` prints, in one pass over
 * the file.
 *
 * A damaged file is read as far as it is whole; what is wrong with it is said at the end.
 */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/sink.h"
#include "reader/datfile.h"

struct report {
	struct orl_datfile *file;
	struct orl_formats *formats;
	struct orl_comms *comms;
	struct orl_kallsyms *functions;
	struct orl_print_texts *prints;
	unsigned int nr_unreadable; /* formats */
};

/* Formats that cannot be read leave their records as unknown ones. */
static int add_formats(struct report *r, const struct orl_datfile_format *format, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		struct orl_format *f;
		int ret = orl_format_parse(&f, format[i].system, format[i].text, format[i].len);

		if (!ret)
			ret = orl_formats_add(r->formats, f);
		if (ret == -ENOMEM)
			return ret;
		r->nr_unreadable += ret != 0;
	}
	return 0;
}

static int load(struct report *r)
{
	struct orl_datfile_text text = orl_datfile_cmdlines(r->file);
	struct orl_datfile_text functions = orl_datfile_kallsyms(r->file);
	struct orl_datfile_text prints = orl_datfile_printk(r->file);
	const struct orl_datfile_format *format;
	unsigned int nr;
	int ret = orl_formats_create(&r->formats);

	if (!ret)
		ret = orl_comms_create(&r->comms);
	if (!ret && text.text)
		ret = orl_comms_load(r->comms, text.text, text.len);
	if (!ret)
		ret = orl_kallsyms_parse(&r->functions, functions.text, functions.len);
	if (!ret)
		ret = orl_print_texts_parse(&r->prints, prints.text, prints.len);
	if (ret)
		return ret;
	orl_formats_set_functions(r->formats, r->functions);
	orl_formats_set_prints(r->formats, r->prints);
	format = orl_datfile_ftrace(r->file, &nr);
	ret = add_formats(r, format, nr);
	if (ret)
		return ret;
	format = orl_datfile_events(r->file, &nr);
	return add_formats(r, format, nr);
}

static int print_records(struct report *r, struct orl_sink *sink)
{
	struct orl_record rec;
	int ret;

	while ((ret = orl_datfile_next(r->file, &rec)) > 0) {
		ret = orl_sink_record(sink, &rec);
		if (ret)
			break;
	}
	if (!ret || ret == -EBADMSG) {
		int flushed = orl_sink_flush(sink);

		ret = ret ? ret : flushed;
	}
	return ret;
}

static int report(struct report *r, const char *path, const struct orl_args *args)
{
	struct orl_sink sink = { .style = args->json ? ORL_STYLE_JSON : ORL_STYLE_REPORT };
	const char *damage;
	int ret = load(r);

	sink.formats = r->formats;
	sink.comms = r->comms;
	if (!ret && !args->json)
		orl_text_printf(&sink.text, "cpus=%u\n", orl_datfile_nr_cpus(r->file));
	if (!ret)
		ret = print_records(r, &sink);
	orl_sink_fini(&sink);
	damage = orl_datfile_damage(r->file);
	if (damage)
		orl_cli_error("%s", damage);
	else if (ret)
		orl_cli_error("%s: %s", path, strerror(-ret));
	if (r->nr_unreadable)
		orl_cli_error(
			"%s: %u event formats make no sense; their records are printed as unknown",
			path, r->nr_unreadable);
	if (orl_datfile_nr_instances(r->file))
		orl_cli_note("%s: the buffers of %u instances are not shown", path,
			     orl_datfile_nr_instances(r->file));
	return damage || r->nr_unreadable ? ORL_EXIT_DAMAGED : orl_cli_status(ret);
}

int orl_cmd_report(const struct orl_args *args)
{
	const char *path = args->nr_rest ? args->rest[0] : "trace.dat";
	struct report r = { 0 };
	char err[512] = "";
	int ret = orl_datfile_open(&r.file, path, err, sizeof(err));

	if (ret) {
		orl_cli_error("%s", err);
		/* -ENOTSUP: whole, perhaps, but no trace.dat that we know */
		return ret == -ENOTSUP ? ORL_EXIT_DAMAGED : orl_cli_status(ret);
	}
	ret = report(&r, path, args);
	orl_comms_destroy(r.comms);
	orl_formats_destroy(r.formats);
	orl_kallsyms_destroy(r.functions);
	orl_print_texts_destroy(r.prints);
	orl_datfile_close(r.file);
	return ret;
}
