// SPDX-License-Identifier: MIT
/*
 * JSON output: values with their keys, commas set. The document grows in memory and goes out at
 * its end, so that a command which fails half-way has printed none of it.
 */
#include "cli/cli.h"

#include <math.h>
#include <string.h>

static void put_key(struct orl_json *j, const char *key)
{
	if (j->comma)
		orl_text_putc(&j->text, ',');
	j->comma = true;
	if (key) {
		orl_text_json(&j->text, key, strlen(key));
		orl_text_putc(&j->text, ':');
	}
}

void orl_json_open(struct orl_json *j, const char *key, char bracket)
{
	put_key(j, key);
	orl_text_putc(&j->text, bracket);
	j->comma = false;
}

void orl_json_close(struct orl_json *j, char bracket)
{
	orl_text_putc(&j->text, bracket);
	j->comma = true;
}

void orl_json_str(struct orl_json *j, const char *key, const char *value)
{
	put_key(j, key);
	if (value)
		orl_text_json(&j->text, value, strlen(value));
	else
		orl_text_puts(&j->text, "null");
}

void orl_json_u64(struct orl_json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	orl_text_u64(&j->text, value);
}

void orl_json_s64(struct orl_json *j, const char *key, int64_t value)
{
	put_key(j, key);
	orl_text_s64(&j->text, value);
}

void orl_json_bool(struct orl_json *j, const char *key, bool value)
{
	put_key(j, key);
	orl_text_puts(&j->text, value ? "true" : "false");
}

void orl_json_f(struct orl_json *j, const char *key, double value)
{
	put_key(j, key);
	orl_text_printf(&j->text, "%.6f", isfinite(value) ? value : 0.0);
}

int orl_json_end(struct orl_json *j)
{
	int ret;

	orl_text_putc(&j->text, '\n');
	ret = orl_cli_put(&j->text);
	orl_text_fini(&j->text);
	j->comma = false;
	return ret;
}
