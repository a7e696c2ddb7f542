/*
 * Splitting a text into words as sh(1) does (POSIX XCU 2.2), without any
 * expansion: SYSDIG_EXTRA_ARGS.
 */
#include "base/err.h"
#include "conf/env.h"

struct splitter {
	struct str text;
	size_t at;
	char *to; /* the words behind each other, each with its NUL */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* In "..." a backslash stays unless one of these follows. */
static bool
is_escape(const struct splitter *s, char quote)
{
	char next;

	if (s->text.p[s->at] != '\\' || quote == '\'' || s->at + 1 == s->text.n)
		return false;
	next = s->text.p[s->at + 1];
	return !quote || strchr("$`\"\\\n", next);
}

/* One word from a byte that is not blank; false: a quote is open. */
static bool
take_word(struct splitter *s)
{
	char quote = 0;

	for (; s->at < s->text.n; s->at++) {
		char c = s->text.p[s->at];

		if (is_escape(s, quote)) {
			c = s->text.p[++s->at];
			if (c != '\n')
				*s->to++ = c;
		} else if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? 0 : c;
		} else if (!quote && is_blank(c)) {
			break;
		} else {
			*s->to++ = c;
		}
	}
	*s->to++ = '\0';
	return !quote;
}

int
conf_split_words(struct arena *a, struct str text, char ***argv, size_t *n,
    struct diag *d)
{
	struct splitter s = { .text = text };

	*n = 0;
	*argv = arena_array(a, CONF_WORDS_MAX + 1, sizeof(char *));
	s.to = arena_bytes(a, text.n + 1);
	if (!*argv || !s.to) {
		diag_set(d, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	for (;;) {
		size_t start;

		while (s.at < text.n && is_blank(text.p[s.at]))
			s.at++;
		if (s.at == text.n)
			return 0;
		if (*n == CONF_WORDS_MAX) {
			diag_set(d, "more than %d words", CONF_WORDS_MAX);
			return ERR_LIMIT;
		}
		start = s.at;
		(*argv)[(*n)++] = s.to;
		if (!take_word(&s)) {
			diag_set(d, "a quote is not closed");
			diag_locate(d, NULL, text, start);
			return ERR_SYNTAX;
		}
	}
}
