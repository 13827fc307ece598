// SPDX-License-Identifier: MIT
/*
 * The text of a format file:
 *
 *   name: NAME
 *   ID: N
 *   format:
 *           field:TYPE NAME;  offset:N;  size:N;  signed:N;
 *           ...
 *   print fmt: "...", ARGS
 *
 * Lines that are none of these are skipped; a field line that cannot be read is an error, since
 * records would be misread with it left out.
 */
#include "decode/format.h"

#include <errno.h>
#include <stdlib.h>

#include "decode/expr.h"

struct slice {
	const char *s;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct slice trim(struct slice t)
{
	while (t.len && is_blank(t.s[0])) {
		t.s++;
		t.len--;
	}
	while (t.len && is_blank(t.s[t.len - 1]))
		t.len--;
	return t;
}

static bool starts(struct slice *t, const char *word)
{
	size_t len = strlen(word);

	if (t->len < len || memcmp(t->s, word, len))
		return false;
	t->s += len;
	t->len -= len;
	return true;
}

/* Everything before the first @end, which is dropped from @t; all of it when there is none. */
static struct slice split(struct slice *t, char end)
{
	const char *at = t->len ? memchr(t->s, end, t->len) : NULL;
	struct slice head = {t->s, at ? (size_t)(at - t->s) : t->len};

	t->s += at ? head.len + 1 : head.len;
	t->len -= at ? head.len + 1 : head.len;
	return head;
}

static bool read_number(struct slice t, uint32_t max, uint32_t *value)
{
	uint64_t v = 0;
	size_t i;

	t = trim(t);
	for (i = 0; i < t.len; i++) {
		if (t.s[i] < '0' || t.s[i] > '9')
			return false;
		v = v * 10 + (uint32_t)(t.s[i] - '0');
		if (v > max)
			return false;
	}
	*value = (uint32_t)v;
	return t.len > 0;
}

/* Append to the format's strings, which were allocated for the whole text. */
static char *keep(char **to, struct slice a, struct slice b)
{
	char *s = *to;

	if (a.len)
		memcpy(s, a.s, a.len);
	if (b.len)
		memcpy(s + a.len, b.s, b.len);
	s[a.len + b.len] = '\0';
	*to = s + a.len + b.len + 1;
	return s;
}

static bool has_word(struct slice t, const char *word)
{
	size_t len = strlen(word), i;

	for (i = 0; i + len <= t.len; i++)
		if (!memcmp(t.s + i, word, len) && (!i || !is_name(t.s[i - 1])) &&
		    (i + len == t.len || !is_name(t.s[i + len])))
			return true;
	return false;
}

static bool has_text(struct slice t, const char *text)
{
	return t.len && memmem(t.s, t.len, text, strlen(text));
}

/* Size of one element: from the number in the brackets, else from the name of the type. */
static uint32_t element_size(const struct orl_field *f, struct slice type, struct slice brackets)
{
	struct orl_ctype known;
	uint32_t nr = 0;

	if (f->is_pointer)
		return 8;
	if (brackets.len > 2) {
		struct slice inner = {brackets.s + 1, brackets.len - 2};

		if (read_number(inner, UINT32_MAX, &nr) && nr && f->size % nr == 0)
			return f->size / nr;
	}
	return orl_type_find(type.s, type.len, &known) ? known.size : 0;
}

/* "TYPE NAME", "TYPE NAME[N]" or "__data_loc TYPE[] NAME"; false if there is no name. */
static bool read_declaration(struct orl_field *f, struct slice t, char **strings)
{
	struct slice brackets = {"", 0}, name = {"", 0}, type;
	size_t i;

	t = trim(t);
	f->is_rel = starts(&t, "__rel_loc ");
	f->is_dynamic = f->is_rel || starts(&t, "__data_loc ");
	if (t.len && t.s[t.len - 1] == ']') {
		for (i = t.len; i-- > 0 && t.s[i] != '[';)
			;
		if (i >= t.len)
			return false;
		brackets = (struct slice){t.s + i, t.len - i};
		t.len = i;
		t = trim(t);
	}
	for (i = t.len; i > 0 && is_name(t.s[i - 1]); i--)
		;
	name = (struct slice){t.s + i, t.len - i};
	type = trim((struct slice){t.s, i});
	if (!name.len || !type.len)
		return false;
	f->is_array = brackets.len || f->is_dynamic;
	f->name = keep(strings, name, (struct slice){"", 0});
	f->type = keep(strings, type, brackets);
	f->is_pointer = has_text(type, "*");
	f->is_long = has_word(type, "long");
	if (f->is_dynamic && type.s[type.len - 1] == ']')
		while (type.len && type.s[type.len - 1] != '[')
			type.len--;
	if (f->is_dynamic && type.len && type.s[type.len - 1] == '[')
		type = trim((struct slice){type.s, type.len - 1});
	f->is_bytes = f->is_array && !f->is_pointer &&
		      (has_text(type, "char") || has_text(type, "u8") || has_text(type, "s8"));
	f->is_string = f->is_bytes && has_word(type, "char") && !has_word(type, "unsigned");
	f->elem_size = f->is_array ? element_size(f, type, brackets) : f->size;
	f->is_common = !strncmp(f->name, "common_", 7);
	return true;
}

/* One line behind "field:". */
static bool read_field(struct orl_field *f, struct slice line, char **strings)
{
	struct slice decl = split(&line, ';'), part;
	bool has_offset = false, has_size = false;
	uint32_t is_signed = 0;

	while (line.len) {
		part = trim(split(&line, ';'));
		if (starts(&part, "offset:"))
			has_offset = read_number(part, INT32_MAX, &f->offset);
		else if (starts(&part, "size:"))
			has_size = read_number(part, INT32_MAX, &f->size);
		else if (starts(&part, "signed:") && !read_number(part, 1, &is_signed))
			return false;
	}
	f->is_signed = is_signed;
	return has_offset && has_size && read_declaration(f, decl, strings);
}

static int add_field(struct orl_format *f, struct slice line, char **strings)
{
	struct orl_field *fields;
	size_t cap;

	if (f->nr_fields == ORL_MAX_FIELDS)
		return -EINVAL;
	if (!(f->nr_fields & (f->nr_fields - 1))) { /* full at each power of two */
		cap = f->nr_fields ? f->nr_fields * 2 : 1;
		fields = realloc(f->fields, cap * sizeof(*fields));
		if (!fields)
			return -ENOMEM;
		f->fields = fields;
	}
	memset(&f->fields[f->nr_fields], 0, sizeof(*f->fields));
	if (!read_field(&f->fields[f->nr_fields], line, strings))
		return -EINVAL;
	f->nr_fields++;
	return 0;
}

static int read_lines(struct orl_format *f, struct slice text, struct slice *print_fmt,
		      char **strings)
{
	const struct slice none = {"", 0};
	uint32_t id = UINT32_MAX;
	int err = 0;

	while (text.len && !err) {
		struct slice line = trim(split(&text, '\n'));

		if (!f->name && starts(&line, "name:")) {
			f->name = keep(strings, trim(line), none);
		} else if (starts(&line, "ID:")) {
			if (!read_number(line, INT32_MAX, &id))
				err = -EINVAL;
		} else if (starts(&line, "field:")) {
			err = add_field(f, line, strings);
		} else if (starts(&line, "print fmt:")) {
			*print_fmt = (struct slice){line.s, (size_t)(text.s + text.len - line.s)};
			break;
		}
	}
	f->id = (int)id;
	if (!err && (!f->name || !f->name[0] || id == UINT32_MAX))
		err = -EINVAL;
	return err;
}

/* What every line of this event contains, made once. */
static int make_labels(struct orl_format *f)
{
	struct orl_text *t = &f->labels;
	struct orl_text full = ORL_TEXT_INIT;

	orl_text_escape(t, f->name, strlen(f->name));
	orl_text_putc(t, ':');
	f->label_len = (uint32_t)t->len;
	orl_text_puts(&full, f->system);
	orl_text_putc(&full, ':');
	orl_text_puts(&full, f->name);
	orl_text_json(t, full.buf, full.len);
	t->failed |= full.failed;
	orl_text_fini(&full);
	f->json_name_len = (uint32_t)t->len - f->label_len;
	f->label = t->buf;
	f->json_name = t->buf + f->label_len;
	f->special = orl_special_find(f->system, f->name);
	return t->failed ? -ENOMEM : 0;
}

static int parse(struct orl_format *f, const char *system, struct slice text)
{
	struct slice print_fmt = {"", 0};
	char *strings;
	int err, mode;

	f->system = strdup(system ? system : "");
	/* names and types are pieces of the text, with a NUL for each character behind them */
	f->strings = strings = malloc(2 * text.len + 2);
	if (!f->system || !f->strings)
		return -ENOMEM;
	err = read_lines(f, text, &print_fmt, &strings);
	if (!err)
		err = make_labels(f);
	for (mode = ORL_PRINT_TEP; !err && mode <= ORL_PRINT_KERNEL; mode++) {
		f->prog[mode].mode = (enum orl_print_mode)mode;
		err = orl_prog_compile(&f->prog[mode], f, print_fmt.s, print_fmt.len);
		if (err == -EINVAL) /* records of this event are dumped */
			err = 0;
	}
	return err;
}

int orl_format_parse(struct orl_format **out, const char *system, const char *text, size_t len)
{
	struct orl_format *f;
	int err;

	*out = NULL;
	if (len > ORL_MAX_FORMAT_LEN)
		return -EINVAL;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	err = parse(f, system, (struct slice){text, len});
	if (err) {
		orl_format_destroy(f);
		return err;
	}
	*out = f;
	return 0;
}

void orl_format_destroy(struct orl_format *f)
{
	if (!f)
		return;
	orl_prog_fini(&f->prog[ORL_PRINT_TEP]);
	orl_prog_fini(&f->prog[ORL_PRINT_KERNEL]);
	orl_text_fini(&f->labels);
	free(f->fields);
	free(f->strings);
	free(f->system);
	free(f);
}
