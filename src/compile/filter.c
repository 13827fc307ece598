// SPDX-License-Identifier: MIT
/*
 * Filters: comparisons (pred.c) joined by && || ! and parentheses, made into a program in which
 * each comparison knows where to go on yes and on no.
 *
 * Reading builds nodes without recursion: a stack of open parentheses, each with what waits on the
 * left of an || and of an &&. && binds closer. A node is made after its children, so that going
 * through them backwards hands down to each comparison where its yes and no lead:
 *
 *   a && b   yes of a is the first comparison of b, no of a is no of the whole
 *   a || b   the other way round
 *   !a       yes and no change places
 *
 * As in the kernel parentheses and quotes are counted first, over the whole text, and an operator
 * at the very end is let pass.
 */
#include <errno.h>

#include "compile/impl.h"

#define TEXT_MAX (ORL_HOOK_TEXT - 1)
#define NODES_MAX (2 * ORL_NR_INSNS)
#define LEVELS_MAX ((int)TEXT_MAX / 2 + 2)
#define NONE (-1)

struct node {
	int16_t left, right;	/* NONE: a comparison */
	uint8_t first;		/* comparison in it */
	uint8_t yes, no;
	bool is_and, is_not;
};

struct level {
	int16_t or_left, and_left;
	bool is_not;
};

struct parser {
	struct orl_compile c;
	int nr_nodes, depth;
	struct node node[NODES_MAX];
	struct level level[LEVELS_MAX];
};

int orl_compile_mistake(struct orl_mistake *m, const char *prefix, const char *message,
			uint32_t pos, int err)
{
	memset(m->prefix, 0, sizeof(m->prefix));
	strncpy(m->prefix, prefix, sizeof(m->prefix) - 1);
	m->message = message;
	m->pos = pos;
	m->from = 0;
	m->err = err;
	return err;
}

static int wrong(struct parser *p, const char *message, uint32_t pos, int err)
{
	return orl_compile_mistake(p->c.m, ORL_COMPILE_FILTER_PREFIX, message, pos, err);
}

/* ---- parentheses and quotes ---- */

/* Of the '(' that are never closed, the last one. */
static uint32_t open_paren(const struct orl_compile *c)
{
	uint32_t closed = 0;
	char quote = 0;

	for (uint32_t i = c->len; i-- > 1;) {
		char at = c->text[i];

		if (quote) {
			quote = at == quote ? 0 : quote;
			continue;
		}
		if (at == '\'' || at == '"')
			quote = at;
		else if (at == ')')
			closed++;
		else if (at == '(' && !closed--)
			return i;
	}
	return 0;
}

/* The errnos are those that the kernel's write returns. */
static int check_balance(struct parser *p)
{
	struct orl_compile *c = &p->c;
	uint32_t open = 0, quote_pos = 0;
	bool has_other = false;
	char quote = 0;

	for (uint32_t i = 0; i < c->len; i++) {
		char at = c->text[i];

		if (quote) {
			quote = at == quote ? 0 : quote;
		} else if (at == '\'' || at == '"') {
			quote = at;
			quote_pos = i;
			has_other = true;
		} else if (at == '(') {
			open++;
		} else if (at == ')') {
			if (!open--)
				return wrong(p, "Too few '('", i, -EPERM);
		} else if (!orl_is_blank(at)) {
			has_other = true;
		}
	}
	if (quote)
		return wrong(p, "Missing matching quote", quote_pos, -ESRCH);
	if (open)
		return wrong(p, "Too many '('", open_paren(c), -ENOENT);
	return has_other ? 0 : wrong(p, "Error", 0, -EINVAL);
}

/* ---- nodes ---- */

static int16_t add_pred(struct parser *p, uint32_t insn)
{
	struct node *n = &p->node[p->nr_nodes];

	*n = (struct node){ .left = NONE, .right = NONE, .first = (uint8_t)insn };
	return (int16_t)p->nr_nodes++;
}

/* @left and @right, or @right alone where nothing waits on the left */
static int16_t join(struct parser *p, int16_t left, bool is_and, int16_t right)
{
	struct node *n = &p->node[p->nr_nodes];

	if (left == NONE)
		return right;
	if (right == NONE)
		return left;
	*n = (struct node){ .left = left, .right = right, .first = p->node[left].first,
			    .is_and = is_and };
	return (int16_t)p->nr_nodes++;
}

static bool open_level(struct parser *p, bool is_not)
{
	if (p->depth + 1 == LEVELS_MAX)
		return false;
	p->level[++p->depth] = (struct level){ NONE, NONE, is_not };
	return true;
}

/* What the level comes to, with @last as its last operand. */
static int16_t close_level(struct parser *p, int16_t last)
{
	struct level *l = &p->level[p->depth--];

	last = join(p, l->and_left, true, last);
	last = join(p, l->or_left, false, last);
	if (last != NONE)
		p->node[last].is_not ^= l->is_not;
	return last;
}

/* ---- the text ---- */

/*
 * Behind an operand: close parentheses, up to an operator or the end.
 * Return: the index behind it, or an error.
 */
static int after_operand(struct parser *p, uint32_t i, int16_t operand)
{
	for (;; i++) {
		char at = orl_compile_at(&p->c, i);
		struct level *l = &p->level[p->depth];

		if (orl_is_blank(at))
			continue;
		if (!at) {
			l->and_left = join(p, l->and_left, true, operand);
			return (int)i;
		}
		if (at == ')' && p->depth > 0) {
			operand = close_level(p, operand);
			continue;
		}
		if ((at != '&' && at != '|') || orl_compile_at(&p->c, i + 1) != at)
			return wrong(p, "Too many terms in predicate expression", i, -EPERM);
		operand = join(p, l->and_left, true, operand);
		l->and_left = NONE;
		if (at == '&')
			l->and_left = operand;
		else
			l->or_left = join(p, l->or_left, false, operand);
		return (int)i + 2;
	}
}

/* "!=" and "!~" where an operand should be are no "not". */
static bool is_not(const struct orl_compile *c, uint32_t i)
{
	char next = orl_compile_at(c, i + 1);

	return orl_compile_at(c, i) == '!' && next != '=' && next != '~';
}

static int read_text(struct parser *p)
{
	struct orl_compile *c = &p->c;
	bool invert = false;

	for (uint32_t i = 0; i < c->len;) {
		char at = c->text[i];
		int16_t operand;
		int next;

		if (orl_is_blank(at) || at == '(' || is_not(c, i)) {
			if (at == '(' && !open_level(p, invert))
				return wrong(p, "Too many '('", i, -ENOENT);
			invert = at == '!' ? !invert : at == '(' ? false : invert;
			i++;
			continue;
		}
		if (c->hook->nr_insns == ORL_NR_INSNS)
			return wrong(p, "Too many terms in predicate expression", i, -ENOSPC);
		next = orl_compile_pred(c, i);
		if (next < 0)
			return next;
		operand = add_pred(p, c->hook->nr_insns - 1);
		p->node[operand].is_not = invert;
		invert = false;
		next = after_operand(p, (uint32_t)next, operand);
		if (next < 0)
			return next;
		i = (uint32_t)next;
	}
	if (p->depth > 0)
		return wrong(p, "Too many '('", c->len, -ENOENT);
	return c->hook->nr_insns ? 0 : wrong(p, "No filter found", c->len, -EINVAL);
}

/* ---- the program ---- */

static void lead(struct parser *p, int16_t to, uint8_t yes, uint8_t no)
{
	struct node *n = &p->node[to];

	n->yes = n->is_not ? no : yes;
	n->no = n->is_not ? yes : no;
}

static void link_program(struct parser *p, int16_t root)
{
	lead(p, root, ORL_INSN_PASS, ORL_INSN_FAIL);
	for (int i = root; i >= 0; i--) {
		struct node *n = &p->node[i];

		if (n->left == NONE) {
			p->c.hook->insn[n->first].yes = n->yes;
			p->c.hook->insn[n->first].no = n->no;
			continue;
		}
		lead(p, n->right, n->yes, n->no);
		lead(p, n->left, n->is_and ? p->node[n->right].first : n->yes,
		     n->is_and ? n->no : p->node[n->right].first);
	}
}

int orl_compile_filter(struct orl_hook *hook, const struct orl_format *f, const char *text,
		       uint32_t len, struct orl_mistake *m)
{
	struct parser p;
	int err;

	len = orl_compile_trim(text, len);
	p.c = (struct orl_compile){ hook, f, text, len, m };
	p.nr_nodes = 0;
	p.depth = -1;
	hook->nr_insns = 0;
	hook->data_len = 0;
	memset(hook->insn, 0, sizeof(hook->insn));
	memset(hook->data, 0, sizeof(hook->data));
	if (len > TEXT_MAX)
		return orl_compile_mistake(m, ORL_COMPILE_FILTER_PREFIX, NULL, 0, -EINVAL);
	open_level(&p, false);
	err = check_balance(&p);
	if (!err)
		err = read_text(&p);
	if (err)
		return err;
	link_program(&p, close_level(&p, NONE));
	if (hook->kind != ORL_HOOK_TRIGGER) {
		memset(hook->text, 0, sizeof(hook->text));
		memcpy(hook->text, text, len);
		hook->text_len = len;
	}
	return 0;
}

void orl_compile_filter_failed(struct orl_text *out, const char *text, uint32_t len,
			       const struct orl_mistake *m)
{
	len = orl_compile_trim(text, len);
	orl_text_write(out, text, len);
	if (!m->message || !strcmp(m->message, "Error")) {
		orl_text_puts(out, "\nError: (0)\n\n");
		return;
	}
	orl_text_putc(out, '\n');
	orl_text_pad(out, ' ', m->pos < len ? m->pos : len);
	orl_text_puts(out, "^\nparse_error: ");
	orl_text_puts(out, m->message);
	orl_text_puts(out, "\n\n");
}
